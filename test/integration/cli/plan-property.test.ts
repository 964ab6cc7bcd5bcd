/**
 * For random pairs of inventories, `diff --base` is what two real builds differ by, and patch(1) makes one bundle from
 * the other with it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Changes } from '../../../compiler/review/diff/bundle-diff.ts';
import { run } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { filesBelow } from '../../support/golden.ts';
import { inventories, inventoryText, type Inventory } from './inventories.ts';

const test = suite('diff --base and two builds');

let dir = '';
test.before(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-pairs-'));
});
test.after(() => rmSync(dir, { recursive: true }));

async function pigstyc(...args: readonly string[]): Promise<string> {
  let [stdout, stderr] = ['', ''];
  const host = {
    ...nodeHost(),
    stdout: (text: string) => (stdout += text),
    stderr: (text: string) => (stderr += text),
  };
  assert.is(await run([...args, '--color', 'never', '-q'], host), 0, stderr);
  return stdout;
}

/** Fingerprints depend on the key of the site, and numbers are all that a comparison has. */
const plain = (text: string): string => text.replaceAll(/#[0-9a-f]{8}(?=(\\:|[>]|%3E|&gt;))/g, '#');

/** What a reviewer sees of a bundle. Secrets, the record of the state and lists that repeat what the files say are not compared. */
function bundle(directory: string): ReadonlyMap<string, string> {
  const shown = filesBelow(directory).filter(
    (path) => !/\/sealed\/|(^|\/)(manifest\.(json|tsv)|lib\.sh|\.gitignore)$|^(authority\.crt|key\.id)$/.test(path),
  );
  return new Map(shown.map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    if (before.get(path) === after.get(path)) return [];
    return [`${before.has(path) ? (after.has(path) ? 'changed' : 'removed') : 'added'} ${path}`];
  });
}

function patched(before: ReadonlyMap<string, string>, diff: string): ReadonlyMap<string, string> | undefined {
  const directory = join(dir, 'patched');
  rmSync(directory, { recursive: true, force: true });
  for (const [path, content] of before) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), plain(content));
  }
  const done = spawnSync('patch', ['-p1', '-s', '-E', '--fuzz=0'], {
    cwd: directory,
    input: plain(diff),
    encoding: 'utf8',
  });
  if (done.error !== undefined) return undefined;
  assert.is(done.status, 0, done.stdout + done.stderr);
  return bundle(directory);
}

test('what differs is what two builds differ by, and the diff makes one of the other', async () => {
  const state = join(dir, 'state');
  const [a, b] = [join(dir, 'a'), join(dir, 'b')];
  const [old, now] = [join(dir, 'old.yml'), join(dir, 'now.yml')];
  const pair = async (before: Inventory, after: Inventory): Promise<void> => {
    writeFileSync(old, inventoryText(before));
    writeFileSync(now, inventoryText(after));
    for (const out of [a, b]) rmSync(out, { recursive: true, force: true });
    await pigstyc('build', old, '-o', a, '--state', state, '--demo');
    cpSync(a, b, { recursive: true });
    await pigstyc('build', now, '-o', b, '--state', state, '--demo');
    const { files } = JSON.parse(await pigstyc('diff', now, '--base', old, '--format', 'json')) as Changes;
    const told = files.filter(({ diff }) => diff.length > 0).map(({ change, path }) => `${change} ${path}`);
    const byPath = (one: string, other: string): number => (one.split(' ')[1]! < other.split(' ')[1]! ? -1 : 1);
    assert.equal(told.toSorted(byPath), differences(bundle(a), bundle(b)).toSorted(byPath));
    const result = patched(bundle(a), await pigstyc('diff', now, '--base', old, '--full'));
    if (result === undefined) return console.log('skip: patch');
    const wanted = [...bundle(b)].map(([path, content]) => [path, plain(content)]);
    assert.equal([...result].sort(), wanted.sort());
  };
  await fc.assert(fc.asyncProperty(inventories, inventories, pair), { numRuns: 5, seed: 19 });
});

test.run();
