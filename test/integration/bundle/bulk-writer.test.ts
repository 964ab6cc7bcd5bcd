import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IoError, nodeHost } from '../../../compiler/host/host.ts';
import { filesBelow } from '../../support/golden.ts';

const test = suite('bulk writer');
let dir = '';
test.before.each(() => void (dir = mkdtempSync(join(tmpdir(), 'pigstyc-bulk-'))));
test.after.each(() => rmSync(dir, { recursive: true, force: true }));

for (const count of [3, 5000]) {
  test(`${count} files arrive with their text and mode whatever the umask`, () => {
    const umask = process.umask(0o077);
    try {
      const bulk = nodeHost().bulk();
      for (let i = 0; i < count; i++) {
        if (i % 100 === 0) bulk.mkdir(join(dir, `d${i / 100}`), 0o700);
        bulk.write(join(dir, `d${Math.floor(i / 100)}/f${i}`), `text ${i} ä\n`, i % 2 === 0 ? 0o644 : 0o600);
      }
      bulk.finish();
    } finally {
      process.umask(umask);
    }
    assert.is(filesBelow(dir).length, count);
    for (const i of [0, 1, count - 1]) {
      const path = join(dir, `d${Math.floor(i / 100)}/f${i}`);
      assert.is(readFileSync(path, 'utf8'), `text ${i} ä\n`);
      assert.is(statSync(path).mode & 0o777, i % 2 === 0 ? 0o644 : 0o600);
    }
  });
}

/** Around everything the writer counts: the start of the thread, the size of a batch, the batches on their way. */
const BOUNDARIES = [0, 100, 999, 1000, 1001, 1099, 1100, 1101, 1199, 1200, 1201, 2600, 2699, 2700, 2701];

test('no number of operations loses one', () => {
  for (const count of BOUNDARIES) {
    const below = join(dir, String(count));
    const bulk = nodeHost().bulk();
    bulk.mkdir(below);
    for (let i = 1; i < count; i++)
      if (i % 3 === 0) bulk.mkdir(join(below, `d${i}`), 0o700);
      else bulk.write(join(below, `f${i}`), String(i), 0o644);
    bulk.finish();
    const made = readdirSync(below);
    assert.is(made.length, Math.max(0, count - 1), `${count} operations`);
    for (const name of made)
      if (name.startsWith('f')) assert.is(readFileSync(join(below, name), 'utf8'), name.slice(1));
  }
});

test('a writer can be used again after finish', () => {
  const bulk = nodeHost().bulk();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 1050; i++) bulk.write(join(dir, `${round}-${i}`), 'x', 0o644);
    bulk.finish();
    assert.is(readdirSync(dir).length, (round + 1) * 1050);
  }
});

test('a failure in the other thread is thrown by finish', () => {
  writeFileSync(join(dir, 'file'), '');
  const bulk = nodeHost().bulk();
  for (let i = 0; i < 3000; i++) bulk.write(i === 2500 ? join(dir, 'file/below') : join(dir, `f${i}`), 'x', 0o644);
  assert.throws(
    () => bulk.finish(),
    (error: unknown) => error instanceof IoError && error.code === 'ENOTDIR' && error.path.endsWith('file/below'),
  );
});

test.run();
