/** What applying a bundle would mean to those who use a host, said by the bundle without its secrets. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Effect, FileStep, Step } from '../../../emitters/api.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import { fileStep, Sandbox, secretStep, treeOf, unitStep as unit, type Outcome } from './harness.ts';

interface World extends Context {
  box: Sandbox;
}

const test = suite<World>('inspect');
test.before.each((world) => {
  world.box = new Sandbox();
});
test.after.each(({ box }) => box.close());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const owes = (kind: 'reload' | 'restart', unit: string, guarded = false): readonly Effect[] => [
  kind === 'reload' ? { kind, unit } : { kind, unit, guarded },
];

/** As `make inspect` does it: digests stand for what is sealed. */
function inspect(box: Sandbox, steps: readonly Step[], ...options: readonly string[]): Outcome {
  box.build(steps);
  const sealed = join(box.bundle, 'sealed');
  let lines = '';
  if (steps.some((step) => step.kind === 'file' && step.mode === 0o600))
    lines = readFileSync(join(sealed, 'manifest.tsv'), 'utf8').replace(
      /^(\S+)\t/gm,
      (_, hash) => `${sha256(`salt${hash}`)}\t`,
    );
  rmSync(sealed, { recursive: true, force: true });
  writeFileSync(join(box.bundle, 'digests'), `salt\n${lines}`);
  return box.apply('--inspect', ...options);
}

/** Lines of the table: class and what. */
const table = ({ output }: Outcome): readonly string[] =>
  [...output.matchAll(/^ {2}(\S.*?) +node +(.+)$/gm)].map(([, kind, what]) => `${kind}: ${what}`);

const running = (box: Sandbox, ...names: readonly string[]): void => {
  for (const name of names) for (const state of ['active', 'enabled']) box.mark(state, name);
};

test('each difference is said with what it means, the gravest first; nothing is written', ({ box }) => {
  running(box, 'web', 'exporter', 'db', 'vip-manager', 'old');
  for (const name of ['web', 'exporter', 'db', 'vip', 'idle', 'plain']) box.write(`/etc/${name}.conf`, 'before\n');
  box.write('/etc/systemd/system/db.service', '[Unit]\nDescription=words\n[Service]\nExecStart=/bin/db\n');
  const before = treeOf(box.root);
  const done = inspect(box, [
    fileStep('/etc/web.conf', 'now\n', { effects: owes('reload', 'web') }),
    fileStep('/etc/exporter.conf', 'now\n', { effects: owes('restart', 'exporter') }),
    fileStep('/etc/db.conf', 'now\n', { effects: owes('restart', 'db', true) }),
    fileStep('/etc/vip.conf', 'now\n', { effects: owes('restart', 'vip-manager') }),
    fileStep('/etc/idle.conf', 'now\n', { effects: owes('restart', 'idle') }),
    fileStep('/etc/plain.conf', 'now\n'),
    fileStep('/etc/systemd/system/db.service', '[Service]\nExecStart=/bin/db\n', {
      effects: owes('restart', 'db', true),
    }),
    unit('db', { guarded: true }),
    unit('old', { enabled: false, state: 'stopped' }),
  ]);
  assert.equal(table(done), [
    'drops connections: /etc/db.conf → restart! db',
    'drops connections: /etc/vip.conf → restart vip-manager',
    'drops connections: stopped old',
    'restart: /etc/exporter.conf → restart exporter',
    'reload: /etc/web.conf → reload web',
    'the host alone: /etc/idle.conf → restart idle',
    'the host alone: /etc/plain.conf',
    'the host alone: disabled old',
    'equal in effect: /etc/systemd/system/db.service',
  ]);
  assert.match(done.output, /^inspect: 10\.0\.0\.1 data=0 drops=3 restart=1 reload=1 host=3 equal=1$/m);
  assert.is(done.code, 2, done.error);
  assert.is(treeOf(box.root), before);
  assert.equal(box.calls(), []);
});

const URL: FileStep = fileStep('/etc/default/exporter', '', {
  mode: 0o600,
  effects: owes('restart', 'exporter'),
  render: (secrets) => `URL='postgres://mon:${secrets.reveal(new Secret('monitor', 'swordfish'))}@/db'\nPORT=1\n`,
});

test('secrets are compared by a salted digest, and where only the form differs by what is around them', ({ box }) => {
  running(box, 'exporter');
  const steps = [secretStep('/etc/secret.env', 'swordfish', { effects: owes('restart', 'exporter') }), URL];
  box.build(steps);
  assert.is(box.apply().code, 0);
  assert.equal(table(inspect(box, steps)), [], 'the host has them');
  box.write('/etc/secret.env', 'user=admin\npassword=Trout\n');
  box.write('/etc/default/exporter', '# another hand\nPORT=1\nURL="postgres://mon:Trout@/db"\n');
  const differs = inspect(box, steps);
  assert.equal(table(differs), [
    'restart: /etc/secret.env → restart exporter',
    'equal in effect: /etc/default/exporter (but for a secret, which was not compared)',
  ]);
  assert.not.match(differs.output + differs.error, /swordfish|Trout/);
  box.write('/etc/default/exporter', 'PORT=1\nURL="postgres://other:swordfish@/db"\n');
  assert.match(table(inspect(box, steps)).join('\n'), 'restart: /etc/default/exporter → restart exporter');
});

test('a block with a secret in a file of others is compared, too', ({ box }) => {
  const steps = [secretStep('/etc/pgpass', 'swordfish', { manage: 'block', source: 'test/pass' })];
  box.write('/etc/pgpass', 'mine\n');
  box.build(steps);
  assert.is(box.apply().code, 0);
  const same = inspect(box, steps);
  assert.is(same.code, 0, same.output);
  box.write('/etc/pgpass', box.read('/etc/pgpass').replace('swordfish', 'Trout'));
  assert.equal(table(inspect(box, steps)), ['the host alone: /etc/pgpass']);
});

test('what an earlier run still owes is part of it; for programs there is JSON', ({ box }) => {
  running(box, 'db');
  const steps = [
    fileStep('/etc/db.conf', 'now\n', { effects: owes('restart', 'db', true) }),
    unit('db', { guarded: true }),
  ];
  box.build(steps);
  box.apply();
  const done = inspect(box, steps, '--json');
  const { differences } = JSON.parse(done.output) as { readonly differences: readonly unknown[] };
  assert.equal(differences, [{ class: 'drops', stage: 'node', what: 'restart db, which is due' }]);
  assert.is(done.code, 2);
});

test('without digests of its secrets it is refused', ({ box }) => {
  box.build([secretStep('/etc/secret.env', 'swordfish')], { seal: false });
  const done = box.apply('--inspect');
  assert.is(done.code, 3);
  assert.match(done.error, 'digests of the secret files are missing');
});

test.run();
