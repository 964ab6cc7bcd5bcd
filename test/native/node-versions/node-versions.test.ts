/** The built program on every Node.js it supports, and what it says on one that is too old. install.sh brings them. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';

const test = suite('versions of node');
const NODES = process.env['PIGSTYC_NODES'] ?? '/var/tmp/pigstyc-nodes';
const nodeOf = (major: number): string => join(NODES, String(major), 'bin/node');
const OLD = 18;
const SUPPORTED = [20, 22, 24, 26];

function pigstyc(major: number, words: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(nodeOf(major), ['dist/pigstyc.cjs', ...words], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

nativeTest(test, [nodeOf(OLD)], 'an older node is told in one line which one is needed', () => {
  for (const words of [['--version'], ['check', 'fixtures/ok/reference/pigsty.yml']]) {
    const { code, stdout, stderr } = pigstyc(OLD, words);
    assert.is(code, 2);
    assert.is(stdout, '');
    assert.match(stderr, /^pigstyc needs Node\.js 20 or newer; this is 18\.[^\n]+\n$/);
  }
});

for (const major of SUPPORTED) {
  nativeTest(test, [nodeOf(major)], `node ${major} makes the committed bundle byte for byte`, () => {
    const dir = mkdtempSync(join(tmpdir(), 'pigstyc-node-'));
    try {
      cpSync('fixtures/ok/reference', join(dir, 'site'), { recursive: true });
      const out = join(dir, 'out');
      const built = pigstyc(major, ['build', join(dir, 'site/pigsty.yml'), '-o', out, '--graph']);
      assert.is(built.code, 0, built.stderr);
      const ignored = ['sealed', 'stamps', 'lib.sh'].flatMap((name) => ['-x', name]);
      const same = spawnSync('diff', ['-rq', ...ignored, 'out', out], { encoding: 'utf8' });
      assert.is(same.stdout, '');
      assert.is(same.status, 0);
      assert.equal(readFileSync(join(out, 'shared/lib.sh')), readFileSync('out/shared/lib.sh'));
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
}

test.run();
