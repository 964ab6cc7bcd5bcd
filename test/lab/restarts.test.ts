/** A cluster of two members over time. Patroni's own unit is restarted: replicas first, one switchover, the former leader last; then a host leaves. */
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
const APP = `host=${HOSTS.map(address).join(',')} port=5432 target_session_attrs=read-write user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=2`;

const timeline = (): number =>
  Number(query(lab, leader(lab, HOSTS), 'select timeline_id from pg_control_checkpoint()'));
const healthy = (): void => void lab.eventually('the replica streams', 90, () => streaming(lab, 1, HOSTS));
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

step('then there is nothing to do', () => everyoneConverged(lab, HOSTS));

step('a host leaves: what it ran is stopped and removed, its data stay, and the other leads alone', () => {
  if (leader(lab, HOSTS) === 'h12') {
    const outcome = lab.exec('h11', [
      'patronictl',
      '-c',
      '/etc/patroni/patroni.yml',
      'switchover',
      '--force',
      'pg-test',
    ]);
    assert.is(outcome.code, 0, outcome.output);
    healthy();
  }
  lab.build(
    inventory
      .replace('        10.10.10.12: { pg_seq: 2, pg_role: replica }\n', '')
      .replace(
        '  vars:\n    version',
        `    retired:\n      hosts: { 10.10.10.12: }\n      vars: { haproxy_enabled: false, node_exporter_enabled: false }\n  vars:\n    version`,
      ),
  );
  deploy('FLAGS=--allow-restart');
  const state = lab.exec('h12', ['systemctl', 'is-active', 'patroni', 'haproxy', 'pgbouncer', 'vip-manager']);
  assert.not.match(state.stdout, /^active$/m, state.output);
  assert.is(lab.exec('h12', ['sh', '-c', 'ls /data/postgres/*/data/PG_VERSION']).code, 0);
  assert.is(leader(lab, HOSTS), 'h11');
  lab.eventually('Patroni has forgotten it', 60, () => {
    const list = lab.exec('h11', ['patronictl', '-c', '/etc/patroni/patroni.yml', 'list']).stdout;
    return list.includes('pg-test-1') && !list.includes('pg-test-2');
  });
  everyoneConverged(lab, HOSTS);
});

run();
