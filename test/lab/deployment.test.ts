/** Everything at once: from bare hosts to every service answering, what that costs, and the end of it all. */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { address, HOSTS, type HostName } from './support/lab.ts';
import { leader, MEMBERS, query, streaming } from './support/postgres.ts';
import { redis } from './support/redis.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('deployment');
const PASSWORD = 'Native-x5Rn8Qd';
const INVENTORY = readFileSync('test/lab/inventories/full.yml', 'utf8');
/** The same site without anything in it. */
const NOTHING = `all:\n  children: {}\n${INVENTORY.slice(INVENTORY.indexOf('  vars:\n    version'))}`;
const END = '--end=pg-test,etcd';

/** Seconds of CPU that a host has used since its boot: every process that runs and what each has waited for. */
function cpuOf(host: HostName): number {
  return Number(
    lab.exec(host, [
      'sh',
      '-c',
      `cat /proc/[0-9]*/stat 2>/dev/null | awk '{ sub(/.*\\) /, ""); used += $12 + $13 + $14 + $15 } END { print used / 100 }'`,
    ]).stdout,
  );
}

/** Whether clients reach PostgreSQL through every service and at the virtual address, Redis, the portal and names. */
function everythingAnswers(): boolean {
  const app = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3';
  const answer = (at: string, sql: string): string => lab.psql(`${at} ${app}`, sql).stdout.trim();
  return (
    streaming(lab, 2) &&
    MEMBERS.every((host) =>
      [5433, 5434, 5436].every((port) => answer(`host=${address(host)} port=${port}`, 'select 1') === '1'),
    ) &&
    answer('host=10.10.10.3 port=5432', 'select pg_is_in_recovery()') === 'f' &&
    /cluster_state:ok[^]*cluster_known_nodes:6/.test(redis(lab, '10.10.10.11:6379', PASSWORD, 'CLUSTER', 'INFO')) &&
    lab.admin(['curl', '-s', '-o', '/dev/null', '-m', '3', '-w', '%{http_code}', 'http://10.10.10.10/']).stdout ===
      '200' &&
    lab.exec('h11', ['dig', '+short', '+time=2', '@10.10.10.10', 'pg-test']).stdout.trim() === '10.10.10.3'
  );
}

/** Addresses and ports that something of the site listens on; ssh, names and time belong to the machine. */
const listening = (host: HostName): readonly string[] =>
  lab
    .exec(host, ['sh', '-c', "ss -Hltn | awk '{ print $4 }'"])
    .stdout.trim()
    .split('\n')
    .filter((one) => !/:(22|53|323)$/.test(one));

/** Directories below the disk for data. */
const dataOf = (host: HostName): string =>
  lab.exec(host, ['sh', '-c', 'find /data -mindepth 2 -maxdepth 2 -type d | sort']).stdout.trim();

const cpuOfAll = (): number => HOSTS.reduce((sum, host) => sum + cpuOf(host), 0);

step('make -j4 deploy takes four bare hosts to a site that answers on every port', () => {
  lab.build(INVENTORY);
  const before = cpuOfAll();
  const outcome = lab.admin(
    ['bash', '-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...lab.makeCommand('-j4', 'deploy')],
    600,
  );
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(outcome.output)!;
  const answering = lab.eventually('every service answers', 60, everythingAnswers);
  figure('everything on four hosts, from nothing: make -j4 deploy', outcome.seconds);
  figure('– until every service answers, after that', answering);
  figure('– CPU of make, ssh and scp', Number(user) + Number(system));
  figure('– CPU of the four hosts, their servers included', cpuOfAll() - before);
});

step('deploying again has nothing to do', () => {
  const before = lab.startTimes();
  const again = lab.make('-j4', 'deploy');
  assert.is(again.code, 0, again.output.slice(-4000));
  assert.not.match(again.output, /changed: /);
  figure('everything on four hosts, nothing changed: make -j4 deploy', again.seconds);
  everyoneConverged(lab);
  assert.is(lab.startTimes(), before);
});

step('the whole site is taken down: nothing is left running, and all data stay', () => {
  query(lab, leader(lab), 'create table sales.kept as select 42 as id', 'shop');
  assert.match(redis(lab, '10.10.10.11:6379', PASSWORD, '-c', 'SET', 'kept', '42'), 'OK');
  lab.build(NOTHING);
  const refused = lab.make('retire', 'HOST=all');
  assert.is.not(refused.code, 0);
  assert.match(refused.output, /REFUSED: no member would be left of (pg-test etcd|etcd pg-test)/);
  assert.ok(everythingAnswers(), 'what is refused goes on');
  const before = new Map(HOSTS.map((host) => [host, dataOf(host)]));
  const down = lab.make('retire', 'HOST=all', `FLAGS=${END}`);
  assert.is(down.code, 0, down.output.slice(-4000));
  figure('everything on four hosts: make retire', down.seconds);
  for (const host of HOSTS) {
    assert.match(down.output, new RegExp(`^left +${address(host)} converged `, 'm'));
    assert.equal(listening(host), [], host);
    assert.not.match(lab.exec(host, ['ip', '-o', 'addr']).stdout, '10.10.10.3/', host);
    assert.is(dataOf(host), before.get(host), host);
  }
});

step('the former inventory brings it back, with its data', () => {
  lab.build(INVENTORY);
  const back = lab.make('-j4', 'deploy', 'FLAGS=--allow-restart');
  assert.is(back.code, 0, back.output.slice(-4000));
  lab.eventually('every service answers', 60, everythingAnswers);
  assert.is(query(lab, leader(lab), 'select id from sales.kept', 'shop'), '42');
  assert.match(redis(lab, '10.10.10.11:6379', PASSWORD, '-c', 'GET', 'kept'), '42');
  everyoneConverged(lab);
});

step('data go when their hosts are named', () => {
  lab.build(NOTHING);
  const named = HOSTS.map(address).join(',');
  const gone = lab.make('retire', 'HOST=all', `FLAGS=${END} --purge=${named}`);
  assert.is(gone.code, 0, gone.output.slice(-4000));
  for (const host of HOSTS)
    assert.not.match(dataOf(host), /^\/data\/(postgres|etcd|redis|backups|infra\/metrics)\//m, host);
});

run();
