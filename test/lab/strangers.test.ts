/**
 * Hosts on which somebody else has been, and clusters whose data are gone: a distribution's database on the port, units that are masked, a
 * locale that is missing, access rules that let nobody in, two operators at a time, another machine in the place of the leader's, and a
 * DCS that knows more than the disks have.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { counts, deployed, everyoneConverged, inside } from './support/bundle.ts';
import { address, ROOT, run as runHere, type HostName, type Outcome } from './support/lab.ts';
import { leader, primary, query, standby, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('strangers');
const INVENTORY = readFileSync('test/lab/inventories/pg-test.yml', 'utf8')
  // A start that is slow on a busy machine must not look like a switchover.
  .replace('pg_rto: fast', 'pg_rto: safe');
const PATRONICTL = ['patronictl', '-c', '/etc/patroni/patroni.yml'];

/** Of one host, or of all: a deployment that fails. */
function fails(reason: RegExp, ...words: readonly string[]): Outcome {
  const outcome = lab.make(...(words.length > 0 ? words : ['-j4', 'deploy']));
  assert.is.not(outcome.code, 0);
  assert.match(outcome.output, reason);
  return outcome;
}

/** The disk of a host that is off, as another machine has it: nothing of the site is on it. */
function anotherMachine(host: HostName): void {
  const disk = join(ROOT, lab.name, 'hosts', host);
  runHere(['umount', join(disk, 'root')]);
  rmSync(disk, { recursive: true });
  lab.start([host]);
}

step('a locale that no host has is said in seconds, in the words of initdb', () => {
  inside(lab, 'h12', 'systemctl mask haproxy pgbouncer patroni');
  lab.build(INVENTORY.replace('pg_conf: crit.yml', 'pg_conf: crit.yml\n        pg_locale: de_DE.UTF-8'));
  assert.is(lab.make('-j4', 'etcd').code, 0);
  const { seconds } = fails(/initdb: error: invalid locale name "de_DE\.UTF-8"/, address('h11'));
  figure('a host whose initdb fails, from nothing to the reason', seconds);
});

step("a distribution's database on the port is found before anything changes, and by name", () => {
  inside(
    lab,
    'h13',
    'systemctl unmask postgresql 2>/dev/null || true; pg_createcluster 17 main; pg_ctlcluster 17 main start',
  );
  lab.build(INVENTORY);
  const { output } = fails(/port 5432 \(pg_port\) is used by .*postgres/);
  assert.match(output, new RegExp(`^failed on: ${address('h13')}$`, 'm'));
  const roles =
    'runuser -u postgres -- psql -wqAXt -p 5432 -h /var/run/postgresql -c "select count(*) from pg_roles where rolname !~ \'^pg_\'"';
  assert.is(inside(lab, 'h13', roles).trim(), '1', 'nothing was made in it');
  inside(lab, 'h13', 'pg_dropcluster --stop 17 main');
});

step('masked units are no obstacle', () => {
  assert.is(inside(lab, 'h12', 'systemctl is-enabled patroni haproxy pgbouncer | sort -u').trim(), 'enabled');
  deployed(lab);
  query(lab, leader(lab), 'create table kept as select generate_series(1, 1000) as id', 'shop');
  lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  everyoneConverged(lab);
});

step('rules that let nobody in are replaced, without a connection', () => {
  const host = leader(lab);
  inside(lab, host, "echo 'local all all reject' > /pg/data/pg_hba.conf; pkill -HUP -o -x postgres; sleep 1");
  assert.is(query(lab, host, 'select 1'), '');
  const outcome = lab.apply(host);
  assert.is(outcome.code, 0, outcome.output);
  assert.ok(counts(outcome.output).changed > 0);
  assert.is(query(lab, host, 'select 1'), '1');
  everyoneConverged(lab);
});

step('of two operators the second one is told that the first is at work', () => {
  const script = `bash /var/lib/pigstyc/bundle/${address('h12')}/apply.sh`;
  const both = inside(
    lab,
    'h12',
    `${script} >/tmp/first 2>&1 & sleep 0.3; ${script} >/tmp/second 2>&1 || true; wait; cat /tmp/first /tmp/second`,
  );
  assert.match(both, /apply: LOCKED 10\.10\.10\.12: another apply\.sh is running/);
  assert.match(both, /apply: 10\.10\.10\.12 converged changed=0/);
});

step('a database in use is dropped when the inventory says so, and the review calls it that', () => {
  const without = INVENTORY.replace('{ name: shop,', '{ name: gone, owner: app }\n          - { name: shop,');
  lab.build(without);
  deployed(lab);
  const host = leader(lab);
  query(lab, host, 'create table something(id int)', 'gone');
  const session = lab.background(host, 'runuser -u postgres -- psql -d gone -c "select pg_sleep(600)"');
  lab.eventually(
    'a session is in it',
    20,
    () => query(lab, host, "select count(*) from pg_stat_activity where datname = 'gone'") === '1',
  );
  const absent = without.replace('{ name: gone, owner: app }', '{ name: gone, state: absent }');
  assert.match(JSON.stringify(lab.impact(absent)), /DROPS database gone/);
  lab.build(absent);
  deployed(lab);
  session.stop();
  assert.is(query(lab, host, "select count(*) from pg_database where datname = 'gone'"), '0');
  lab.build(INVENTORY);
  deployed(lab);
});

step('another machine in the place of that of the leader becomes a replica', () => {
  // With crit only the standby that Patroni has named may lead.
  lab.eventually('h13 leads', 180, () => {
    const from = primary(lab);
    const to = standby(lab);
    if (from === 'h13' || from === undefined || to === undefined) return from === 'h13';
    const member = `pg-test-${Number(to.slice(1)) - 10}`;
    lab.exec(from, [...PATRONICTL, 'switchover', 'pg-test', '--force', '--candidate', member], 60);
    return false;
  });
  lab.eventually('its synchronous standby is named', 60, () => standby(lab) !== undefined);
  lab.power('crash', 'h13');
  figure(
    'another leads after the crash',
    lab.eventually('another leads', 120, () => ![undefined, 'h13'].includes(primary(lab))),
  );
  anotherMachine('h13');
  assert.is.not(lab.make('check').code, 0, 'a machine without anything has not converged');
  figure('deployment to another machine in the place of the leader', deployed(lab).seconds);
  lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  assert.is(query(lab, leader(lab), 'select count(*) from kept', 'shop'), '1000');
  everyoneConverged(lab);
});

step('the DCS knows a cluster of which no disk has anything: said in seconds, with the ways out', () => {
  for (const host of ['h11', 'h12', 'h13'] as const) inside(lab, host, 'systemctl stop patroni; rm -rf /data/postgres');
  const { seconds } = fails(
    /the DCS knows pg-test, but no member of it has data: restore a backup, or forget the cluster with `patronictl .* remove pg-test`/,
    address('h11'),
  );
  assert.ok(seconds < 90, `${seconds} s`);
});

step('a new cluster over the backups of the old one: nothing is archived into them, and the ways out are named', () => {
  inside(
    lab,
    'h11',
    "systemctl stop patroni; printf 'pg-test\\nYes I am aware\\n' | patronictl -c /etc/patroni/patroni.yml remove pg-test; true",
  );
  fails(/stanza-upgrade/);
  for (const host of ['h11', 'h12', 'h13'] as const) inside(lab, host, 'rm -rf /data/backups/* /pg/backup/*');
  deployed(lab);
  lab.eventually('two replicas stream', 120, () => streaming(lab, 2));
  everyoneConverged(lab);
  for (const host of ['h11', 'h12', 'h13'] as const)
    assert.is(
      inside(lab, host, 'crontab -l -u postgres 2>/dev/null | sort | uniq -d').trim(),
      '',
      'no line is there twice',
    );
});

run();
