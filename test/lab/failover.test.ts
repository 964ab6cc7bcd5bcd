/**
 * One cluster that loses its primary again and again: clean stop, power loss, network cut, power loss of everything. An application writes
 * all the time through the HAProxy of a survivor; every acknowledged write must be there afterwards, and no two members
 * may ever be writable.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { address, HOSTS, type HostName } from './support/lab.ts';
import { WritableSides, Writer } from './support/load.ts';
import { leader, MEMBERS, primary, query, streaming, synchronous } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('failover');
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=2 sslmode=require';
const CUTS = Number(process.env['LAB_CUTS'] ?? 10);
const acknowledged: number[] = [];
let next = 1;

/** Two replicas stream and one of them is the named synchronous standby: the cluster survives the next fault without losing a write. */
function redundant(): boolean {
  return streaming(lab, 2) && synchronous(lab);
}

/** No acknowledged write is lost, nobody is moved back, and there is nothing to apply although roles differ from the inventory. */
function nothingLost(heir: HostName): void {
  const kept = new Set(query(lab, heir, 'select id from sales.receipt', 'shop').split('\n').map(Number));
  assert.equal(
    acknowledged.filter((id) => !kept.has(id)),
    [],
    'acknowledged writes that are gone',
  );
  const vip = (): boolean =>
    lab.psql(`host=10.10.10.3 port=5432 ${APP}`, 'select pg_is_in_recovery()').stdout.trim() === 'f';
  lab.eventually('the virtual address is at the primary', 30, vip);
}

function nothingToApply(heir: HostName): void {
  lab.eventually('everybody is converged', 90, () => HOSTS.every((host) => lab.apply(host, '--check').code === 0));
  everyoneConverged(lab);
  assert.is(leader(lab), heir, 'apply made no switchover');
}

/** Patroni before 4.0.6 can stop a leader twice at a time; then two servers are started, and the state of the one that stays is lost. */
function nobodyStartedTwice(): void {
  for (const host of MEMBERS)
    assert.is(
      lab
        .exec(host, ['sh', '-c', `journalctl -u patroni -o cat | grep -c 'lock file "postmaster.pid" already exists'`])
        .stdout.trim(),
      '0',
      host,
    );
}

/** Takes the primary away and brings it back; returns who took over. */
function lose(how: 'stop' | 'crash' | 'cut', outageName: string): HostName {
  const lost = leader(lab);
  const survivor = MEMBERS.find((host) => host !== lost)!;
  const service = `host=${address(survivor)} port=5436 ${APP}`;
  lab.eventually(
    'writes work',
    60,
    () => lab.psql(service, `insert into sales.receipt(id) values (${next++})`, 5).code === 0,
  );
  const writer = new Writer(lab, service, 'sales.receipt', next);
  const first = next;
  lab.eventually(
    'the application writes',
    20,
    () => Number(query(lab, lost, `select count(*) from sales.receipt where id >= ${first}`, 'shop')) > 5,
  );
  // Only a cut leaves two sides that could both write.
  const sides = how === 'cut' ? new WritableSides(lab, 'sales.probe', 'shop') : undefined;
  const before = acknowledged.length;
  if (sides !== undefined)
    lab.eventually(
      'all clients write',
      20,
      () => Number(query(lab, lost, 'select count(*) from sales.probe', 'shop')) > 2,
    );
  lab.power(how, lost);
  let heir: HostName | undefined;
  lab.eventually(
    'another member leads',
    90,
    () =>
      (heir = primary(
        lab,
        MEMBERS.filter((host) => host !== lost),
      )) !== undefined,
  );
  lab.eventually(
    'writes work again',
    60,
    () => lab.psql(service, `insert into sales.receipt(id) values (${-next++})`, 5).code === 0,
  );
  if (how === 'cut') lab.power('join', lost);
  else lab.start([lost]);
  figure(
    how === 'cut'
      ? 'the old primary streams again after its cable is back'
      : 'the old primary streams again after its boot',
    lab.eventually('the old primary follows', 180, () => primary(lab) === heir && streaming(lab, 2)),
  );
  figure(
    'a synchronous standby is named again after that',
    lab.eventually('a synchronous standby is named', 60, redundant),
  );
  const written = writer.stop();
  if (sides !== undefined) figure('both sides in the role of a primary, network cut', sides.assertNeverTwo(lost));
  acknowledged.push(...written.acknowledged);
  next = Math.max(next, ...written.acknowledged) + 1000;
  assert.ok(acknowledged.length > before + 5, 'the application wrote before and after');
  figure(outageName, written.outage);
  query(lab, heir!, 'truncate sales.probe', 'shop');
  nothingLost(heir!);
  return heir!;
}

step('the cluster', () => {
  lab.build(readFileSync('test/lab/inventories/pg-test.yml', 'utf8'));
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('it survives a fault', 90, redundant);
  const service = `host=10.10.10.11 port=5436 ${APP}`;
  lab.eventually(
    'tables',
    30,
    () =>
      lab.psql(
        service,
        'create table if not exists sales.receipt(id int primary key); create table if not exists ' +
          'sales.probe(host text, at timestamptz default clock_timestamp())',
      ).code === 0,
  );
});

step("clean stop of the primary's host", () => nothingToApply(lose('stop', 'write outage, clean stop of the primary')));
step("power loss of the primary's host", () =>
  nothingToApply(lose('crash', 'write outage, power loss of the primary')),
);

step(`${CUTS} network cuts of the primary in a row: never two writable primaries, nothing lost`, () => {
  let heir: HostName | undefined;
  for (let cut = 0; cut < CUTS; cut++) heir = lose('cut', 'write outage, network cut of the primary');
  nobodyStartedTwice();
  nothingToApply(heir!);
});

step('without a synchronous standby writes wait instead of being acknowledged by one server only', () => {
  const heir = leader(lab);
  const [first, second] = MEMBERS.filter((host) => host !== heir);
  lab.power('cut', first!);
  lab.power('cut', second!);
  const service = `host=${address(heir)} port=5432 ${APP}`;
  lab.eventually(
    'the leader knows',
    60,
    () => query(lab, heir, "select count(*) from pg_stat_replication where state = 'streaming'") === '0',
  );
  assert.is.not(lab.psql(service, `insert into sales.receipt(id) values (${next++})`, 8).code, 0, 'not acknowledged');
  lab.power('join', first!);
  lab.power('join', second!);
  lab.eventually('it survives a fault', 120, redundant);
  lab.eventually(
    'writes work again',
    30,
    () =>
      lab.psql(`host=${address(leader(lab))} port=5432 ${APP}`, `insert into sales.receipt(id) values (${next++})`, 8)
        .code === 0,
  );
  nobodyStartedTwice();
});

step('power loss of all hosts and a cold start', () => {
  const service = `host=10.10.10.13 port=5436 ${APP}`;
  const writer = new Writer(lab, service, 'sales.receipt', next);
  lab.eventually(
    'the application writes',
    20,
    () => Number(query(lab, leader(lab), `select count(*) from sales.receipt where id >= ${next}`, 'shop')) > 5,
  );
  for (const host of HOSTS) lab.power('crash', host);
  acknowledged.push(...writer.stop().acknowledged);
  const started = performance.now();
  lab.start();
  next = Math.max(...acknowledged) + 1000;
  lab.eventually(
    'writes work again',
    180,
    () => lab.psql(service, `insert into sales.receipt(id) values (${next++})`, 5).code === 0,
  );
  figure('writes work after a cold start of all hosts', (performance.now() - started) / 1000);
  lab.eventually('it survives a fault', 120, redundant);
  nothingLost(leader(lab));
  nothingToApply(leader(lab));
});

run();
