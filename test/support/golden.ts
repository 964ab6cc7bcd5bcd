import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';

const updating = process.env['UPDATE_GOLDEN'] === '1';

/** What git has of a bundle, by its path in it. */
export function isTracked(path: string): boolean {
  return !/\/sealed\/|^stamps\/|^hosts\/[^/]+\/lib\.sh$/.test(path);
}

/** Compares byte for byte with a committed file; `npm run golden` writes it instead. */
export function golden(path: string, actual: string): void {
  if (updating) {
    if (existsSync(path) && readFileSync(path, 'utf8') === actual) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  assert.ok(existsSync(path), `${path} is missing: run \`npm run golden\` and review it`);
  const expected = readFileSync(path, 'utf8');
  if (expected !== actual)
    assert.unreachable(`${path} differs (npm run golden shows it in git diff):\n${firstDifference(expected, actual)}`);
}

/** Compares a whole directory: same files, same bytes. Files for which `tracked` is false are not looked at. */
export function goldenTree(
  dir: string,
  actual: ReadonlyMap<string, string>,
  tracked: (path: string) => boolean = () => true,
): void {
  for (const [path, text] of actual) golden(join(dir, path), text);
  for (const path of existsSync(dir) ? filesBelow(dir) : []) {
    if (actual.has(path) || !tracked(path)) continue;
    if (updating) rmSync(join(dir, path));
    else assert.unreachable(`${join(dir, path)} is no longer produced`);
  }
}

/** Paths of all files below a directory, relative to it, in code point order. */
export function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name).slice(join(dir, '/').length))
    .sort();
}

function firstDifference(expected: string, actual: string): string {
  const a = expected.split('\n');
  const b = actual.split('\n');
  const at = a.findIndex((line, i) => line !== b[i]);
  const line = at === -1 ? a.length : at;
  return `line ${line + 1}\n- ${a[line] ?? '(end)'}\n+ ${b[line] ?? '(end)'}`;
}
