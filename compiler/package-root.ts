import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let found: string | undefined;

/**
 * Directory of the package (where `package.json` is), whether the code runs from `dist/` or from its sources:
 * templates, message pages and runtime scripts are read from below it.
 */
export function packageRoot(): string {
  if (found !== undefined) return found;
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'package.json'))) {
    const parent = dirname(at);
    if (parent === at) throw new Error('the package is incomplete: no package.json above the program');
    at = parent;
  }
  return (found = at);
}

/** Text of a file that ships with the package; `path` is relative to its root. */
export function readPackageFile(path: string): string {
  return readFileSync(join(packageRoot(), path), 'utf8');
}
