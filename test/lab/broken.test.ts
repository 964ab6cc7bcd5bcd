/**
 * Disks that come back empty while a site lives, and the deployment after it: `make deploy` of a bundle that was sent before finds that
 * nothing runs there any more. What a host has lost is copied or made again where that is safe, and said where it needs leave.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { address, type HostName, type Outcome } from './support/lab.ts';
import { leader, query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('broken');
const INVENTORY = readFileSync('test/lab/inventories/pg-test.yml', 'utf8')
  // A start that is slow on a busy machine must not look like a switchover.
  .replace('pg_rto: fast', 'pg_rto: safe');
const ROWS = 1000;

function inside(host: HostName, program: string): string {
  const { code, stdout, output } = lab.exec(host, ['sh', '-ec', program]);
  assert.is(code, 0, output);
  return stdout;
}

function deploy(...flags: readonly string[]): Outcome {
  const outcome = lab.make('-j4', 'deploy', ...flags);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  return outcome;
}

/** Fails on this host, and nowhere else. */
function failsAlone(host: HostName, reason: RegExp): void {
  const { code, output } = lab.make('-j4', 'deploy');
  assert.is.not(code, 0);
  assert.match(output, reason);
  assert.match(output, new RegExp(`^failed on: ${address(host)}$`, 'm'));
}

/** All members are there, with all rows, and nothing is left to do. */
function whole(): void {
  lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  assert.is(query(lab, leader(lab), 'select count(*) from kept', 'shop'), String(ROWS));
  everyoneConverged(lab);
}

const emptyEtcd = (host: HostName): string =>
  inside(
    host,
    `systemctl stop etcd; rm -rf -- "$(sed -n "s/^data-dir: *[\\"']*\\([^\\"']*\\).*/\\1/p" /etc/etcd/etcd.conf)"`,
  );

step('a site on hosts of which one has given the number of the superuser to somebody else', () => {
  inside('h13', 'useradd --uid 543 --no-create-home somebody');
  lab.build(INVENTORY);
  deploy();
  query(lab, leader(lab), `create table kept as select generate_series(1, ${ROWS}) as id`, 'shop');
  assert.match(inside('h13', 'id somebody'), /^uid=543\(somebody\)/);
  whole();
});

step('a replica comes back with an empty disk: the next deployment copies the leader', () => {
  inside('h13', 'systemctl stop patroni; rm -rf /data/postgres /data/backups');
  figure('deployment that copies a replica anew', deploy().seconds);
  whole();
});

step('an etcd member comes back with an empty disk: it joins again with leave', () => {
  emptyEtcd('h12');
  failsAlone('h12', /etcd knows \S+ \(started\), whose data are gone: apply\.sh --allow-restart/);
  const before = leader(lab);
  const outcome = lab.make('etcd', 'FLAGS=--allow-restart');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  assert.is(leader(lab), before);
  whole();
});

run();
