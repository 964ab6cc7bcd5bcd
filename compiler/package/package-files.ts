import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What ships with the built program besides its code, as build/archive.mjs lays it out. The sources have none: they
 * read the files themselves. Build and archive are made together, so that no template is newer or older than the code
 * that fills it in.
 */
declare const __archive: ((start: number, length: number) => Buffer) | undefined;

interface Archive {
  /** Path → where its text starts and how many bytes it has. */
  readonly index: Readonly<Record<string, readonly [start: number, length: number]>>;
  readonly text: (start: number, length: number) => string;
}

/** Digits of the number in front of the index. */
const HEAD = 8;

let opened: Archive | undefined;

function archive(): Archive | undefined {
  if (opened !== undefined || typeof __archive === 'undefined') return opened;
  const read = __archive;
  const length = Number(read(0, HEAD).toString('latin1'));
  const index = JSON.parse(read(HEAD, length).toString('latin1')) as Archive['index'];
  return (opened = { index, text: (start, size) => read(HEAD + length + start, size).toString('utf8') });
}

/** The file that the program runs from; undefined when it runs from its sources, which are many. */
export function programFile(): string | undefined {
  return typeof __archive === 'undefined' ? undefined : fileURLToPath(import.meta.url);
}

/** Text of a file that ships with the package; `path` is relative to its root. */
export function readPackageFile(path: string): string {
  const packed = archive();
  if (packed === undefined) return readFileSync(join(packageRoot(), path), 'utf8');
  const place = packed.index[path];
  if (place === undefined) throw new Error(`the program was built without ${path}`);
  return packed.text(...place);
}

/** Names of the files right below a directory that ships with the package, sorted. */
export function packageFilesIn(directory: string): readonly string[] {
  const packed = archive();
  if (packed === undefined) return readdirSync(join(packageRoot(), directory)).sort();
  return Object.keys(packed.index)
    .filter((path) => dirname(path) === directory)
    .map((path) => path.slice(directory.length + 1))
    .sort();
}

/** Where a file of the package can be opened; undefined where only the program is installed. */
export function packagePath(path: string): string | undefined {
  const root = rootAbove();
  return root !== undefined && existsSync(join(root, path)) ? join(root, path) : undefined;
}

/** Directory of the package (where `package.json` is), when the code runs from its sources. */
export function packageRoot(): string {
  const root = rootAbove();
  if (root === undefined) throw new Error('the sources are incomplete: no package.json above them');
  return root;
}

let found: string | undefined;

function rootAbove(): string | undefined {
  if (found !== undefined) return found;
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'package.json'))) {
    const parent = dirname(at);
    if (parent === at) return undefined;
    at = parent;
  }
  return (found = at);
}
