import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unifiedDiff } from '../../../compiler/review/diff/unified-diff.ts';

test('hunks have three lines of context', () => {
  const before = Array.from({ length: 20 }, (_, i) => `${i}\n`).join('');
  assert.equal(unifiedDiff(before, before.replace('10\n', 'ten\n')), [
    '@@ -8,7 +8,7 @@',
    ' 7',
    ' 8',
    ' 9',
    '-10',
    '+ten',
    ' 11',
    ' 12',
    ' 13',
  ]);
  assert.equal(unifiedDiff('', 'a\n'), ['@@ -0,0 +1,1 @@', '+a']);
  assert.equal(unifiedDiff('a\n', ''), ['@@ -1,1 +0,0 @@', '-a']);
  assert.equal(unifiedDiff(before, before), []);
});

test('a last line without newline is a difference', () => {
  assert.equal(unifiedDiff('a\n', 'a'), ['@@ -1,1 +1,1 @@', '-a', '+a\n\\ No newline at end of file']);
});

test('replaying the difference gives the new text', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 })
    .map((lines) => lines.map((line) => `${line}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => replay(before, unifiedDiff(before, after)) === after),
    { numRuns: 300, seed: 7 },
  );
});

/** Applies hunks the way patch(1) does, without fuzz. */
function replay(before: string, diff: readonly string[]): string {
  const old = before.split('\n').slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const line of diff) {
    const header = /^@@ -(\d+),(\d+) /.exec(line);
    if (header !== null) {
      const start = header[2] === '0' ? Number(header[1]) : Number(header[1]) - 1;
      while (at < start) out.push(old[at++]!);
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else if (old[at++] !== line.slice(1)) throw new Error(`context differs: ${line}`);
    else if (line.startsWith(' ')) out.push(line.slice(1));
  }
  while (at < old.length) out.push(old[at++]!);
  return out.map((line) => `${line}\n`).join('');
}

test('patch(1) accepts it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-diff-'));
  try {
    const before = Array.from({ length: 60 }, (_, i) => `line ${i}\n`).join('');
    const after = before.replace('line 3\n', '').replace('line 30\n', 'line 30\nmore\n').replace('line 59\n', 'last\n');
    writeFileSync(join(dir, 'f'), before);
    const run = spawnSync('patch', ['f'], {
      cwd: dir,
      input: `--- f\n+++ f\n${unifiedDiff(before, after).join('\n')}\n`,
      encoding: 'utf8',
    });
    if (run.error !== undefined) return console.log('skip: patch');
    assert.is(run.status, 0, run.stdout + run.stderr);
    assert.is(readFileSync(join(dir, 'f'), 'utf8'), after);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test.run();
