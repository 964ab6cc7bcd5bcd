/** `pigstyc diff --base` compares two inventories: no bundle, no key, no secret, nothing written. */
import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  diff,
  eachInRepository,
  NEW,
  OLD,
  pigstyc,
  SAME,
  smallInventory,
  type Repository,
} from '../../support/repository.ts';

const test = suite('diff --base');
let repository: Repository;
eachInRepository(test, (made) => (repository = made));

test('a revision: what differs, the exit code, and not a file more than before', async () => {
  repository.write('pigsty.yml', OLD);
  repository.commit();
  assert.match((await diff('--base', 'main')).stdout, SAME);
  assert.is((await diff('--base', 'HEAD', '--exit-code')).status, 0);
  repository.write('pigsty.yml', NEW);
  const { status, stdout } = await diff('--base', 'main', '--exit-code');
  assert.is(status, 3);
  assert.match(stdout, /^\+.*Asia\/Tokyo/m);
  assert.match(stdout, /^= the same in 1 other file, on 2 hosts of 2 clusters$/m);
  assert.match(stdout, /\nsince main: 0 files would be added, \d+ changed, 0 removed\n$/);
  assert.is((await diff('--base', 'main')).status, 0);
  assert.equal(readdirSync('.').sort(), ['.git', 'pigsty.yml']);
});

test('plan is another name; -U, --stat, --impact and --hosts choose what is printed', async () => {
  repository.write('pigsty.yml', OLD);
  repository.commit();
  repository.write('pigsty.yml', NEW);
  assert.is((await pigstyc('plan', '--base', 'main', '--hosts')).stdout, '10.0.0.1\n10.0.0.2\n');
  assert.match((await diff('--base', 'main', '--stat')).stdout, /^hosts\/\*\/apply\.sh +2 files +\+\d+ -\d+$/m);
  assert.match(
    (await diff('--base', 'main', '--stat', '--full')).stdout,
    /^hosts\/10\.0\.0\.2\/apply\.sh +\+\d+ -\d+$/m,
  );
  assert.not.match((await diff('--base', 'main', '--impact')).stdout, /^[-+@]/m);
  const hunks = (await diff('--base', 'main', '-U', '0')).stdout.split('\n').filter((line) => line.startsWith(' '));
  assert.ok(
    hunks.every((line) => line.startsWith('  ')),
    hunks.join('\n'),
  );
  assert.is((await diff('--base', 'main', '-U', '-1')).status, 2);
  assert.is((await diff('--base', 'main', '--format', 'pretty')).status, 2);
  assert.is(JSON.parse((await diff('--base', 'main', '--format', 'json')).stdout).impact.length, 2);
});

test('a file, a directory that stands for this one, a bundle', async () => {
  repository.write('old.yml', OLD);
  repository.write('there/inventory/pigsty.yml', OLD);
  repository.write('inventory/pigsty.yml', NEW);
  const file = 'inventory/pigsty.yml';
  for (const base of ['old.yml', 'there']) {
    assert.match((await diff(file, '--base', base)).stdout, /^\+.*Asia\/Tokyo/m, base);
    assert.match((await diff('there/inventory/pigsty.yml', '--base', 'old.yml')).stdout, SAME);
  }
  await pigstyc('build', 'old.yml', '-o', 'bundle', '-q', '--demo');
  const against = await diff(file, '--base', 'bundle', '--state', '.');
  assert.match(against.stdout, /^\+.*Asia\/Tokyo/m, against.stderr);
  assert.match(against.stdout, /^since bundle: /m);
});

test('a secret whose value changes is seen and not shown; the numbers say nothing about it', async () => {
  const users = (password: string): string =>
    smallInventory('x_none: 1', `, pg_users: [{ name: app, password: ${password} }]`);
  repository.write('pigsty.yml', users('First.Secret-1'));
  repository.commit();
  repository.write('pigsty.yml', users('Second.Secret-2'));
  const { stdout, stderr } = await diff('--base', 'main', '--full');
  assert.match(
    stdout,
    /^-.*<secret:pg_users\.app\.password.*#([0-9a-f]{8})>.*\n(?:-.*\n)*\+.*<secret:pg_users\.app\.password.*#(?!\1)[0-9a-f]{8}>/m,
  );
  assert.not.match(stdout + stderr, /(First|Second)\.Secret/);
  assert.is((await diff('--base', 'main', '--full')).stdout, stdout);
});

test('the base may have no inventory, or one that cannot be built', async () => {
  repository.write('readme', 'x\n');
  repository.commit();
  repository.write('pigsty.yml', OLD);
  assert.match(
    (await diff('--base', 'main', '--stat')).stdout,
    /^since main: \d+ files would be added, 0 changed, 0 removed$/m,
  );
  repository.write('pigsty.yml', OLD.replace('etcd_seq', 'etcd_sq'));
  repository.commit();
  repository.write('pigsty.yml', OLD);
  const { status, stdout, stderr } = await diff('--base', 'main');
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, /^pigstyc: the inventory of main cannot be built:\npigsty\.yml:3:\d+: error\[/);
});

test('--limit may select what is new', async () => {
  repository.write('pigsty.yml', OLD);
  repository.commit();
  repository.write(
    'pigsty.yml',
    OLD.replace(
      '  vars: { admin',
      '    pg-b: { hosts: { 10.0.0.3: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-b } }\n  vars: { admin',
    ),
  );
  assert.is((await diff('--base', 'main', '--limit', 'pg-b', '--hosts')).stdout, '10.0.0.3\n');
  const { stdout } = await diff('--base', 'main', '--limit', 'pg-a');
  assert.match(stdout, /^\+CLUSTERS \+= pg-b$/m);
  assert.match(
    stdout,
    /\nsince main: 0 files would be added, 1 changed, 0 removed\n$/,
    'what may not end is known to all',
  );
  assert.is((await diff('--base', 'main', '--limit', 'pg-a', '--hosts')).stdout, '');
});

test('findings of the build are told', async () => {
  repository.write('pigsty.yml', OLD);
  repository.commit();
  repository.write('pigsty.yml', smallInventory('node_timezone: UTC', ', pg_parameters: { max_wal_senders: 80 }'));
  const { status, stderr } = await diff('--base', 'main');
  assert.is(status, 0);
  assert.match(stderr, /warning\[PIG5467\] setting-no-effect/);
});

test.run();
