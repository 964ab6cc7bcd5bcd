import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

let dir = '';
let cache = '';
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-dist-'));
  for (const name of readdirSync('dist')) copyFileSync(join('dist', name), join(dir, name));
  cache = join(dir, readdirSync(dir).find((name) => name.endsWith('.cache'))!);
});
test.after.each(() => rmSync(dir, { recursive: true }));

function version(flags: readonly string[] = []): string {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, join(dir, 'pigstyc.cjs'), '--version'], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}
const expected = `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`;

test('the program starts without its code cache, or with one that is damaged', () => {
  assert.is(version(), expected);
  truncateSync(cache, 1000);
  assert.is(version(), expected);
  writeFileSync(cache, 'no cache');
  assert.is(version(), expected);
  writeFileSync(cache, '');
  assert.is(version(), expected);
  rmSync(cache);
  assert.is(version(), expected);
});

test('a cache made under other flags or by another version of node is not used', () => {
  assert.is(version(['--no-opt', '--stack-size=500']), expected);
  const bytes = readFileSync(cache);
  bytes.writeUInt32LE(bytes.readUInt32LE(4) ^ 1, 4);
  writeFileSync(cache, bytes);
  assert.is(version(), expected);
});

test('a normal start leaves the cache alone', () => {
  const before = readFileSync(cache);
  version();
  assert.ok(before.equals(readFileSync(cache)));
});

test.run();
