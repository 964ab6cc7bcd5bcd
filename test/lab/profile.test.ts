/** The default profile on real hosts: from bare, out of the repository that their infra host builds, to failover and back. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { address, DEFAULT, HOSTS, pause, ROOT, type Background, type HostName } from './support/lab.ts';
import { Writer } from './support/load.ts';
import { leader, MEMBERS, primary, query, streaming } from './support/postgres.ts';
import { redis, role } from './support/redis.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('profile', HOSTS, [], DEFAULT);
const INVENTORY = readFileSync('test/lab/inventories/profile.yml', 'utf8');
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
const CACHE = 'Cache-x5Rn8Qd';
let archive: Background;
let first: HostName;

const value = (at: string, sql: string): string => lab.psql(`${at} ${APP}`, sql).stdout.trim();
const version = (program: string): string => lab.exec('h11', ['sh', '-c', `${program} --version`]).output;
const status = (url: string): string =>
  lab.admin(['curl', '-s', '-o', '/dev/null', '-m', '5', '-w', '%{http_code}', url]).stdout;

/** Clients write through a survivor's service while the leader goes; the seconds without an acknowledged write. */
function writesGoOn(start: number, survivor: HostName, change: () => void): number {
  const writer = new Writer(lab, `host=${address(survivor)} port=5433 ${APP}`, 'sales.ticks', start);
  pause(5);
  change();
  lab.eventually('writes go on', 90, () => value(`host=${address(survivor)} port=5433`, 'select 1') === '1');
  pause(5);
  const { acknowledged, outage } = writer.stop();
  lab.eventually('one leads', 60, () => primary(lab) !== undefined);
  const rows = new Set(query(lab, leader(lab), 'select id from sales.ticks', 'shop').split('\n'));
  assert.equal(
    acknowledged.filter((id) => !rows.has(String(id))),
    [],
  );
  return outage;
}

step('make deploy takes bare hosts to the default profile, out of the repository that the infra host builds', () => {
  archive = lab.background(undefined, `cd ${join(ROOT, `archive-${DEFAULT}`)} && exec python3 -m http.server 8000`);
  lab.build(INVENTORY);
  const outcome = lab.admin(lab.makeCommand('-j4', 'deploy'), 1200);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  figure('default profile on four bare hosts, its package repository included', outcome.seconds);
  for (const host of HOSTS) {
    const sources = lab.exec(host, ['sh', '-c', 'cat /etc/apt/sources.list.d/*.list']).stdout;
    assert.match(sources, 'http://10.10.10.10/pigsty');
    assert.not.match(sources, '10.10.10.9');
  }
  assert.match(version('/usr/pgsql/bin/postgres'), / 18\./);
  assert.match(version('patroni'), / 4\.[1-9]/);
  lab.eventually('two replicas stream', 60, () => streaming(lab, 2));
});

step('deploying again changes nothing, without the archive', () => {
  archive.stop();
  const before = lab.startTimes();
  const again = lab.make('-j4', 'deploy');
  assert.is(again.code, 0, again.output.slice(-4000));
  assert.not.match(again.output, /changed: /);
  figure('default profile, nothing changed: make -j4 deploy', again.seconds);
  everyoneConverged(lab);
  assert.is(lab.startTimes(), before);
  assert.is(lab.make('check').code, 0);
});

step('every service answers through its port', () => {
  for (const host of MEMBERS) {
    for (const [port, recovery] of Object.entries({ 5433: 'f', 5434: 't', 5436: 'f' }))
      lab.eventually(
        `${host}:${port}`,
        30,
        () => value(`host=${address(host)} port=${port}`, 'select pg_is_in_recovery()') === recovery,
      );
  }
  assert.is(value('host=10.10.10.3 port=5432', 'select pg_is_in_recovery()'), 'f', 'the virtual address');
  assert.is(value('host=10.10.10.3 port=5432', "select '[1,2]'::vector"), '[1,2]');
  lab.eventually('the cache has its replica', 30, () =>
    /^slave .* connected/.test(role(lab, '10.10.10.12:6379', CACHE)),
  );
  assert.is(redis(lab, '10.10.10.11:6379', CACHE, 'SET', 'key', 'value'), 'OK');
  assert.is(status('http://10.10.10.10/'), '200');
  assert.is(lab.exec('h11', ['dig', '+short', '+time=2', '@10.10.10.10', 'pg-test']).stdout.trim(), '10.10.10.3');
  const ask = 'curl -s -m 5 http://127.0.0.1:8428/api/v1/targets?state=active';
  lab.eventually('every target is up', 90, () => {
    const { data } = JSON.parse(lab.exec('h10', ['sh', '-c', ask]).stdout) as {
      data: { activeTargets: readonly { health: string }[] };
    };
    return data.activeTargets.length > 30 && data.activeTargets.every(({ health }) => health === 'up');
  });
  const metrics = lab.exec('h11', ['curl', '-s', 'http://127.0.0.1:9630/metrics']).stdout;
  assert.match(metrics, /^pg_up(\{.*\})? 1$/m);
});

step('a lost leader is replaced while clients write, and no acknowledged row is lost', () => {
  first = leader(lab);
  assert.is(lab.psql(`host=10.10.10.3 port=5432 ${APP}`, 'create table sales.ticks(id int)').code, 0);
  const survivor = MEMBERS.find((host) => host !== first)!;
  const outage = writesGoOn(1, survivor, () => {
    lab.power('crash', first);
    lab.eventually('another leads', 90, () => ![undefined, first].includes(primary(lab)));
  });
  assert.ok(outage > 2, `${outage} s: clients wrote before it was lost and after`);
  figure('default profile: write outage after a crash of the primary', outage);
  lab.start([first]);
  lab.eventually('the old leader follows', 120, () => streaming(lab, 2));
  everyoneConverged(lab);
});

step('it gets its place back', () => {
  const words = ['switchover', '--force', '--candidate', `pg-test-${MEMBERS.indexOf(first as 'h11') + 1}`, 'pg-test'];
  const outage = writesGoOn(10_000, first, () => {
    const outcome = lab.exec(first, ['/usr/bin/patronictl', '-c', '/etc/patroni/patroni.yml', ...words]);
    assert.is(outcome.code, 0, outcome.output);
    lab.eventually('it leads', 60, () => primary(lab) === first);
  });
  figure('default profile: write outage of a switchover', outage);
  lab.eventually('the others follow', 60, () => streaming(lab, 2));
  everyoneConverged(lab);
  assert.is(lab.make('check').code, 0);
});

run();
