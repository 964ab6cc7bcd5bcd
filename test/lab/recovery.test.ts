/**
 * A cluster goes back to a second before a table was dropped: in place with `make pitr.CLUSTER`, and into another cluster. What cannot be
 * reached ends at once and changes nothing; a recovery that was interrupted goes on.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { pause, type HostName, type Outcome } from './support/lab.ts';
import { Writer } from './support/load.ts';
import { query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('recovery');
const INVENTORY = readFileSync('test/lab/inventories/recovery.yml', 'utf8');
const MEMBERS = ['h11', 'h12'] as const;
const SERVICE = 'host=10.10.10.11 port=5433 user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
const MARK = '/var/lib/pigstyc/recovery';
let target = '';
let before: readonly number[] = [];

const make = (...words: readonly string[]): Outcome => lab.make('pitr.pg-src', ...words);
const recover = (...words: readonly string[]): Outcome => make('CONFIRM=pg-src', ...words);
const timeline = (host: HostName): string => query(lab, host, 'select timeline_id from pg_control_checkpoint()');
const rows = (sql: string): string => lab.psql(SERVICE, sql).stdout.trim();
const archived = (host: HostName, since: string): boolean =>
  query(lab, host, `select last_archived_time > '${since}' from pg_stat_archiver`) === 't';

/** A moment after which a table is dropped, while somebody writes. */
function accident(first: number, after = 2): void {
  assert.is(lab.psql(SERVICE, 'drop table if exists sales.orders, sales.later').code, 0);
  const writer = new Writer(lab, SERVICE, 'sales.ticks', first);
  pause(after);
  assert.is(lab.psql(SERVICE, 'create table sales.orders as select generate_series(1, 1000) as id').code, 0);
  pause(1);
  target = query(lab, 'h11', 'select clock_timestamp()');
  pause(1);
  assert.is(lab.psql(SERVICE, 'drop table sales.orders; create table sales.later(id int)').code, 0);
  const { acknowledged } = writer.stop();
  const seconds = query(lab, 'h11', `select extract(epoch from '${target}'::timestamptz)`);
  const known = new Set(
    query(lab, 'h11', `select id from sales.ticks where at < to_timestamp(${seconds})`, 'shop').split('\n'),
  );
  before = acknowledged.filter((id) => known.has(String(id)));
  assert.ok(before.length > 2, 'rows before the accident');
}

/** What the cluster has to be after it has gone back. */
function asBefore(): void {
  lab.eventually('the service leads to it', 60, () => rows('select count(*) from sales.orders') === '1000');
  assert.is(rows("select to_regclass('sales.later') is null"), 't', 'nothing from after it');
  const there = new Set(rows('select id from sales.ticks').split('\n'));
  assert.equal(
    before.filter((id) => !there.has(String(id))),
    [],
    'every row from before it',
  );
  lab.eventually('the replica streams', 60, () => streaming(lab, 1, MEMBERS));
  assert.is(query(lab, 'h12', 'select count(*) from sales.orders', 'shop'), '1000', 'the replica follows');
  const now = query(lab, 'h11', 'select clock_timestamp()');
  assert.is(rows('insert into sales.ticks(id) values (100000) returning id'), '100000');
  query(lab, 'h11', 'select pg_switch_wal()');
  lab.eventually('archiving goes on', 60, () => archived('h11', now));
  everyoneConverged(lab);
  for (const host of MEMBERS) assert.is(lab.exec(host, ['test', '-e', MARK]).code, 1, `${host} is done`);
}

step('a cluster with its first backup, and another one', () => {
  lab.build(INVENTORY);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually(
    'writes work',
    30,
    () => lab.psql(SERVICE, 'create table sales.ticks(id int, at timestamptz default clock_timestamp())').code === 0,
  );
  accident(1);
});

step('what cannot be reached is said in seconds, and nothing has changed', () => {
  const started = lab.startTimes(MEMBERS);
  for (const [words, why] of [
    [['TARGET=2099-01-01 00:00:00+00'], /is in the future/],
    [['TARGET=2001-01-01 00:00:00+00'], /is before the first backup of pg-src/],
    [['TARGET=yesterday'], /is no target/],
    [[], /no target/],
    [[`TARGET=${target}`, 'FROM=pg-none'], /nothing to restore from stanza pg-none/],
  ] as const) {
    const outcome = recover(...words);
    assert.is(outcome.code, 2, outcome.output);
    assert.match(outcome.output, why);
    assert.ok(outcome.seconds < 20, `${outcome.seconds} s`);
  }
  const plan = make(`TARGET=${target}`);
  assert.is(plan.code, 0, plan.output);
  assert.match(plan.output, /pg-src-1 is restored[^]*CONFIRM=pg-src/);
  assert.is(lab.startTimes(MEMBERS), started);
  everyoneConverged(lab, MEMBERS);
});

step('a rehearsal shows what it will be', () => {
  const outcome = lab.make('rehearse', 'HOST=10.10.10.11', `TARGET=${target}`);
  assert.is(outcome.code, 0, outcome.output);
  assert.match(outcome.output, /recovery stopping before commit/);
  figure('rehearsal of a small cluster', outcome.seconds);
  assert.is(lab.make('rehearse', 'HOST=10.10.10.11', 'TARGET=end').code, 0);
});

step('a point that nobody has made costs an outage, and the cluster is as it was', () => {
  const outcome = recover('TARGET=name:nobody_made_it');
  assert.is(outcome.code, 2, outcome.output);
  assert.match(outcome.output, /the backups do not reach name:nobody_made_it/);
  assert.match(outcome.stdout, /pg-src-1: as it was\npg-src-2: as it was/);
  figure('until it is as it was after an unreachable target', outcome.seconds);
  lab.eventually('writes work', 60, () => rows("select to_regclass('sales.later') is not null") === 't');
  lab.eventually('the replica streams', 60, () => streaming(lab, 1, MEMBERS));
  everyoneConverged(lab);
});

step('back to a second before the accident', () => {
  const was = timeline('h11');
  const outcome = recover(`TARGET=${target}`);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  assert.match(outcome.output, /what was before is in \/pg\/data\.before-/);
  figure('recovery of a small cluster in place, with its backup', outcome.seconds);
  asBefore();
  assert.ok(Number(timeline('h11')) > Number(was), 'a new timeline');
  assert.is(lab.exec('h11', ['sh', '-c', 'test -e /pg/data.before-*/PG_VERSION']).code, 0, 'the former data are kept');
});

step('an interrupted recovery is not undone by an apply, and goes on', () => {
  accident(200000);
  const command = lab.makeCommand('pitr.pg-src', 'CONFIRM=pg-src', `TARGET=${target}`).map((word) => `'${word}'`);
  const operator = lab.background(undefined, `exec ${command.join(' ')}`);
  lab.eventually(
    'the server is stopped',
    60,
    () => lab.exec('h11', ['test', '-e', '/pg/data/postmaster.pid']).code === 1,
  );
  operator.stop();
  pause(3);
  const refused = lab.apply('h11');
  assert.is(refused.code, 1, refused.output);
  assert.match(refused.output, /a recovery of pg-src has not come to its end: make pitr\.pg-src/);
  const outcome = recover(`TARGET=${target}`);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  asBefore();
});

step('its host loses power in the middle: the others are as they were, and the next call goes on', () => {
  accident(400000);
  const command = lab.makeCommand('pitr.pg-src', 'CONFIRM=pg-src', `TARGET=${target}`).map((word) => `'${word}'`);
  const operator = lab.background(undefined, `${command.join(' ')}; echo "ended $?"`);
  lab.eventually('the data are aside', 120, () => lab.exec('h11', ['grep', '-q', '^aside', MARK], 20).code === 0);
  lab.power('crash', 'h11');
  const outage = lab.eventually(
    'the replica leads',
    180,
    () => query(lab, 'h12', 'select pg_is_in_recovery()') === 'f',
  );
  figure('until the other member leads, when the host that is restored has lost power', outage);
  assert.is(query(lab, 'h12', "select to_regclass('sales.later') is not null", 'shop'), 't', 'as it was');
  const said = operator.stop();
  assert.match(said, /10\.10\.10\.11 was not taken back: when it answers, make pitr\.pg-src/);
  assert.match(said, /pg-src-2: as it was[^]*ended 2/);
  lab.start(['h11']);
  assert.is(lab.exec('h11', ['systemctl', 'is-active', 'patroni']).stdout.trim(), 'inactive');
  const refused = lab.apply('h11');
  assert.is(refused.code, 1, refused.output);
  assert.match(refused.output, /a recovery of pg-src has not come to its end: make pitr\.pg-src/);
  const outcome = recover(`TARGET=${target}`);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  asBefore();
});

step('into another cluster', () => {
  const copied = lab.admin([
    'bash',
    '-c',
    `set -o pipefail; S='${lab.ssh}'
    $S root@10.10.10.11 'tar -C /pg/backup/ -c .' | $S root@10.10.10.13 'install -d -o postgres -g postgres -m 700 \
/pg/tmp/repository && tar -C /pg/tmp/repository -x --same-owner'`,
  ]);
  assert.is(copied.code, 0, copied.output);
  const outcome = lab.make('pitr.pg-new', 'CONFIRM=pg-new', `TARGET=${target}`);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  figure('recovery into another cluster, with its backup', outcome.seconds);
  const service = SERVICE.replace('.11', '.13');
  lab.eventually(
    'it is there',
    60,
    () => lab.psql(service, 'select count(*) from sales.orders').stdout.trim() === '1000',
  );
  everyoneConverged(lab);
  const source = rows('select count(*) from sales.ticks');
  assert.ok(Number(source) > before.length, 'the source is as it was');
});

run();
