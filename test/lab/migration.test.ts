/**
 * The databases of a site on Debian 12 (PostgreSQL 15) come to one on the release of the lab (17 on Debian 13) while an application writes:
 * `make migrate.CLUSTER`, with the switch, the way back, and another switch that stays.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { Lab, pause, type Outcome } from './support/lab.ts';
import { Writer } from './support/load.ts';
import { leader, query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const OLD = ['h10', 'h11'] as const;
const NEW = ['h12', 'h13'] as const;
const { lab, step, figure, run } = scenario('migration', [...OLD, ...NEW], OLD);
const old = new Lab('migration', 'older', 'debian-12');
const APP = 'port=5433 user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
const THERE = `host=10.10.10.10 ${APP}`;
const HERE = `host=10.10.10.12 ${APP}`;
const FROM = 'FROM=host=10.10.10.10,10.10.10.11 port=5432';

const plan = (): Outcome => lab.make('migrate.pg-new', FROM);
const migrate = (part: string): Outcome => lab.make('migrate.pg-new', FROM, `STEP=${part}`, 'CONFIRM=pg-new');
function done(part: string): string {
  const outcome = migrate(part);
  assert.is(outcome.code, 0, outcome.output);
  return outcome.output;
}

/** One value, as the superuser, of whoever leads. */
const there = (sql: string): string => query(lab, leader(lab, OLD), sql, 'shop');
const here = (sql: string): string => query(lab, leader(lab, NEW), sql, 'shop');

/** Every row that was acknowledged is there. */
function holds(ask: (sql: string) => string, acknowledged: readonly number[]): void {
  const rows = new Set(ask('select id from sales.ticks').split('\n'));
  assert.equal(
    acknowledged.filter((id) => !rows.has(String(id))),
    [],
  );
}

/** Clients write at one side, are sent to the other by a part of the migration, and go on; seconds without an acknowledged write. */
function moves(part: string, first: number, from: string, to: string, ask: (sql: string) => string): number {
  const before = new Writer(lab, from, 'sales.ticks', first, 0.1);
  pause(5);
  const said = done(part);
  const after = new Writer(lab, to, 'sales.ticks', first + 10_000, 0.1);
  pause(5);
  const written = [before.stop(), after.stop()] as const;
  holds(
    ask,
    written.flatMap(({ acknowledged }) => acknowledged),
  );
  const gap = written[1].first - written[0].last;
  figure(`${part}: from the last write to the first, with clients sent over at once`, gap);
  const closed = /after (\d+) ms/.exec(said);
  if (closed !== null) figure(`${part}: nobody can write`, Number(closed[1]) / 1000);
  return gap;
}

/** The newer cluster gets another leader. */
function handsOver(): void {
  const was = leader(lab, NEW);
  const to = NEW.find((host) => host !== was)!;
  const words = ['switchover', '--force', '--candidate', `pg-new-${NEW.indexOf(to) + 1}`, 'pg-new'];
  const outcome = lab.exec(was, ['/usr/bin/patronictl', '-c', '/etc/patroni/patroni.yml', ...words]);
  assert.is(outcome.code, 0, outcome.output);
  lab.eventually('it leads', 60, () => leader(lab, NEW) === to);
}

step('two sites, the older with an application that writes', () => {
  old.build(readFileSync('test/lab/inventories/migration-old.yml', 'utf8'));
  lab.build(readFileSync('test/lab/inventories/migration-new.yml', 'utf8'));
  for (const site of [old, lab]) {
    const outcome = site.make('-j4', 'deploy');
    assert.is(outcome.code, 0, outcome.output.slice(-4000));
  }
  lab.eventually('the older one has its replica', 60, () => streaming(lab, 1, OLD));
  lab.eventually('the newer one has its replica', 60, () => streaming(lab, 1, NEW));
  assert.match(there('show server_version'), /^15/);
  lab.eventually(
    'writes work',
    30,
    () => lab.psql(THERE, 'create table sales.ticks(id int, at timestamptz default now())').code === 0,
  );
  assert.is(lab.psql(THERE, 'create table sales.orders(id serial primary key, items hstore)').code, 0);
  assert.is(lab.psql(THERE, "insert into sales.orders(items) select 'a=>1' from generate_series(1, 10000)").code, 0);
});

step('what speaks against it is said, and nothing has changed', () => {
  const refused = plan();
  assert.is(refused.code, 2, refused.output);
  assert.match(refused.output, /shop: sales\.ticks has no replica identity/);
  assert.is(lab.psql(THERE, 'alter table sales.ticks replica identity full').code, 0);
  const outcome = plan();
  assert.is(outcome.code, 0, outcome.output);
  assert.match(outcome.output, /shop: .* 2 tables of PostgreSQL 15/);
  assert.is(lab.make('migrate.pg-new', FROM, 'STEP=begin').code, 2, 'a change needs the name of the cluster');
  everyoneConverged(lab, NEW);
});

step('rows follow while clients write, and a deployment changes nothing', () => {
  const writer = new Writer(lab, THERE, 'sales.ticks', 1);
  const begun = migrate('begin');
  assert.is(begun.code, 0, begun.output);
  figure('schemas and slots of two small databases', begun.seconds);
  lab.eventually('all tables are copied', 120, () => /shop: 0 tables are still copied/.test(done('status')));
  everyoneConverged(lab, NEW);
  const { acknowledged } = writer.stop();
  lab.eventually(
    'the rows are here',
    30,
    () => here('select count(*) from sales.ticks') === String(acknowledged.length),
  );
  assert.is(here('select count(*) from sales.orders'), '10000');
});

step('the switch: seconds without a write, none is lost, and nobody gets in there', () => {
  const gap = moves('switch', 100_000, THERE, HERE, here);
  assert.ok(gap < 60, `${gap} s`);
  assert.is.not(lab.psql(THERE, 'select 1').code, 0);
  assert.is(lab.psql(HERE, "insert into sales.orders(items) values ('b=>2') returning id").stdout.trim(), '10001');
  everyoneConverged(lab, NEW);
});

step('the way back, with what was written since', () => {
  moves('back', 200_000, HERE, THERE, there);
  assert.is(there('select count(*) from sales.orders'), '10001');
  assert.is(lab.psql(THERE, "insert into sales.orders(items) values ('c=>3') returning id").stdout.trim(), '10002');
  assert.is.not(lab.psql(HERE, 'select 1').code, 0);
});

step('another switch, which stays: a failover ends the way back', () => {
  for (const database of ['shop', 'crm'])
    assert.is(query(lab, leader(lab, NEW), `drop database ${database} with (force)`), '');
  const outcome = lab.apply(leader(lab, NEW));
  assert.is(outcome.code, 0, outcome.output);
  done('begin');
  lab.eventually('all tables are copied', 120, () => /shop: 0 tables are still copied/.test(done('status')));
  moves('switch', 300_000, THERE, HERE, here);
  handsOver();
  assert.match(done('status'), /shop: switched; there is no way back any more/);
  const back = migrate('back');
  assert.is(back.code, 2);
  assert.match(back.output, /has failed over since the switch[^]*nothing was changed/);
  assert.match(done('finish'), /finished/);
  for (const ask of [there, here]) {
    for (const what of ['pg_publication', 'pg_subscription']) assert.is(ask(`select count(*) from ${what}`), '0', what);
    assert.is(ask("select count(*) from pg_replication_slots where slot_type = 'logical'"), '0');
  }
  assert.is(lab.psql(HERE, "insert into sales.orders(items) values ('d=>4') returning id").stdout.trim(), '10003');
  everyoneConverged(lab, NEW);
  assert.is(old.make('check').code, 0, 'the older site has not changed either');
});

run();
