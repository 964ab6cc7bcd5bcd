import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { IoError, nodeHost } from '../../../compiler/host/host.ts';

let dir = '';
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-overlay-'));
  mkdirSync(join(dir, 'out'));
  writeFileSync(join(dir, 'out/a'), 'old');
  writeFileSync(join(dir, 'out/b'), 'keep');
});
test.after.each(() => rmSync(dir, { recursive: true }));

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

test('changes are seen by later reads and never reach the disk', () => {
  const { host, written, removed } = overlay(nodeHost());
  host.mkdir(join(dir, 'out/new'));
  host.writeFile(join(dir, 'out/new/c.tmp'), 'fresh', 0o600);
  host.rename(join(dir, 'out/new/c.tmp'), join(dir, 'out/new/c'));
  host.writeFile(join(dir, 'out/a'), 'changed', 0o644);
  host.remove(join(dir, 'out/b'));
  assert.is(text(host.readFile(join(dir, 'out/new/c'))), 'fresh');
  assert.is(text(host.readFile(join(dir, 'out/a'))), 'changed');
  assert.equal(host.readDir(join(dir, 'out')), ['a', 'new']);
  assert.equal(host.readDir(join(dir, 'out/new')), ['c']);
  assert.equal(host.stat(join(dir, 'out/new/c')), { kind: 'file', mode: 0o600, size: 5 });
  assert.is(host.stat(join(dir, 'out/b')), undefined);
  assert.throws(
    () => host.readFile(join(dir, 'out/b')),
    (error: unknown) => error instanceof IoError && error.code === 'ENOENT',
  );
  assert.equal([...written.keys()].sort(), [join(dir, 'out/a'), join(dir, 'out/new/c')]);
  assert.equal([...removed], [join(dir, 'out/b')]);
  assert.is(readFileSync(join(dir, 'out/a'), 'utf8'), 'old');
  assert.ok(existsSync(join(dir, 'out/b')) && !existsSync(join(dir, 'out/new')));
});

test('removing a directory hides everything below it', () => {
  const { host } = overlay(nodeHost());
  host.writeFile(join(dir, 'out/d'), 'x', 0o644);
  host.remove(join(dir, 'out'));
  assert.is(host.stat(join(dir, 'out')), undefined);
  assert.is(host.stat(join(dir, 'out/a')), undefined);
  assert.is(host.stat(join(dir, 'out/d')), undefined);
  host.writeFile(join(dir, 'out/a'), 'again', 0o644);
  assert.equal(host.readDir(join(dir, 'out')), ['a']);
});

test('what is untouched is what it is on the disk', () => {
  const { host } = overlay(nodeHost());
  const traces = (): readonly boolean[] =>
    ['out', 'out/a', 'out/b'].map((path) => host.trace(join(dir, path)) !== undefined);
  const names = (): readonly string[] => host.list(join(dir, 'out')).map(({ name, kind }) => `${kind} ${name}`);
  assert.equal(
    [traces(), names()],
    [
      [true, true, true],
      ['file a', 'file b'],
    ],
  );
  host.remove(join(dir, 'out/b'));
  assert.equal([traces(), names()], [[false, true, false], ['file a']]);
  host.mkdir(join(dir, 'out/c'));
  host.writeFile(join(dir, 'out/a'), 'x', 0o644);
  assert.equal(
    [traces(), names()],
    [
      [false, false, false],
      ['file a', 'directory c'],
    ],
  );
});

test.run();
