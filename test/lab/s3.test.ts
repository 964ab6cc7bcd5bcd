/** Backups in an object store over TLS: what it holds, what happens when it is away, empty or lets nobody in, and a new cluster from it. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { pause, type HostName } from './support/lab.ts';
import { query } from './support/postgres.ts';
import { S3Server } from './support/s3.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('s3', ['h10', 'h11', 'h12']);
const INVENTORY = readFileSync('test/lab/inventories/s3.yml', 'utf8');
const store = new S3Server(lab, 'sss.pigsty', 'pgsql', 'lab-backup');

const backup = (type: string): number => {
  const outcome = lab.exec('h11', ['/usr/libexec/pigstyc/pg-backup', type], 300);
  assert.is(outcome.code, 0, outcome.output.slice(-2000));
  return outcome.seconds;
};
const archived = (host: HostName): boolean =>
  query(lab, host, 'select coalesce(last_archived_time > last_failed_time, true) from pg_stat_archiver') === 't';
const backups = (): readonly string[] => [
  ...new Set(
    [...store.objects().matchAll(/\/backup\/pg-s3\/(\d{8}-\d{6}F(?:_\d{8}-\d{6}[DI])?)\//g)].map(([, name]) => name!),
  ),
];

step('a first deployment makes stanza and backup in the store, in a path of the cluster and encrypted', () => {
  lab.build(INVENTORY);
  store.start();
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  assert.match(store.objects(), /\/pgsql\/pgbackrest\/pg-s3\/backup\/pg-s3\/backup\.info/);
  assert.match(store.objects(), /\/pgsql\/pgbackrest\/pg-new\/archive\/pg-new\/archive\.info/);
  const conf = lab.exec('h12', ['cat', '/etc/pgbackrest/pitr.conf']).stdout;
  assert.match(conf, /repo1-path=\/pgbackrest\/pg-s3\n[^]*repo1-cipher-pass=Cipher-LabTq8\.pg-s3\n/);
  everyoneConverged(lab, ['h10', 'h11', 'h12']);
});

step('incremental and full backups; what is older than the retention expires', () => {
  const [first] = backups();
  backup('incr');
  assert.is(backups().filter((name) => name.startsWith(`${first}_`)).length, 1, backups().join(' '));
  figure('full backup of a small cluster to the store', backup('full'));
  assert.equal(
    backups().filter((name) => name.startsWith(first!)),
    [],
    'one full backup is kept',
  );
  assert.is(backups().length, 1);
});

step('a store that does not answer holds up nothing', () => {
  query(lab, 'h11', 'create table kept as select generate_series(1, 100) as id', 'shop');
  store.stop();
  query(lab, 'h11', 'select pg_switch_wal()');
  pause(2);
  const checked = lab.apply('h11', '--check');
  assert.is(checked.code, 2, checked.output);
  assert.match(checked.output, /would change: backup repository of pg-s3/);
  figure('apply.sh --check without the store', checked.seconds);
  const applied = lab.apply('h11');
  assert.is(applied.code, 1, applied.output);
  assert.match(applied.output, /cannot read the backup repository/);
  figure('apply.sh without the store', applied.seconds);
  const refused = lab.make('pitr.pg-s3', 'CONFIRM=pg-s3', 'TARGET=latest');
  assert.is(refused.code, 2, refused.output);
  assert.match(refused.output, /nothing to restore|cannot be read/);
  figure('a recovery is refused without the store', refused.seconds);
  const restarted = lab.exec(
    'h11',
    ['runuser', '-u', 'postgres', '--', 'patronictl', '-c', '/etc/patroni/patroni.yml', 'restart', '--force', 'pg-s3'],
    300,
  );
  assert.is(restarted.code, 0, restarted.output);
  figure('restart of a server that cannot archive', restarted.seconds);
  assert.ok(restarted.seconds < 90, `${restarted.seconds} s`);
  lab.eventually('it runs', 60, () => query(lab, 'h11', 'select count(*) from kept', 'shop') === '100');
  store.start();
  query(lab, 'h11', 'select pg_switch_wal()');
  lab.eventually('what has waited is archived', 180, () => archived('h11'));
  everyoneConverged(lab, ['h11']);
});

step('another key is refused, and the right one works again', () => {
  lab.build(INVENTORY.replace('s3_key: lab-backup', 's3_key: somebody'));
  assert.is(lab.make('push').code, 0);
  const outcome = lab.apply('h11');
  assert.is(outcome.code, 1, outcome.output);
  assert.match(outcome.output, /cannot read the backup repository[^]*403/);
  lab.build(INVENTORY);
  assert.is(lab.make('push').code, 0);
  assert.is(lab.apply('h11').code, 0);
});

step('a bucket that was lost and made again gets a stanza and a backup', () => {
  store.empty();
  const outcome = lab.apply('h11');
  assert.is(outcome.code, 0, outcome.output);
  assert.match(outcome.output, /changed: stanza pg-s3[^]*changed: first full backup of pg-s3/);
  assert.is(lab.apply('h12').code, 0);
  everyoneConverged(lab, ['h11', 'h12']);
});

step('a new cluster from the store', () => {
  pause(1);
  const target = query(lab, 'h11', 'select clock_timestamp()');
  pause(1);
  query(lab, 'h11', 'drop table kept', 'shop');
  const outcome = lab.make('pitr.pg-new', 'CONFIRM=pg-new', `TARGET=${target}`);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  figure('recovery into another cluster from the store, with its backup', outcome.seconds);
  assert.is(query(lab, 'h12', 'select count(*) from kept', 'shop'), '100');
  everyoneConverged(lab, ['h10', 'h11', 'h12']);
});

run();
