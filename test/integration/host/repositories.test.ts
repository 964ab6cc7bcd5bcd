/** Package sources of a host are switched when the new ones are known to work without the old. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { fileStep, Sandbox, STAND_INS } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}
const test = suite<World>('package repositories');
test.before.each((world) => {
  world.box = new Sandbox();
  world.box.command('apt-get', readFileSync(join(STAND_INS, 'apt-get'), 'utf8'));
});
test.after.each(({ box }) => box.close());

const DIR = '/etc/apt/sources.list.d';
const bundle = (name: string): readonly Step[] => [
  fileStep(`${DIR}/${name}.list`, 'deb [trusted=yes] http://10.0.0.9/pigsty ./\n', {
    effects: [
      { kind: 'call', fn: 'repo_exclusive', args: [DIR, `${name}.list`] },
      { kind: 'call', fn: 'repo_refresh', args: [] },
    ],
  }),
  {
    kind: 'call',
    stage: 'node',
    name: 'only declared repositories',
    fn: 'repo_exclusive',
    args: [DIR, `${name}.list`],
  },
];

test('sources that work stay until the declared ones are read; what cannot be read goes again', ({ box }) => {
  box.write('/etc/apt/sources.list', 'deb http://old bookworm main\n');
  writeFileSync(join(box.fake, 'unreachable'), '');
  box.build(bundle('local'));
  const failed = box.apply();
  assert.is(failed.code, 1);
  assert.match(failed.error, 'the former ones stay in use');
  assert.match(failed.error, 'Failed to fetch http://10.0.0.9/pigsty');
  assert.is(box.read('/etc/apt/sources.list'), 'deb http://old bookworm main\n');
  assert.not.ok(box.has(`${DIR}/local.list`));
  // What the failed run still owes must not take the sources from a bundle that declares others.
  box.build(bundle('other'));
  assert.is(box.apply().code, 1);
  assert.ok(box.has('/etc/apt/sources.list'));
  rmSync(join(box.fake, 'unreachable'));
  const done = box.apply();
  assert.is(done.code, 0, done.error);
  assert.ok(box.has(`${DIR}/other.list`));
  assert.not.ok(box.has('/etc/apt/sources.list'));
  assert.ok(box.has(`${DIR}/backup/sources.list`));
  assert.match(box.apply().output, 'converged changed=0');
});

test.run();
