/** A unit that dies of what this run did is a failure, also where nothing probes it. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect, Step } from '../../../emitters/api.ts';
import { fileStep, Sandbox } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}
const test = suite<World>('units stay up');
test.before.each((world) => {
  world.box = new Sandbox();
});
test.after.each(({ box }) => box.close());

const plan = (text: string, kind: 'reload' | 'restart'): readonly Step[] => [
  fileStep('/etc/web.conf', text, { effects: [{ kind, unit: 'web' } satisfies Effect] }),
  { kind: 'unit', stage: 'node', unit: 'web', enabled: true, state: 'started' },
];

for (const kind of ['reload', 'restart'] as const)
  test(`of a ${kind}`, ({ box }) => {
    box.build(plan('one\n', kind));
    assert.is(box.apply().code, 0);
    writeFileSync(join(box.fake, 'dies.web'), '');
    box.build(plan('two\n', kind));
    const died = box.apply();
    assert.is(died.code, 1);
    assert.match(died.error, 'step units stay up: web was started or reloaded and is inactive');
    rmSync(join(box.fake, 'dies.web'));
    assert.match(box.apply().output, 'changed: started web');
    assert.is(readFileSync(join(box.root, 'etc/web.conf'), 'utf8'), 'two\n');
  });

test('one that has died before and waits to be started again is started, where a reload would fail', ({ box }) => {
  const probe: Step = { kind: 'probe', stage: 'node', name: 'anything', command: ['true'], timeoutSeconds: 1 };
  const [file, unit] = plan('one\n', 'reload') as [Step, Step];
  box.build([file, probe, unit]);
  assert.is(box.apply().code, 0);
  writeFileSync(join(box.fake, 'state.web'), 'activating');
  box.build([plan('two\n', 'reload')[0]!, probe, unit]);
  const done = box.apply();
  assert.is(done.code, 0, done.error);
  assert.match(done.output, 'changed: started web');
  assert.match(box.apply().output, 'converged changed=0');
});

test('but not of one that a later stage stops', ({ box }) => {
  box.build(plan('one\n', 'reload'));
  assert.is(box.apply().code, 0);
  const ends: Step = { kind: 'unit', stage: 'pgsql', unit: 'web', enabled: false, state: 'stopped' };
  box.build([...plan('two\n', 'reload'), ends]);
  const done = box.apply();
  assert.is(done.code, 0, done.error);
  assert.match(done.output, /changed: reloaded web\n[^]*changed: stopped web/);
});

test('and those that do are noted, for whoever comes next: not before a run is done, and once', ({ box }) => {
  const noted = join(box.root, 'var/lib/pigstyc/running');
  box.build([
    ...plan('one\n', 'restart'),
    { kind: 'unit', stage: 'node', unit: 'other', enabled: false, state: 'started' },
  ]);
  assert.is(box.apply('--check').code, 2);
  assert.not.ok(existsSync(noted));
  assert.is(box.apply().code, 0);
  assert.is(readFileSync(noted, 'utf8'), 'web\n', 'what is not started at boot need not run');
  const { ino } = statSync(noted);
  assert.is(box.apply().code, 0);
  assert.is(statSync(noted).ino, ino);
});

test('and where Patroni says whether its server runs, as long as it runs itself', ({ box }) => {
  const noted = join(box.root, 'var/lib/pigstyc/running');
  box.write('/etc/pigstyc/instance.env', 'PATRONI_UNIT=web\nPATRONI_URL=http://10.0.0.1:8008\n');
  box.build(plan('one\n', 'restart'));
  assert.is(box.apply().code, 0);
  assert.is(readFileSync(noted, 'utf8'), 'web\nhttp://10.0.0.1:8008/health\n');
  box.write('/etc/pigstyc/instance.env', 'PATRONI_UNIT=other\nPATRONI_URL=http://10.0.0.1:8008\n');
  assert.is(box.apply().code, 0);
  assert.is(readFileSync(noted, 'utf8'), 'web\n');
});

test('and one that starts again and again is explained where it does not answer', ({ box }) => {
  box.command('journalctl', `#!/bin/bash\necho "$*" >${box.fake}/asked\necho 'web: cannot read password=secret'\n`);
  box.build([
    ...plan('one\n', 'restart'),
    { kind: 'probe', stage: 'node', name: 'Web answers', command: ['false'], timeoutSeconds: 1 },
  ]);
  const failed = box.apply();
  assert.is(failed.code, 1);
  assert.match(
    failed.error,
    /Web answers: not true after 1 s[^]*last lines of its journal:\n +\| web: cannot read password=…/,
  );
  assert.match(readFileSync(join(box.fake, 'asked'), 'utf8'), '-u web ');
});

test.run();
