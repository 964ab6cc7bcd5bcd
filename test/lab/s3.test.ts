/**
 * Backups in an object store behind a balanced service, over TLS with the site's authority: kept as long as said,
 * restored into another cluster, and a store that hangs, is away, refuses the key or has lost everything.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { pause, type HostName, type Outcome } from './support/lab.ts';
import { query, streaming } from './support/postgres.ts';
import { ObjectStore } from './support/s3.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('s3');
const INVENTORY = readFileSync('test/lab/inventories/s3.yml', 'utf8');
const KEY = 'S3Backup-LabWq7c';
const MEMBERS = ['h11', 'h12'] as const;
const SERVICE = 'host=10.10.10.11 port=5433 user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
const PATH = 'pgsql/pgbackrest/pg-src';
const store = new ObjectStore(lab);

interface Stanza {
  readonly status: { readonly code: number };
  readonly backup: readonly { readonly type: string; readonly label: string; readonly error: boolean }[];
}

const asPostgres = (host: HostName, ...words: readonly string[]): Outcome =>
  lab.exec(host, ['runuser', '-u', 'postgres', '--', ...words], 300);

function stanza(host: HostName, name: string): Stanza {
  const words = ['pgbackrest', `--stanza=${name}`, '--output=json', '--log-level-console=off', 'info'];
  return (JSON.parse(asPostgres(host, ...words).stdout) as readonly Stanza[])[0]!;
}

const backup = (type: string): Outcome => lab.exec('h11', ['/usr/libexec/pigstyc/pg-backup', type], 300);
const archivedSince = (since: string): boolean =>
  query(lab, 'h11', `select last_archived_time > '${since}' from pg_stat_archiver`) === 't';

/** Closes a segment of the log and waits until it is in the bucket. */
function archives(seconds = 60): number {
  const since = query(lab, 'h11', 'select clock_timestamp()');
  assert.is(lab.psql(SERVICE, 'insert into sales.ticks select 1').code, 0);
  query(lab, 'h11', 'select pg_switch_wal()');
  return lab.eventually('the log is archived', seconds, () => archivedSince(since));
}

step('a cluster with its first backup in the bucket, encrypted, each cluster with a path of its own', () => {
  lab.build(INVENTORY);
  store.start({ pgbackrest: KEY }, 'pgsql');
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  const { status, backup: made } = stanza('h11', 'pg-src');
  assert.is(status.code, 0);
  assert.equal(
    made.map(({ type, error }) => [type, error]),
    [['full', false]],
  );
  assert.match(store.read(`${PATH}/backup/pg-src/backup.info`).toString('latin1'), /^Salted__/);
  assert.is(stanza('h13', 'pg-new').status.code, 0);
  assert.is(lab.psql(SERVICE, 'create table sales.ticks(id int)').code, 0);
  everyoneConverged(lab);
});

step('backups of the schedule: an increment, then a full one, and what is too old leaves the bucket', () => {
  const first = stanza('h11', 'pg-src').backup[0]!.label;
  for (const type of ['incr', 'full']) {
    const outcome = backup(type);
    assert.is(outcome.code, 0, outcome.output);
    figure(`${type} backup of a small cluster to an object store`, outcome.seconds);
  }
  assert.equal(
    stanza('h11', 'pg-src').backup.map(({ type }) => type),
    ['full'],
  );
  assert.equal(
    store.list(`${PATH}/backup/pg-src`).filter((name) => name.startsWith(first)),
    [],
    'objects of the first backup are gone',
  );
  assert.is(backup('incr').code, 0);
});

step('a store that hangs holds up neither writes nor a restart of the server, and the log is archived later', () => {
  store.freeze();
  assert.is(lab.psql(SERVICE, 'insert into sales.ticks select 2').code, 0);
  query(lab, 'h11', 'select pg_switch_wal()');
  pause(2);
  const restart = asPostgres(
    'h11',
    'patronictl',
    '-c',
    '/etc/patroni/patroni.yml',
    'restart',
    'pg-src',
    'pg-src-1',
    '--force',
  );
  assert.match(restart.output, /Success: restart on member pg-src-1/);
  figure('restart of a leader whose object store hangs', restart.seconds);
  assert.ok(restart.seconds < 120, `${restart.seconds} s`);
  const check = lab.apply('h11', '--check');
  figure('a check of a host whose object store hangs', check.seconds);
  assert.is.not(check.code, 0, check.output);
  store.wake();
  figure('until the log is archived after the store has woken', archives(120));
  everyoneConverged(lab);
});

step('a store that is away: the host says so in seconds, and nothing else of it is touched', () => {
  store.stop();
  const before = lab.startTimes(MEMBERS);
  const outcome = lab.apply('h11');
  assert.is(outcome.code, 1, outcome.output);
  assert.match(outcome.output, /cannot read the backup repository/);
  figure('an apply whose object store is away', outcome.seconds);
  assert.ok(outcome.seconds < 90, `${outcome.seconds} s`);
  assert.is(lab.startTimes(MEMBERS), before);
  store.start({ pgbackrest: KEY });
  archives(120);
  everyoneConverged(lab);
});

step('a key that the store refuses is told by name, and the right one mends it', () => {
  lab.build(INVENTORY.replaceAll(KEY, 'S3Backup-Wrong5x'));
  const outcome = lab.make('pg-src');
  assert.is.not(outcome.code, 0, outcome.output);
  assert.match(outcome.output, /SignatureDoesNotMatch/);
  lab.build(INVENTORY);
  const mended = lab.make('-j4', 'deploy');
  assert.is(mended.code, 0, mended.output.slice(-4000));
  archives(120);
  everyoneConverged(lab);
});

step('another cluster becomes what this one was, from the bucket', () => {
  assert.is(lab.psql(SERVICE, 'create table sales.orders as select generate_series(1, 1000) as id').code, 0);
  pause(1);
  const target = query(lab, 'h11', 'select clock_timestamp()');
  pause(1);
  assert.is(lab.psql(SERVICE, 'drop table sales.orders').code, 0);
  archives();
  const outcome = lab.make('pitr.pg-new', 'CONFIRM=pg-new', `TARGET=${target}`);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  figure('recovery into another cluster from an object store, with its backup', outcome.seconds);
  const service = SERVICE.replace('.11', '.13');
  lab.eventually(
    'it is there',
    60,
    () => lab.psql(service, 'select count(*) from sales.orders').stdout.trim() === '1000',
  );
  everyoneConverged(lab);
});

step('a lost bucket: an apply says it, and with a new bucket makes the first backup again', () => {
  store.stop();
  store.lose('pgsql');
  store.start({ pgbackrest: KEY });
  const missing = lab.apply('h11');
  assert.is(missing.code, 1, missing.output);
  assert.match(missing.output, /NoSuchBucket/);
  store.stop();
  store.start({ pgbackrest: KEY }, 'pgsql');
  const check = lab.make('check');
  assert.is.not(check.code, 0);
  assert.match(check.output, /10\.10\.10\.13 +differs/, 'its stanza is gone as well');
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  assert.equal(
    stanza('h11', 'pg-src').backup.map(({ type }) => type),
    ['full'],
  );
  archives(120);
  lab.eventually('the replica streams', 60, () => streaming(lab, 1, MEMBERS));
  everyoneConverged(lab);
});

run();
