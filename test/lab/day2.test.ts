/**
 * The life of a running cluster: it grows by a replica, gets services, rules, passwords and settings, loses a user and a member. Every
 * change touches what it names and nothing else: no unit is started again and the files that differ are listed.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import type { HostImpact } from '../../compiler/review/impact/impact.ts';
import { buildAsPromised, counts, everyoneConverged, type ByHost } from './support/bundle.ts';
import { address, HOSTS, PLATFORM, type HostName } from './support/lab.ts';
import { leader, MEMBERS, query, streaming, synchronous } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('day2');
// A start of PostgreSQL that is slow on a busy machine must not look like a switchover.
const FULL = readFileSync('test/lab/inventories/pg-test.yml', 'utf8').replace('pg_rto: fast', 'pg_rto: safe');
const MEMBER = '        10.10.10.13: { pg_seq: 3, pg_role: offline }\n';
const SMALL = FULL.replace(MEMBER, '');
let inventory = SMALL;
/** What `pigstyc diff` has said of the last change. */
let promised: ByHost<HostImpact> = {};

/** Edits the inventory, builds, deploys; the files each host has changed. */
function change(
  edit: readonly [before: string, after: string],
  hosts: readonly HostName[] = HOSTS,
  ...flags: readonly string[]
): ByHost<readonly string[]> {
  assert.ok(inventory.includes(edit[0]), edit[0]);
  inventory = inventory.replace(edit[0], edit[1]);
  const built = buildAsPromised(lab, inventory, hosts);
  promised = built.promised;
  const outcome = lab.make('-j4', 'deploy', ...flags);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  return built.files;
}

/** The same files on all members, none on the administration host. */
const everywhere = (files: (member: string) => readonly string[]): ByHost<readonly string[]> => ({
  h10: [],
  h11: files('pg-test-1'),
  h12: files('pg-test-2'),
  h13: files('pg-test-3'),
});

/** What the blackbox exporter asks, where the archive has it: the new host, and the virtual address with its new member. */
const PINGED = PLATFORM === 'debian-12' ? [] : ['10.10.10.13', '10.10.10.3---10.10.10.13'];

const login = (host: HostName, port: number, user: string, password: string, options = ''): number | null =>
  lab.psql(
    `host=${address(host)} port=${port} user=${user} password=${password} dbname=shop connect_timeout=3 ${options}`,
    'select 1',
  ).code;

step('a cluster of two members', () => {
  lab.build(inventory);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('a replica streams', 60, () => streaming(lab, 1));
});

step('a replica is added: the host joins, the others learn its name and restart nothing', () => {
  const before = lab.startTimes(['h10', 'h11', 'h12']);
  const files = change([inventory, FULL], ['h10', 'h11', 'h12']);
  assert.equal(files['h10'], [
    '/home/dba/.pg_service.conf',
    '/infra/pgadmin/servers.json',
    '/etc/dnsmasq.d/pigsty/pg-test-3',
    '/etc/nginx/conf.d/haproxy/upstream-pg-test-3.conf',
    '/etc/nginx/conf.d/haproxy/location-pg-test-3.conf',
    '/www/index.html',
    '/infra/targets/node/10.10.10.13.yml',
    ...PINGED.map((target) => `/infra/targets/ping/${target}.yml`),
    '/infra/targets/pgsql/pg-test-3.yml',
  ]);
  for (const [host, member] of [
    ['h11', 'pg-test-1'],
    ['h12', 'pg-test-2'],
  ] as const) {
    assert.equal(
      files[host],
      [
        '/etc/pigstyc/instance.env',
        `/pg/conf/${member}.yml`,
        '/pg/data/pg_hba.conf',
        '/etc/pgbouncer/pgb_hba.conf',
        ...['primary', 'replica', 'default', 'offline', 'sync'].map(
          (service) => `/etc/haproxy/conf.d/pg-test-${service}.cfg`,
        ),
      ],
      host,
    );
  }
  lab.eventually('the new replica streams', 90, () => streaming(lab, 2));
  assert.is(lab.startTimes(['h10', 'h11', 'h12']), before);
  lab.eventually(
    'services lead to it',
    30,
    () =>
      lab
        .psql(
          'host=10.10.10.11 port=5438 user=analyst password=Analyst-b4Zm8uXc dbname=shop connect_timeout=3',
          'select inet_server_addr()',
        )
        .stdout.trim() === '10.10.10.13',
  );
  everyoneConverged(lab);
});

step('a service is added: its file on every member, nothing else', () => {
  const before = lab.startTimes();
  const files = change([
    '        pg_services:\n',
    '        pg_services:\n          - { name: late, port: 5441, dest: postgres, selector: "[]", check: /replica }\n',
  ]);
  assert.equal(
    files,
    everywhere(() => ['/etc/haproxy/conf.d/pg-test-late.cfg']),
  );
  lab.eventually(
    'it leads to a replica',
    30,
    () =>
      lab
        .psql(
          'host=10.10.10.12 port=5441 user=app password=App-c8Yd1LmQ dbname=shop sslmode=require connect_timeout=3',
          'select pg_is_in_recovery()',
        )
        .stdout.trim() === 't',
  );
  assert.is(lab.startTimes(), before);
});

step('an access rule is added: pg_hba.conf, patroni.yml, reloaded', () => {
  const before = lab.startTimes();
  assert.is.not(login('h11', 5432, 'reader', 'Reader-Vn3pXa9t'), 0);
  const files = change([
    '        pg_hba_rules:\n',
    '        pg_hba_rules:\n          - { user: reader, db: shop, addr: 10.10.10.9/32, auth: pwd, title: the ' +
      'reader from the application, order: 95 }\n',
  ]);
  assert.equal(
    files,
    everywhere((member) => [`/pg/conf/${member}.yml`, '/pg/data/pg_hba.conf']),
  );
  assert.is(login('h11', 5432, 'reader', 'Reader-Vn3pXa9t'), 0);
  assert.is(login('h13', 5432, 'reader', 'Reader-Vn3pXa9t'), 0);
  assert.is(lab.startTimes(), before);
});

step('a password is rotated: the old one is refused, the new one works, direct and pooled', () => {
  const before = lab.startTimes();
  const [old, fresh] = ['App-c8Yd1LmQ', 'App-Kx5Rv9Tz'];
  assert.is(login('h11', 5432, 'app', old, 'sslmode=require'), 0);
  assert.equal(
    change([old, fresh]),
    everywhere(() => ['/pg/tmp/pg-user-app.sql', '/etc/pgbouncer/userlist.txt']),
  );
  const primary = leader(lab);
  assert.is(login(primary, 5432, 'app', fresh, 'sslmode=require'), 0, 'new, direct');
  assert.is.not(login(primary, 5432, 'app', old, 'sslmode=require'), 0, 'old, direct');
  for (const host of MEMBERS) {
    lab.eventually(`new, pooled, ${host}`, 20, () => login(host, 6432, 'app', fresh) === 0);
    assert.is.not(login(host, 6432, 'app', old), 0, `old, pooled, ${host}`);
  }
  assert.is(lab.startTimes(), before);
});

step('a user is removed: its objects stay, its logins are refused, direct and pooled', () => {
  const before = lab.startTimes();
  query(lab, leader(lab), 'create table sales.report(id int); alter table sales.report owner to analyst', 'shop');
  assert.equal(
    change(['{ name: analyst, password: Analyst-b4Zm8uXc, pgbouncer: true,', '{ name: analyst, state: absent,']),
    everywhere(() => ['/etc/pgbouncer/userlist.txt']),
  );
  assert.is(query(lab, leader(lab), "select count(*) from pg_roles where rolname = 'analyst'"), '0');
  assert.is(query(lab, leader(lab), "select tableowner from pg_tables where tablename = 'report'", 'shop'), 'postgres');
  for (const port of [5432, 6432]) assert.is.not(login('h11', port, 'analyst', 'Analyst-b4Zm8uXc'), 0, String(port));
  assert.is(lab.startTimes(), before);
});

step('a setting that needs a restart is announced, then done replicas first', () => {
  const before = lab.startTimes();
  const primary = leader(lab);
  change(['        pg_databases:\n', '        pg_max_conn: 1200\n        pg_databases:\n']);
  assert.is(lab.startTimes(), before, 'announced only');
  for (const host of MEMBERS) {
    const outcome = lab.apply(host);
    assert.is(counts(outcome.output).pending, 1, outcome.output);
    const waiting = /^ {2}pending: restart PostgreSQL of \S+ for (.*): run/m.exec(outcome.output)?.[1]?.split(', ');
    assert.equal(waiting, promised[host]?.settings.map(({ name }) => name).sort(), `${host}\n${outcome.output}`);
    assert.ok(waiting?.includes('max_connections'));
  }
  const outcome = lab.make('-j4', 'deploy', 'FLAGS=--allow-restart');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  const started = (host: HostName): number =>
    Number(query(lab, host, 'select extract(epoch from pg_postmaster_start_time())'));
  lab.eventually('everybody is back', 60, () => streaming(lab, 2) && synchronous(lab));
  assert.is(leader(lab), primary, 'no switchover');
  for (const host of MEMBERS) {
    assert.is(query(lab, host, 'show max_connections'), '1200', host);
    if (host !== primary)
      assert.ok(
        started(host) < started(primary),
        `${host} before the primary: a standby with fewer connections than its primary stops replaying`,
      );
  }
  lab.eventually('everybody is converged', 60, () => HOSTS.every((host) => lab.apply(host, '--check').code === 0));
  everyoneConverged(lab);
});

step('and the other way round: a smaller value, the primary first', () => {
  change(['pg_max_conn: 1200', 'pg_max_conn: 900'], HOSTS, 'FLAGS=--allow-restart');
  lab.eventually('everybody is back', 60, () => streaming(lab, 2) && synchronous(lab));
  for (const host of MEMBERS) assert.is(query(lab, host, 'show max_connections'), '900', host);
  everyoneConverged(lab);
});

step('a member is removed from the inventory: the others forget it, it is left alone', () => {
  const others: readonly HostName[] = ['h10', 'h11', 'h12'];
  const before = lab.startTimes(others);
  const removed = lab.exec('h13', [
    'sh',
    '-c',
    'find /etc /pg/conf -type f -newermt @0 -printf "%p %T@\\n" | sort | sha256sum',
  ]).stdout;
  const files = change([MEMBER, ''], others);
  console.log(JSON.stringify(files));
  for (const host of ['h11', 'h12'] as const)
    assert.is(
      lab.exec(host, ['grep', '-rl', '10.10.10.13', '/etc/haproxy', '/etc/pgbouncer', '/pg/conf']).stdout,
      '',
      host,
    );
  assert.is(lab.exec('h10', ['dig', '+short', '+time=2', '@10.10.10.10', 'pg-test-3']).stdout.trim(), '');
  assert.is(lab.startTimes(others), before);
  assert.is(
    lab.exec('h13', ['sh', '-c', 'find /etc /pg/conf -type f -newermt @0 -printf "%p %T@\\n" | sort | sha256sum'])
      .stdout,
    removed,
    'the removed host is left alone',
  );
  everyoneConverged(lab, others);
});

void figure;
run();
