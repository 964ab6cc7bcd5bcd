/** The state directory is full or read-only: what a run owes is not lost, and none says that it has converged. Needs root. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { fileStep, Sandbox, secretStep, treeOf, unitStep } from './harness.ts';

interface World extends Context {
  box: Sandbox;
  state: string;
}
const test = suite<World>('full disk');
const may = spawnSync('unshare', ['-m', 'true']).status === 0 && process.getuid?.() === 0;

const mount = (...words: readonly string[]): void => {
  const done = spawnSync('mount', words, { encoding: 'utf8' });
  assert.is(done.status, 0, done.stderr);
};

test.before.each((world) => {
  world.box = new Sandbox();
  world.state = join(world.box.root, 'var/lib/pigstyc');
  mkdirSync(world.state, { recursive: true });
  mount('-t', 'tmpfs', '-o', 'size=1M', 'tmpfs', world.state);
});
test.after.each(({ box, state }) => {
  spawnSync('umount', [state]);
  box.close();
});

/** Leaves so many KiB there. */
function fill(state: string, left: number): void {
  const free = Number(
    spawnSync('df', ['-k', '--output=avail', state], { encoding: 'utf8' }).stdout.split('\n')[1]!.trim(),
  );
  if (free > left) writeFileSync(join(state, 'filler'), Buffer.alloc((free - left) * 1024));
}
const empty = (state: string): void => {
  spawnSync('rm', ['-f', join(state, 'filler')]);
};

/** The disk has so many KiB left from the first look at the host on, which comes after the question whether there is room. */
function fillsLater(box: Sandbox, state: string, left: number): void {
  box.command(
    'sha256sum',
    `#!/bin/bash\nif [[ -e ${box.fake}/fills ]]; then rm ${box.fake}/fills; head -c 2M /dev/zero >${state}/filler; ` +
      `truncate -s -${left}K ${state}/filler; fi 2>/dev/null\nexec /usr/bin/sha256sum "$@"\n`,
  );
  writeFileSync(join(box.fake, 'fills'), '');
}

/** Files with secrets and without, a server that must not be restarted, one that may, and a call. */
const plan = (text: string): readonly Step[] => [
  fileStep('/etc/db.conf', `${text}\n${'x'.repeat(6000)}\n`, {
    effects: [{ kind: 'restart', unit: 'db', guarded: true }],
  }),
  secretStep('/etc/db.pass', `secret-${text}`),
  fileStep(`/etc/new-${text}.conf`, `${'y'.repeat(6000)}\n`),
  fileStep('/etc/web.conf', `${text}\n`, { effects: [{ kind: 'reload', unit: 'web' }] }),
  unitStep('db', { guarded: true }),
  unitStep('web'),
];

/** All of the host but the state. */
const host = (box: Sandbox): string => treeOf(box.root, ['/var']);

test('a run without room for its notes does not begin, and what is owed stays owed', ({ box, state }) => {
  box.build(plan('one'));
  assert.is(box.apply().code, 0);
  box.build(plan('two'));
  assert.match(box.apply().output, 'pending: restart db');
  const effects = readFileSync(join(state, 'effects'), 'utf8');
  assert.match(effects, 'restart! db');
  const was = host(box);
  box.calls();
  for (const remount of ['rw', 'ro']) {
    if (remount === 'rw') fill(state, 8);
    else mount('-o', 'remount,ro', state);
    for (const text of ['two', 'three']) {
      box.build(plan(text));
      const run = box.apply('--allow-restart');
      assert.is(run.code, 3, run.output);
      assert.match(run.error, `cannot write 256 KiB into ${state}, where what a run still owes is kept`);
    }
    assert.is(box.apply('--check').code, 2, 'a look needs no room');
  }
  assert.is(host(box), was);
  assert.equal(box.calls(), []);
  mount('-o', 'remount,rw', state);
  empty(state);
  assert.is(readFileSync(join(state, 'effects'), 'utf8'), effects);
  box.build(plan('two'));
  const run = box.apply('--allow-restart');
  assert.is(run.code, 0, run.error);
  assert.match(run.output, 'changed: restarted db');
  assert.match(box.apply().output, 'changed=0');
});

test('a disk that fills up under a run: it fails, and the next one does what is left', ({ box, state }) => {
  const undisturbed = new Sandbox();
  try {
    for (const text of ['one', 'two']) {
      undisturbed.build(plan(text));
      assert.is(undisturbed.apply().code, 0);
    }
    let failed = 0;
    for (const left of [4, 16, 28]) {
      box.build(plan('one'));
      assert.is(box.apply().code, 0);
      box.build(plan('two'));
      box.calls();
      fillsLater(box, state, left);
      const run = box.apply();
      if (run.code === 0) assert.match(run.output, 'pending: restart db');
      else {
        failed += 1;
        assert.is(run.code, 1, run.output);
        assert.not.match(run.output, 'converged');
      }
      empty(state);
      box.apply();
      const last = box.apply();
      assert.is(last.code, 0, last.error);
      assert.match(last.output, 'changed=0');
      assert.match(last.output, 'pending: restart db');
      assert.match(box.calls().join('\n'), 'reload -- web');
      assert.is(host(box), host(undisturbed), `${left} KiB`);
      assert.is(box.apply('--rollback').code, 0, 'the generations are whole');
    }
    assert.ok(failed > 1, `${failed} runs met the end of the disk`);
  } finally {
    undisturbed.close();
  }
});

test('a line that was cut off is no line', ({ box, state }) => {
  box.build(plan('one'));
  assert.is(box.apply().code, 0);
  box.write('/etc/host', 'mine\n');
  const installed = join(state, 'installed/node.tsv');
  writeFileSync(installed, `${readFileSync(installed, 'utf8')}node\tfile\t/etc/host`);
  box.build(plan('two'));
  const looked = box.apply('--check');
  assert.not.match(looked.output, '/etc/host\n');
  assert.is(box.apply().code, 0);
  assert.is(box.read('/etc/host'), 'mine\n');
  assert.not.match(readFileSync(installed, 'utf8'), '/etc/hostnode');
});

if (may) test.run();
else console.log('skip: full disk (needs root)');
