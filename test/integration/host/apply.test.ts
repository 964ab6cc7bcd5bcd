import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../../compiler/model/secret.ts';
import type { Effect, Step } from '../../../emitters/api.ts';
import { fileStep, GROUP, OWNER, Sandbox, secretStep } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}

const test = suite<World>('apply.sh');
test.before.each((world) => {
  world.box = new Sandbox();
});
test.after.each(({ box }) => box.close());

const RELOAD: readonly Effect[] = [{ kind: 'reload', unit: 'web' }];
const RESTART: readonly Effect[] = [{ kind: 'restart', unit: 'web' }];
const GUARDED: readonly Effect[] = [{ kind: 'restart', unit: 'db', guarded: true }];
const unit = (name: string, guarded = false): Step => ({
  kind: 'unit',
  stage: 'node',
  unit: name,
  enabled: true,
  state: 'started',
  guarded,
});
const dir = (path: string, mode = 0o755): Step => ({
  kind: 'dir',
  stage: 'node',
  path,
  owner: OWNER,
  group: GROUP,
  mode,
});

const typical = (version: string, password = 'one'): readonly Step[] => [
  dir('/etc/web', 0o750),
  dir('/srv/data'),
  { kind: 'link', stage: 'node', path: '/data', target: '/srv/data' },
  fileStep('/etc/web/web.conf', `version ${version}\n`, { effects: RELOAD }),
  secretStep('/etc/web/secret.env', password, { effects: RESTART }),
  fileStep('/etc/hosts', '10.0.0.1 box-1\n', { manage: 'block', source: 'node/hosts' }),
  fileStep('/etc/systemd/system/web.service', '[Service]\nExecStart=/bin/true\n', { effects: RESTART }),
  unit('web'),
];

function everything(root: string): string {
  const lines: string[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(path).sort()) {
      const at = join(path, name);
      const stat = lstatSync(at);
      lines.push(`${at} ${stat.mode.toString(8)} ${stat.mtimeMs} ${stat.ino}`);
      if (stat.isDirectory()) walk(at);
    }
  };
  walk(root);
  return lines.join('\n');
}

test('a first run makes everything, a second changes nothing and touches nothing', ({ box }) => {
  box.write('/etc/hosts', '127.0.0.1 localhost\n');
  box.build(typical('1'));
  const first = box.apply();
  assert.is(first.code, 0, first.error + first.output);
  assert.is(box.read('/etc/web/web.conf'), 'version 1\n');
  assert.is(box.read('/etc/web/secret.env'), 'user=admin\npassword=one\n');
  assert.is(statSync(`${box.root}/etc/web/secret.env`).mode & 0o777, 0o600);
  assert.is(statSync(`${box.root}/etc/web`).mode & 0o777, 0o750);
  assert.is(
    box.read('/etc/hosts'),
    '127.0.0.1 localhost\n# BEGIN pigstyc node.hosts\n10.0.0.1 box-1\n# END pigstyc node.hosts\n',
  );
  assert.equal(box.calls(), [
    'daemon-reload',
    'enable --quiet --no-reload -- web',
    'reset-failed -- web',
    'start -- web',
    'daemon-reload',
  ]);
  const before = everything(box.root);
  const second = box.apply();
  assert.is(second.code, 0, second.error);
  assert.match(second.output, /converged changed=0 ok=\d+ restarted=0 pending=0\n$/);
  assert.equal(box.calls(), []);
  assert.is(everything(box.root), before);
});

test('a changed file reloads, a changed unit file restarts once after daemon-reload', ({ box }) => {
  box.build(typical('1'));
  box.apply();
  box.calls();
  box.build(typical('2'));
  assert.is(box.apply().code, 0);
  assert.equal(box.calls(), ['reload -- web']);
  box.write('/etc/systemd/system/web.service', 'edited by hand\n');
  box.build(typical('3'));
  const third = box.apply();
  assert.equal(box.calls(), ['daemon-reload', 'restart -- web']);
  assert.match(third.output, 'changed=3 ');
  assert.match(third.output, 'restarted=1 ');
});

test('a unit file that says the same with other words is replaced and read, and nothing restarts', ({ box }) => {
  const web = (head: string, command = '/bin/true'): readonly Step[] => [
    fileStep('/etc/systemd/system/web.service', `[Unit]\n${head}\n[Service]\nExecStart=${command}\n`, {
      effects: RESTART,
    }),
    unit('web'),
  ];
  box.build(web('Description=web server\n# by hand'));
  box.apply();
  box.calls();
  box.build(web('Description=the web\nDocumentation=man:web(8)\nAfter=network-online.target\n'));
  const run = box.apply();
  assert.match(run.output, 'changed: /etc/systemd/system/web.service');
  assert.equal(box.calls(), ['daemon-reload']);
  box.build(web('Description=the web', '/bin/false'));
  box.apply();
  assert.equal(box.calls(), ['daemon-reload', 'restart -- web']);
});

test('owner, mode and link target are corrected', ({ box }) => {
  box.build(typical('1'));
  box.apply();
  chmodSync(`${box.root}/etc/web/web.conf`, 0o666);
  chmodSync(`${box.root}/etc/web`, 0o777);
  unlinkSync(`${box.root}/data`);
  symlinkSync('/elsewhere', `${box.root}/data`);
  const run = box.apply();
  assert.match(run.output, 'changed=4 ', 'file, directory, link and the reload');
  assert.is(statSync(`${box.root}/etc/web/web.conf`).mode & 0o777, 0o644);
  assert.is(statSync(`${box.root}/etc/web`).mode & 0o777, 0o750);
});

test('--check lists what differs, exits 2 and writes nothing', ({ box }) => {
  box.build(typical('1'));
  const fresh = everything(box.root);
  const check = box.apply('--check');
  assert.is(check.code, 2, check.error);
  assert.is(everything(box.root), fresh);
  assert.match(check.output, 'would change: /etc/web/web.conf');
  box.apply();
  assert.is(box.apply('--check').code, 0);
  box.write('/etc/web/web.conf', 'drift\n');
  box.calls();
  const before = everything(box.root);
  const drift = box.apply('--diff');
  assert.is(drift.code, 2);
  assert.is(everything(box.root), before);
  assert.match(drift.output, '-drift');
  assert.match(drift.output, '+version 1');
  assert.match(drift.output, 'would change: reloaded web');
  assert.equal(box.calls(), []);
});

test('--diff never shows a secret', ({ box }) => {
  box.build(typical('1', 'hunter2'));
  box.apply();
  box.build(typical('1', 'correct horse'));
  const rotated = box.apply('--diff');
  assert.match(rotated.output, '<secret:test_password#');
  box.apply();
  box.write('/etc/web/secret.env', 'user=admin\npassword=somebody\n');
  const drifted = box.apply('--diff');
  assert.match(drifted.output, 'a secret or the file on the host changed (not shown)');
  for (const text of [rotated.output, rotated.error, drifted.output, drifted.error]) {
    for (const secret of ['hunter2', 'correct horse', 'somebody']) assert.not.ok(text.includes(secret), secret);
  }
});

test('a guarded unit is not restarted without leave; the debt survives runs', ({ box }) => {
  const steps = (version: string): readonly Step[] => [
    fileStep('/etc/db.conf', `${version}\n`, { effects: GUARDED }),
    unit('db', true),
  ];
  box.build(steps('1'));
  box.apply();
  box.build(steps('2'));
  box.calls();
  const announced = box.apply();
  assert.is(announced.code, 0);
  assert.match(announced.output, 'pending: restart db: run apply.sh --allow-restart');
  assert.match(announced.output, 'pending=1');
  assert.match(box.apply().output, 'changed=0 ok=2 restarted=0 pending=1');
  assert.is(box.apply('--check').code, 2, 'an owed restart is a difference');
  assert.equal(box.calls(), []);
  const allowed = box.apply('--allow-restart');
  assert.match(allowed.output, 'restarted=1 pending=0');
  assert.equal(box.calls(), ['restart -- db']);
  assert.match(box.apply().output, 'changed=0 ok=2 restarted=0 pending=0');
});

test('a file that its program rejects does not replace the former one', ({ box }) => {
  box.command('checker', '#!/bin/sh\nif grep -q bad "$1"; then echo "line 1: bad word" >&2; exit 9; fi\n');
  const steps = (text: string): readonly Step[] => [
    fileStep('/etc/x.conf', text, { effects: RELOAD, validate: { command: ['checker', '{}'] } }),
  ];
  box.build(steps('good\n'));
  assert.is(box.apply().code, 0);
  box.build(steps('bad\n'));
  const run = box.apply();
  assert.is(run.code, 1);
  assert.is(box.read('/etc/x.conf'), 'good\n');
  for (const part of [
    'stage node',
    'step file /etc/x.conf',
    'checker',
    'exit code: 9',
    'line 1: bad word',
    'run apply.sh again',
  ])
    assert.match(run.error, part);
  assert.not.ok(
    readdirSync(`${box.root}/etc`).some((name) => name.endsWith('.pigstyc')),
    'no temporary file stays',
  );
});

test('files that are no longer declared are removed, also of a stage that is gone; blocks too', ({ box }) => {
  box.write('/etc/hosts', 'mine\n');
  const base: readonly Step[] = [fileStep('/etc/keep.conf', 'keep\n')];
  box.build([
    ...base,
    fileStep('/etc/web/old.conf', 'old\n', { effects: RELOAD }),
    fileStep('/etc/hosts', 'x\n', { manage: 'block', source: 'node/hosts' }),
    unit('web'),
    fileStep('/etc/once.conf', 'once\n', { once: true }),
    fileStep('/etc/systemd/system/cache.service', '[Service]\n', { stage: 'redis' }),
    { kind: 'unit', stage: 'redis', unit: 'cache', enabled: true, state: 'started' },
  ]);
  assert.is(box.apply().code, 0);
  box.calls();
  box.build([...base, unit('web')]);
  const run = box.apply();
  assert.is(run.code, 0, run.error);
  assert.not.ok(box.has('/etc/web/old.conf'));
  assert.not.ok(box.has('/etc/systemd/system/cache.service'));
  assert.ok(box.has('/etc/once.conf'));
  assert.is(box.read('/etc/hosts'), 'mine\n');
  assert.equal(box.calls(), [
    'reload -- web',
    'stop -- cache',
    'disable --quiet --no-reload -- cache',
    'daemon-reload',
  ]);
  assert.match(box.apply().output, 'changed=0');
});

test('of a stage that is gone calls are not made, and what lies among the data stays', ({ box }) => {
  const keep = fileStep('/etc/keep.conf', 'keep\n');
  box.build([
    keep,
    unit('web'),
    fileStep('/etc/db/rules', 'x\n', {
      stage: 'pgsql',
      effects: [...RELOAD, { kind: 'call', fn: 'file_reserve', args: ['/etc/space', '64KiB'] }],
    }),
    fileStep('/pg/data/pg_hba.conf', 'x\n', { stage: 'pgsql' }),
  ]);
  const first = box.apply();
  assert.is(first.code, 0, first.error);
  assert.ok(box.has('/etc/space'), 'the call is made');
  rmSync(join(box.root, '/etc/space'));
  box.calls();
  box.build([keep, unit('web')]);
  const run = box.apply();
  assert.is(run.code, 0, run.error);
  assert.not.ok(box.has('/etc/db/rules'));
  assert.not.ok(box.has('/etc/space'));
  assert.is(box.read('/pg/data/pg_hba.conf'), 'x\n');
  assert.equal(box.calls(), ['reload -- web']);
  assert.match(box.apply().output, 'changed=0');
});

test('a running guarded unit is not stopped because its file is gone; it keeps its files until it may be stopped', ({
  box,
}) => {
  const declared: readonly Step[] = [
    fileStep('/etc/db.conf', 'x\n', { effects: GUARDED }),
    fileStep('/etc/db.env', 'x\n'),
    fileStep('/etc/systemd/system/db.service', '[Service]\n', { effects: GUARDED }),
    unit('db', true),
  ];
  box.build(declared);
  box.apply();
  box.calls();
  box.build([fileStep('/etc/keep.conf', 'keep\n')]);
  for (const run of [box.apply(), box.apply()]) {
    assert.is(run.code, 0, run.error);
    assert.match(run.output, 'pending: stop db and remove /etc/systemd/system/db.service');
    for (const path of ['/etc/db.conf', '/etc/db.env', '/etc/systemd/system/db.service'])
      assert.ok(box.has(path), path);
  }
  assert.equal(box.calls(), []);
  assert.is(box.apply('--check').code, 2, 'what waits is a difference');
  const allowed = box.apply('--allow-restart');
  assert.match(allowed.output, 'pending=0');
  for (const path of ['/etc/db.conf', '/etc/db.env', '/etc/systemd/system/db.service'])
    assert.not.ok(box.has(path), path);
  assert.equal(box.calls(), ['stop -- db', 'disable --quiet --no-reload -- db', 'daemon-reload']);
  assert.match(box.apply().output, 'changed=0');
});

test('--rollback puts the former files back, newest generation first', ({ box }) => {
  box.build(typical('1'));
  box.apply();
  box.build([...typical('2'), fileStep('/etc/web/new.conf', 'new\n')]);
  box.apply();
  box.calls();
  const back = box.apply('--rollback');
  assert.is(back.code, 0, back.error);
  assert.is(box.read('/etc/web/web.conf'), 'version 1\n');
  assert.not.ok(box.has('/etc/web/new.conf'));
  assert.equal(box.calls(), ['reload -- web']);
  const further = box.apply('--rollback');
  assert.is(further.code, 0);
  assert.not.ok(box.has('/etc/web/web.conf'));
  assert.is(box.apply('--rollback').code, 3);
  assert.is(box.apply().code, 0);
  assert.is(box.read('/etc/web/web.conf'), 'version 2\n');
});

test('--diff after --rollback compares with what was put back', ({ box }) => {
  const version = (text: string): readonly Step[] => [
    secretStep('/etc/web.env', '', {
      render: (secrets) => `version ${text}\npassword=${secrets.reveal(new Secret('test_password', 'one'))}\n`,
    }),
  ];
  for (const text of ['1', '2']) {
    box.build(version(text));
    box.apply();
  }
  box.apply('--rollback');
  const shown = box.apply('--check', '--diff').output;
  assert.match(shown, /^-version 1\n\+version 2$/m);
  assert.not.match(shown, 'one');
});

test('lines that only a first start reads owe nothing when they alone differ', ({ box }) => {
  const members = (names: string, port: number): readonly Step[] => [
    fileStep('/etc/db.conf', `port: ${port}\ninitial-members: ${names}\n`, {
      effects: GUARDED,
      settings: { name: 'test', separator: ':', needs: { 'initial-*': 'first start' } },
    }),
    unit('db', true),
  ];
  box.build(members('a', 1));
  assert.match(box.apply().output, 'pending=0');
  box.build(members('a,b', 1));
  const checked = box.apply('--check');
  assert.is(checked.code, 2);
  assert.match(checked.output, 'pending=0');
  assert.match(box.apply().output, 'changed=1 ok=1 restarted=0 pending=0');
  assert.is(box.read('/etc/db.conf'), 'port: 1\ninitial-members: a,b\n');
  box.build(members('a', 2));
  assert.match(box.apply().output, 'changed=1 ok=1 restarted=0 pending=1');
});

test('lines below a name that only a first start reads owe nothing either, and neither do those of a list', ({
  box,
}) => {
  const version = (ttl: number, rule: string, port: number): readonly Step[] => [
    fileStep(
      '/etc/db.yml',
      `boot:\n  rules:\n    - host all ${rule}\n  dcs:\n    ttl: ${ttl}\nserver:\n  ttl: 5\n  port: ${port}\n  boot: 1\n`,
      {
        effects: GUARDED,
        settings: { name: 'test', separator: ':', needs: { 'boot*': 'first start', 'boot.dcs*': 'nothing' } },
      },
    ),
    unit('db', true),
  ];
  box.build(version(1, 'a', 1));
  assert.match(box.apply().output, 'pending=0');
  box.build(version(2, 'b', 1));
  assert.match(box.apply().output, 'changed=1 ok=1 restarted=0 pending=0');
  assert.match(box.read('/etc/db.yml'), 'ttl: 2');
  box.build(version(2, 'b', 2));
  assert.match(box.apply().output, 'changed=1 ok=1 restarted=0 pending=1');
});

test('preflight refuses before anything changes', ({ box }) => {
  const refused = (why: string | RegExp): void => {
    const before = everything(box.root);
    const run = box.apply();
    assert.is(run.code, 3, run.error + run.output);
    assert.match(run.error, why);
    assert.is(everything(box.root).replace(/.*\/var.*\n?/g, ''), before.replace(/.*\/var.*\n?/g, ''));
  };
  box.build(typical('1'), { seal: false });
  mkdirSync(`${box.root}/var/lib/pigstyc`, { recursive: true });
  refused('sealed/ is missing');
  box.build(typical('1'));
  writeFileSync(join(box.bundle, 'files/etc/web/web.conf'), 'truncat');
  refused('incomplete or was edited');
  box.build(typical('1'));
  box.env['PIGSTYC_ASSUME_HOST'] = '10.0.0.2';
  refused('this bundle is for 10.0.0.1');
  delete box.env['PIGSTYC_ASSUME_HOST'];
  box.write('/etc/os-release', 'ID=rocky\nID_LIKE="rhel centos fedora"\nVERSION_ID=9.4\n');
  refused('compiled for a deb system');
  box.write('/etc/os-release', 'ID=debian\nVERSION_ID=12\n');
  box.build(typical('1'), { pg: true });
  writeFileSync(join(box.base, 'meminfo'), 'MemTotal: 2048000 kB\n');
  refused('sized for 4096 MiB of memory, this host has 2000 MiB');
  for (const nic of ['lo', 'ens3']) box.write(`/net/${nic}`, '');
  box.env['PIGSTYC_INTERFACES'] = join(box.root, 'net');
  box.build(typical('1'), { interface: 'eth1' });
  refused('vip_interface names the interface eth1, this host has ens3 lo');
  box.build(typical('1'), { interface: 'ens3' });
  assert.is(box.apply().code, 0);
  box.build(typical('1'), { interface: ' Auto ' });
  assert.is(box.apply().code, 0);
  assert.is(box.apply('--stage', 'nope').code, 3);
  assert.is(box.apply('--frobnicate').code, 3);
});

test('a concurrent run exits 4 and the first one goes on', async ({ box }) => {
  box.command('slow', `#!/bin/sh\ntouch "${box.base}/started"\nwhile [ ! -e "${box.base}/go" ]; do sleep 0.02; done\n`);
  box.build([
    { kind: 'probe', stage: 'node', name: 'slow', command: ['slow'], timeoutSeconds: 20 },
    fileStep('/etc/late.conf', 'late\n'),
  ]);
  const first = spawn('bash', [join(box.bundle, 'apply.sh')], { env: box.environment(), stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => first.once('exit', resolve));
  while (!existsSync(join(box.base, 'started'))) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = box.apply();
  assert.is(second.code, 4, second.error);
  writeFileSync(join(box.base, 'go'), '');
  assert.is(await ended, 0);
  assert.ok(box.has('/etc/late.conf'));
});

test('a run killed between a rename and its reload still owes the reload', async ({ box }) => {
  box.build([fileStep('/etc/a.conf', '1\n', { effects: RELOAD }), unit('web')]);
  box.apply();
  box.calls();
  box.command(
    'wait-for-kill',
    '#!/bin/sh\nif [ "$(cat "$1")" = 2 ] && [ ! -e "$FAKE/killed" ]; then touch "$FAKE/killed"; sleep 30; fi\n',
  );
  box.build([
    fileStep('/etc/a.conf', '2\n', { effects: RELOAD }),
    fileStep('/etc/b.conf', '2\n', { effects: RESTART, validate: { command: ['wait-for-kill', '{}'] } }),
    unit('web'),
  ]);
  await box.killWhen(join(box.fake, 'killed'));
  assert.is(box.read('/etc/a.conf'), '2\n');
  assert.not.ok(box.has('/etc/b.conf'));
  assert.equal(box.calls(), [], 'nothing was reloaded yet');
  box.build([fileStep('/etc/a.conf', '2\n', { effects: RELOAD }), unit('web')]);
  const run = box.apply();
  assert.is(run.code, 0, run.error);
  assert.equal(box.calls(), ['reload -- web']);
  assert.match(box.apply().output, 'changed=0');
});

test('a run killed after it has started a unit leaves no restart for the next one', async ({ box }) => {
  const steps = [fileStep('/etc/db.conf', '1\n', { effects: GUARDED }), unit('db', true)];
  const systemctl = readFileSync(join(box.bin, 'systemctl'), 'utf8');
  for (const moment of ['before', 'after'] as const) {
    const own = new Sandbox();
    try {
      own.command('real-systemctl', systemctl);
      const start = moment === 'before' ? '' : '"$FAKE/../bin/real-systemctl" "$@";';
      own.command(
        'systemctl',
        `#!/bin/bash
if [[ $1 == start && ! -e $FAKE/killed ]]; then ${start} touch "$FAKE/killed"; sleep 30; fi
exec ${join(own.bin, 'real-systemctl')} "$@"
`.replace('"$FAKE/../bin/real-systemctl"', join(own.bin, 'real-systemctl')),
      );
      own.build(steps);
      await own.killWhen(join(own.fake, 'killed'));
      assert.is(existsSync(join(own.fake, 'active/db')), moment === 'after');
      const next = own.apply();
      assert.is(next.code, 0, next.error);
      assert.match(next.output, 'restarted=0 pending=0');
      assert.ok(existsSync(join(own.fake, 'active/db')));
      assert.match(own.apply().output, 'changed=0 ok=2 restarted=0 pending=0');
    } finally {
      own.close();
    }
  }
});

test('what a unit owes is settled when the host starts again', ({ box }) => {
  const proc = join(box.base, 'proc');
  const boot = (id: string): void => {
    mkdirSync(join(proc, 'kernel/random'), { recursive: true });
    writeFileSync(join(proc, 'kernel/random/boot_id'), `${id}\n`);
  };
  Object.assign(box.env, { PIGSTYC_PROC_SYS: proc });
  boot('one');
  const steps = (version: string): readonly Step[] => [
    fileStep('/etc/db.conf', `${version}\n`, { effects: GUARDED }),
    unit('db', true),
  ];
  box.build(steps('1'));
  box.apply();
  box.build(steps('2'));
  assert.match(box.apply().output, 'pending=1');
  assert.match(box.apply().output, 'pending=1', 'the host has been up all the time');
  boot('two');
  assert.is(box.apply('--check').code, 0);
  assert.match(box.apply().output, 'changed=0 ok=2 restarted=0 pending=0');
  box.build(steps('3'));
  assert.match(box.apply().output, 'pending=1', 'a change after it counts again');
});

test('a killed first run is completed by the next', async ({ box }) => {
  box.command('wait-for-kill', '#!/bin/sh\nif [ ! -e "$FAKE/killed" ]; then touch "$FAKE/killed"; sleep 30; fi\n');
  box.build([
    ...typical('1').slice(0, 4),
    fileStep('/etc/middle.conf', 'x\n', { validate: { command: ['wait-for-kill', '{}'] } }),
    ...typical('1').slice(4),
  ]);
  await box.killWhen(join(box.fake, 'killed'));
  const run = box.apply();
  assert.is(run.code, 0, run.error);
  assert.not.ok(readdirSync(`${box.root}/etc`).some((name) => name.endsWith('.pigstyc')));
  assert.match(box.apply().output, 'changed=0');
});

test('each failing command stops the run at its step and the next run completes it', ({ box }) => {
  for (const name of ['install', 'mv', 'sync', 'mkdir', 'ln', 'systemctl']) {
    const own = new Sandbox();
    try {
      own.build(typical('1'));
      const real = name === 'systemctl' ? join(own.bin, 'real-systemctl') : `/usr/bin/${name}`;
      if (name === 'systemctl') own.command('real-systemctl', readFileSync(join(own.bin, 'systemctl'), 'utf8'));
      // Fails at its first call that changes something, then works.
      own.command(
        name,
        `#!/bin/bash\nif [[ ! -e $FAKE/failed && "$1" != show ]]; then touch "$FAKE/failed"; echo "${name}: no ` +
          `space left on device" >&2; exit 1; fi\nexec ${existsSync(real) ? real : `/bin/${name}`} "$@"\n`,
      );
      const failed = own.apply();
      if (name === 'mkdir' && failed.code === 3) {
        assert.match(failed.error, 'REFUSED');
      } else {
        assert.is(failed.code, 1, `${name}: ${failed.output}${failed.error}`);
        assert.match(failed.error, `${name}: no space left on device`);
        assert.match(failed.error, 'step ');
      }
      rmSync(join(own.bin, name));
      own.command(
        'systemctl',
        name === 'systemctl'
          ? readFileSync(join(own.bin, 'real-systemctl'), 'utf8')
          : readFileSync(join(own.bin, 'systemctl'), 'utf8'),
      );
      const next = own.apply();
      assert.is(next.code, 0, `${name}: ${next.error}`);
      assert.ok(existsSync(join(own.fake, 'active/web')));
      assert.match(own.apply().output, 'changed=0', name);
    } finally {
      own.close();
    }
  }
  void box;
});

test('a unit that does not start is explained', ({ box }) => {
  box.build([unit('web')]);
  writeFileSync(join(box.fake, 'fail/systemctl.start'), '');
  const run = box.apply();
  assert.is(run.code, 1);
  for (const part of ['step unit web', 'systemctl start -- web', 'exit code: 1', 'told to fail'])
    assert.match(run.error, part);
});

test('--stage takes only the named stages; effects of others stay with them', ({ box }) => {
  box.build([fileStep('/etc/node.conf', 'n\n'), fileStep('/etc/redis.conf', 'r\n', { stage: 'redis' })]);
  assert.is(box.apply('--stage', 'redis').code, 0);
  assert.ok(box.has('/etc/redis.conf'));
  assert.not.ok(box.has('/etc/node.conf'));
});

test('what a stage owes is not done in another stage', ({ box }) => {
  const steps = (version: string): readonly Step[] => [
    fileStep('/etc/node.conf', `${version}\n`, { effects: RELOAD }),
    unit('web'),
    fileStep('/etc/db.conf', `${version}\n`, { stage: 'etcd', effects: GUARDED }),
    { kind: 'unit', stage: 'etcd', unit: 'db', enabled: true, state: 'started', guarded: true },
  ];
  box.build(steps('1'));
  box.apply();
  box.build(steps('2'));
  box.apply();
  box.calls();
  assert.match(box.apply('--stage', 'node', '--allow-restart').output, 'pending=0');
  assert.equal(box.calls(), []);
  box.apply('--stage', 'etcd', '--allow-restart');
  assert.equal(box.calls(), ['restart -- db']);
});

test('owner and group may be numbers, and a set-group-ID bit is taken off a directory', ({ box }) => {
  const numeric: Step = {
    kind: 'dir',
    stage: 'node',
    path: '/srv/x',
    owner: String(process.getuid!()),
    group: String(process.getgid!()),
    mode: 0o750,
  };
  mkdirSync(`${box.root}/srv/x`, { recursive: true });
  chmodSync(`${box.root}/srv/x`, 0o2750);
  box.build([numeric]);
  assert.match(box.apply().output, 'changed=1 ');
  assert.is(statSync(`${box.root}/srv/x`).mode & 0o7777, 0o750);
  assert.match(box.apply().output, 'changed=0 ');
});

test('--json prints one object', ({ box }) => {
  box.build([...typical('1'), { kind: 'absent', stage: 'node', path: '/etc/a "quoted" name', effects: [] }]);
  box.write('/etc/a "quoted" name', '');
  const run = box.apply('--json');
  const report = JSON.parse(run.output) as {
    readonly result: string;
    readonly changed: readonly string[];
    readonly pending: readonly string[];
  };
  assert.is(report.result, 'converged');
  assert.ok(report.changed.includes('node: removed /etc/a "quoted" name'));
});

test('once is written only where nothing is', ({ box }) => {
  box.write('/etc/mine.conf', 'mine\n');
  box.build([
    fileStep('/etc/mine.conf', 'ours\n', { once: true }),
    fileStep('/etc/ours.conf', 'ours\n', { once: true }),
  ]);
  box.apply();
  assert.is(box.read('/etc/mine.conf'), 'mine\n');
  box.write('/etc/ours.conf', 'edited\n');
  assert.match(box.apply().output, 'changed=0');
});

test('a damaged block is named, not guessed at', ({ box }) => {
  box.write('/etc/hosts', '# BEGIN pigstyc node.hosts\nx\n');
  box.build([fileStep('/etc/hosts', 'y\n', { manage: 'block', source: 'node/hosts' })]);
  const run = box.apply();
  assert.is(run.code, 1);
  assert.match(run.error, 'without `# END pigstyc node.hosts`');
  assert.is(box.read('/etc/hosts'), '# BEGIN pigstyc node.hosts\nx\n');
});

test('a failed run leaves a mark for make, which the stage takes away when it does not fail', ({ box }) => {
  const mark = (stage: string): boolean => box.has(`/var/lib/pigstyc/failed-${stage}`);
  const steps = (command: string): readonly Step[] => [
    fileStep('/etc/a.conf', '1\n'),
    { kind: 'probe', stage: 'pgsql', name: 'answers', command: [command], timeoutSeconds: 1 },
  ];
  box.build(steps('false'));
  assert.is(box.apply('--check').code, 2);
  assert.not.ok(mark('pgsql'), 'a check changes nothing');
  assert.is(box.apply().code, 1);
  assert.ok(mark('pgsql'));
  assert.is(box.apply('--stage', 'node').code, 0);
  assert.ok(mark('pgsql'), 'another stage knows nothing of it');
  box.build(steps('true'));
  assert.is(box.apply().code, 0);
  assert.not.ok(mark('pgsql'));
});

test('the state directory and what it keeps are private', ({ box }) => {
  box.build(typical('1'));
  box.apply();
  box.build(typical('2', 'two'));
  box.apply();
  const state = `${box.root}/var/lib/pigstyc`;
  assert.is(statSync(state).mode & 0o777, 0o700);
  const old = new Date(0);
  utimesSync(state, old, old);
  assert.ok(readdirSync(`${state}/generations`).length === 2);
});

test.run();
