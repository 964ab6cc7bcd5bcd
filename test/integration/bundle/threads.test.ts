/** A bundle is the same, whatever number of threads has rendered it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { benchInventory } from '../../bench/inventory.ts';
import { content } from './sites.ts';

const PROGRAM = resolve('dist/pigstyc.cjs');
const HOSTS = 60;

/**
 * Lets the main thread begin when another one has rendered a host, and says at the end how many words came from others: one
 * for each host and one from each thread.
 */
const WATCH = `
const { isMainThread } = require('node:worker_threads');
const add = Atomics.add;
let shared;
if (isMainThread) {
  Atomics.add = (memory, index, value) => {
    if (index === 0 && memory.length === 2) Atomics.wait((shared = memory), 1, 0, 300_000);
    return add(memory, index, value);
  };
  process.on('exit', () => require('node:fs').writeSync(2, 'words: ' + (shared ? shared[1] : 0) + '\\n'));
}
`;

let dir = '';
test.before(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-threads-'));
  writeFileSync(join(dir, 'watch.cjs'), WATCH);
});
test.after(() => rmSync(dir, { recursive: true }));

/** Builds, and says how many hosts others than the main thread have rendered. */
function build(out: string, threads: number, ...more: readonly string[]): number {
  const args = ['--require', './watch.cjs', PROGRAM, 'build', '-q', '--demo', '-o', out, '--threads', `${threads}`];
  const done = spawnSync(process.execPath, [...args, ...more], { cwd: dir, encoding: 'utf8', timeout: 500_000 });
  assert.is(done.status, 0, done.stderr);
  const words = Number(/^words: (\d+)$/m.exec(done.stderr)![1]);
  return words === 0 ? 0 : words - Math.min(threads - 1, Math.floor(HOSTS / 25));
}

function declare(change = (text: string): string => text): void {
  writeFileSync(join(dir, 'pigsty.yml'), change(benchInventory(HOSTS)));
}

function assertSame(one: string, other: string): void {
  const [first, second] = [content(dir, one), content(dir, other)];
  assert.equal([...first.keys()], [...second.keys()]);
  for (const [path, text] of first) assert.ok(second.get(path) === text, path);
}

test('a new bundle, one that changes, and one of few hosts', () => {
  declare();
  assert.is(build('alone', 1), 0);
  assert.ok(build('two', 2) > 0);
  assert.ok(build('many', 9) > 0);
  assertSame('alone', 'two');
  assertSame('alone', 'many');
  declare((text) =>
    text.replace('node_cpu: 8', 'node_cpu: 4').replace('password: App-Secret-2,', 'password: Other-2,'),
  );
  assert.is(build('alone', 1), 0);
  assert.ok(build('two', 2) > 0);
  assertSame('alone', 'two');
  assert.is(build('two', 2), 0);
  assert.is(build('two', 2, '--fresh', '--limit', 'pg-c2'), 0);
  assertSame('alone', 'two');
});

test('a host that a thread cannot stage is staged by the main one', () => {
  declare();
  build('alone', 1, '--fresh');
  const broken = `${WATCH}
if (require('node:worker_threads').workerData?.task !== undefined) {
  const fs = require('node:fs');
  const { openSync } = fs;
  let left = 30;
  fs.openSync = (...args) => {
    if (String(args[0]).includes('.pigstyc-new') && left-- < 0) throw Object.assign(new Error('broken'), { code: 'EIO' });
    return openSync(...args);
  };
}`;
  writeFileSync(join(dir, 'watch.cjs'), broken);
  build('broken', 2);
  assertSame('alone', 'broken');
});

test.run();
