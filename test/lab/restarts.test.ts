/**
 * A cluster of two members over time. Patroni's own unit is restarted: replicas first, one switchover, the former
 * leader last; then a host leaves.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { counts, everyoneConverged } from './support/bundle.ts';
import { address, type HostName } from './support/lab.ts';
import { Writer } from './support/load.ts';
import { leader, query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const HOSTS: readonly HostName[] = ['h11', 'h12'];
const { lab, step, figure, run } = scenario('restarts', HOSTS);
const inventory = readFileSync('test/lab/inventories/restarts.yml', 'utf8');
const APP =
  `host=${HOSTS.map(address).join(',')} port=5432 target_session_attrs=read-write user=app password=App-c8Yd1LmQ ` +
  'dbname=shop connect_timeout=2';

const SECOND = '        10.10.10.12: { pg_seq: 2, pg_role: replica }\n';
const PATRONI = '/etc/patroni/patroni.yml';

const timeline = (): number =>
  Number(query(lab, leader(lab, HOSTS), 'select timeline_id from pg_control_checkpoint()'));
const healthy = (): void => void lab.eventually('the replica streams', 90, () => streaming(lab, 1, HOSTS));
/** The host that serves nobody else, and is visited first. */
function secondLeads(): void {
  if (leader(lab, HOSTS) === 'h12') return;
  const outcome = lab.exec('h11', ['patronictl', '-c', PATRONI, 'switchover', '--force', 'pg-test']);
  assert.is(outcome.code, 0, outcome.output);
  healthy();
}
const deploy = (...flags: readonly string[]): string => {
  const outcome = lab.make('-j2', 'deploy', ...flags);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  return outcome.output;
};

step('a cluster of two members', () => {
  lab.build(inventory);
  deploy();
  healthy();
  assert.is(lab.psql(APP, 'create table beats (id int)').code, 0);
});

step('a changed unit file of Patroni: one switchover, whoever leads', () => {
  for (const conf of ['crit', 'oltp']) {
    const former = leader(lab, HOSTS);
    const before = timeline();
    lab.build(inventory.replace('pg_conf: oltp.yml', `pg_conf: ${conf}.yml`));
    deploy();
    for (const host of HOSTS) assert.match(lab.apply(host).output, 'pending: restart patroni');
    const writer = new Writer(lab, APP, 'beats', before * 100_000);
    const output = deploy('FLAGS=--allow-restart');
    healthy();
    const { outage } = writer.stop();
    figure(`Patroni's unit restarted on all members: writes interrupted`, outage);
    assert.match(output, `the replicas of pg-test go first`);
    assert.is.not(leader(lab, HOSTS), former);
    assert.is(timeline(), before + 1, 'one promotion');
    assert.ok(outage < 60, `${outage} s`);
    for (const host of HOSTS) assert.is(counts(lab.apply(host).output).pending, 0);
  }
});

step('then there is nothing to do', () => void everyoneConverged(lab, HOSTS));

step('the cluster ends on hosts that stay, the leader last, and comes back with its data', () => {
  secondLeads();
  const before = timeline();
  lab.psql(APP, 'insert into beats values (-1)');
  lab.build(inventory.replace(/ {4}pg-test:\n[^]*?\n {2}vars:/, '    rest: { hosts: { 10.10.10.12: {} } }\n  vars:'));
  const output = deploy('FLAGS=--allow-restart');
  assert.match(output, 'pg-test-2 leads, the replicas of pg-test end first');
  for (const [host, state] of [
    ['h12', 'shut down'],
    ['h11', 'shut down in recovery'],
  ] as const) {
    assert.not.match(lab.exec(host, ['systemctl', 'is-active', 'patroni']).stdout, /^active/);
    const bin = 'set -- /usr/lib/postgresql/*/bin/pg_controldata /data/postgres/*/data; LC_ALL=C "$1" -D "$2"';
    const data = lab.exec(host, ['sh', '-c', bin]).stdout;
    assert.match(data, new RegExp(`^Database cluster state: +${state}$`, 'm'));
    assert.match(data, new RegExp(`^Latest checkpoint's TimeLineID: +${before}$`, 'm'), 'nobody was promoted');
  }
  everyoneConverged(lab, HOSTS);
  lab.build(inventory);
  deploy('FLAGS=--allow-restart');
  healthy();
  assert.is(lab.psql(APP, 'select count(*) from beats where id = -1').stdout.trim(), '1');
});

step(
  'a host leaves while it leads: it hands over, what it ran is stopped and removed, its data stay until they are named',
  () => {
    secondLeads();
    lab.build(inventory.replace(SECOND, ''));
    const writer = new Writer(lab, APP, 'beats', 1_000_000);
    const gone = lab.make('retire', 'HOST=10.10.10.12');
    assert.is(gone.code, 0, gone.output.slice(-4000));
    lab.eventually('h11 leads', 60, () => leader(lab, HOSTS) === 'h11');
    const { outage } = writer.stop();
    figure('the leader leaves the site: writes interrupted', outage);
    assert.ok(outage < 60, `${outage} s`);
    assert.match(gone.output, 'another member leads pg-test');
    assert.match(gone.output, /^left +10\.10\.10\.12 converged .*pending=0$/m);
    const state = lab.exec('h12', [
      'systemctl',
      'is-active',
      'patroni',
      'haproxy',
      'pgbouncer',
      'vip-manager',
      'node_exporter',
    ]);
    assert.not.match(state.stdout, /^active$/m, state.output);
    assert.is(lab.exec('h12', ['sh', '-c', 'ls /data/postgres/*/data/PG_VERSION']).code, 0);
    deploy('FLAGS=--allow-restart');
    lab.eventually('Patroni has forgotten it', 60, () => {
      const list = lab.exec('h11', ['patronictl', '-c', PATRONI, 'list']).stdout;
      return list.includes('pg-test-1') && !list.includes('pg-test-2');
    });
    everyoneConverged(lab, ['h11']);
    const purged = lab.make('retire', 'HOST=10.10.10.12', 'FLAGS=--purge=10.10.10.12');
    assert.is(purged.code, 0, purged.output);
    assert.is.not(lab.exec('h12', ['sh', '-c', 'ls /data/postgres']).code, 0);
  },
);

step('the last one does not leave: nobody else has what it has', () => {
  lab.build(inventory.replace(SECOND, '').replaceAll('10.10.10.11', '10.10.10.12'));
  const refused = lab.make('retire', 'HOST=10.10.10.11');
  assert.is.not(refused.code, 0);
  assert.match(refused.output, /REFUSED 10\.10\.10\.11: .*leads pg-test and no other member can take over/);
  assert.match(refused.output, 'is the last member of etcd');
  assert.is(leader(lab, HOSTS), 'h11');
});

run();
