/**
 * The package as it is given away: what `npm pack` takes, with a package.json of what concerns its user. A script of ours that runs in clones
 * only would make npm warn of it at every installation.
 *
 *   npm run tarball [-- DIRECTORY]   default: here; prints the path of pigstyc-VERSION.tgz
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './bundle.mjs';

const npm = (...words) =>
  JSON.parse(execFileSync('npm', [...words, '--json', '--ignore-scripts'], { encoding: 'utf8' }));

const target = resolve(process.argv[2] ?? '.');
const staged = mkdtempSync(join(tmpdir(), 'pigstyc-tarball-'));
try {
  const [{ files }] = npm('pack', root, '--dry-run');
  for (const { path } of files) cpSync(join(root, path), join(staged, path));
  const { scripts: _, devDependencies: __, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const [{ filename }] = npm('pack', staged, '--pack-destination', target);
  process.stdout.write(`${join(target, filename)}\n`);
} finally {
  rmSync(staged, { recursive: true });
}
