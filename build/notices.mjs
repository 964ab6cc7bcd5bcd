/** Licences of everything that is inside a build, for those who get only that. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bundle.mjs';

/** @param more directories of packages that only this build has */
export function notices({ before = [], more = [] } = {}) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const shipped = Object.entries(packages).filter(
    ([path, { dev }]) => path !== '' && (dev !== true || more.includes(path)),
  );
  const notice = ([path, { version, license }]) => {
    const file = readdirSync(join(root, path)).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? license : readFileSync(join(root, path, file), 'utf8');
    return `${path.replace(/^.*node_modules\//, '')} ${version}\n\n${text.trim()}\n`;
  };
  const own = readFileSync(join(root, 'LICENSE'), 'utf8');
  return [own, ...before, ...shipped.map(notice)].join(`\n${'-'.repeat(80)}\n\n`);
}
