/**
 * A site with strict access rules: TLS for every client and for Patroni, certificates instead of passwords for administrators, no weak
 * password; and a cluster that follows one hour late. Certificates come from the authority of the bundle (`pki/`).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { HOSTS, pause } from './support/lab.ts';
import { leader, query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('access');
const MEMBERS = ['h10', 'h11', 'h12'] as const;
const INVENTORY = readFileSync('test/lab/inventories/access.yml', 'utf8');
const META = 'user=dbuser_meta password=Meta-Wq7Lc2Zt dbname=meta connect_timeout=3';
const pki = (name: string): string => join(lab.directory, 'pki', name);

/** What a person keeps: a key and a certificate for one database user, signed by the site's authority. */
function issue(user: string): string {
  const into = join(lab.directory, user);
  const made = lab.admin([
    'sh',
    '-ec',
    `openssl req -newkey rsa:2048 -nodes -subj '/CN=${user}' -keyout '${into}.key' -out '${into}.csr' 2>/dev/null
    openssl x509 -req -in '${into}.csr' -CA '${pki('ca/ca.crt')}' -CAkey '${pki('ca/ca.key')}' -CAcreateserial -days \
30 -out '${into}.crt' 2>/dev/null; chmod 600 '${into}.key'`,
  ]);
  assert.is(made.code, 0, made.output);
  return `sslmode=verify-ca sslrootcert=${pki('ca/ca.crt')} sslcert=${into}.crt sslkey=${into}.key`;
}

step('make deploy', () => {
  lab.build(INVENTORY);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  figure('deploy with strict access rules and a delayed cluster, four hosts', outcome.seconds);
  lab.eventually('two replicas and the delayed cluster stream', 90, () => streaming(lab, 3, MEMBERS));
  everyoneConverged(lab);
});

step('applications: TLS or nothing, direct, pooled, through every service and at the virtual address', () => {
  const code = (target: string): number | null => lab.psql(target, 'select 1').code;
  for (const [host, port] of [
    ['10.10.10.10', 5432],
    ['10.10.10.2', 5432],
    ['10.10.10.11', 5432],
    ['10.10.10.10', 6432],
    ['10.10.10.12', 6432],
    ['10.10.10.11', 5433],
    ['10.10.10.12', 5434],
    ['10.10.10.10', 5435],
    ['10.10.10.11', 5436],
  ] as const) {
    lab.eventually(
      `${host}:${port} with TLS`,
      30,
      () => code(`host=${host} port=${port} ${META} sslmode=require`) === 0,
    );
    assert.is.not(code(`host=${host} port=${port} ${META} sslmode=disable`), 0, `${host}:${port} without TLS`);
  }
  const verified = `host=10.10.10.11 port=5432 ${META} sslmode=verify-full sslrootcert=${pki('ca/ca.crt')}`;
  assert.is(
    lab.psql(verified, 'select ssl from pg_stat_ssl where pid = pg_backend_pid()').stdout.trim(),
    't',
    'the name in the certificate is verified',
  );
  assert.is.not(code(`host=10.10.10.10 port=5432 ${META.replace('Meta-Wq7Lc2Zt', 'wrong')} sslmode=require`), 0);
});

step('addresses: only those named are listened on', () => {
  const listening = lab.exec('h11', ['ss', '-Hltn']).stdout;
  for (const port of ['5432', '6432']) {
    const addresses = [...listening.matchAll(new RegExp(`(\\S+):${port}\\s`, 'g'))].map((match) => match[1]!).sort();
    assert.equal(addresses, ['10.10.10.11', '10.10.10.2', '127.0.0.1'], `port ${port}`);
  }
});

step('administrators: a certificate from everywhere, a password only from the administration host', () => {
  const target = (host: string): string => `host=${host} port=5432 user=dbuser_dba dbname=postgres connect_timeout=3`;
  const certificate = issue('dbuser_dba');
  assert.is(lab.psql(`${target('10.10.10.11')} ${certificate}`, 'select current_user').stdout.trim(), 'dbuser_dba');
  assert.is.not(
    lab.psql(`${target('10.10.10.11')} ${issue('dbuser_view')}`, 'select 1').code,
    0,
    "somebody else's certificate",
  );
  assert.match(
    lab.psql(`${target('10.10.10.11')} password=Dba-Lab9rTq3 sslmode=require`, 'select 1').output,
    /valid client certificate|certificate authentication failed/,
  );
  const fromAdmin = (mode: string): number | null =>
    lab.exec('h10', [
      'psql',
      '-wqAXt',
      '-d',
      `${target('10.10.10.11')} password=Dba-Lab9rTq3 sslmode=${mode}`,
      '-c',
      'select 1',
    ]).code;
  assert.is(fromAdmin('require'), 0);
  assert.is.not(fromAdmin('disable'), 0);
});

step('a weak password is refused, a good one accepted', () => {
  const primary = leader(lab, MEMBERS);
  const alter = (password: string): string =>
    lab.exec(primary, [
      'runuser',
      '-u',
      'postgres',
      '--',
      'psql',
      '-wqAXt',
      '-c',
      `begin; alter role dbuser_view password '${password}'; rollback`,
    ]).output;
  assert.match(alter('short1'), /password is too short/);
  assert.match(alter('onlyletters'), /password must contain both letters and nonletters/);
  assert.match(alter('dbuser_view1'), /password must not contain user name/);
  assert.is(alter('Another-Nb4Xs9Kd'), '');
});

step("Patroni's interface speaks TLS, and changes need the password", () => {
  const api = (...words: readonly string[]): string =>
    lab.admin(['curl', '-s', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', ...words]).stdout;
  assert.is(api('--cacert', pki('ca/ca.crt'), 'https://10.10.10.11:8008/health'), '200');
  assert.is.not(api('http://10.10.10.11:8008/health'), '200');
  assert.ok(['401', '403'].includes(api('-k', '-X', 'POST', 'https://10.10.10.11:8008/restart')));
});

step('the delayed cluster streams, is read only and one hour late; a shorter delay is one command', () => {
  const delayed = (sql: string): string => query(lab, 'h13', sql, 'meta');
  assert.is(delayed('show recovery_min_apply_delay'), '1h');
  assert.is(delayed('select pg_is_in_recovery()'), 't');
  assert.is(delayed('select status from pg_stat_wal_receiver'), 'streaming');
  const primary = leader(lab, MEMBERS);
  query(lab, primary, 'create table pigsty.mark as select 1 as id', 'meta');
  const position = query(lab, primary, 'select pg_current_wal_lsn()');
  lab.eventually('its log is there', 30, () => delayed(`select pg_last_wal_receive_lsn() >= '${position}'`) === 't');
  pause(3);
  assert.is(delayed("select count(*) from pg_tables where tablename = 'mark'"), '0', 'and is not replayed');
  const shorter = lab.exec('h13', [
    'runuser',
    '-u',
    'postgres',
    '--',
    'patronictl',
    '-c',
    '/etc/patroni/patroni.yml',
    'edit-config',
    '--force',
    '-s',
    'standby_cluster.recovery_min_apply_delay=15s',
    'pg-meta-delay',
  ]);
  assert.is(shorter.code, 0, shorter.output);
  lab.eventually('the shorter delay is in force', 60, () => delayed('show recovery_min_apply_delay') === '15s');
  query(lab, primary, 'create table pigsty.late as select 1 as id', 'meta');
  const late = lab.eventually(
    'the second mark arrives',
    90,
    () => delayed("select count(*) from pg_tables where tablename = 'late'") === '1',
  );
  figure('a change arrives with a delay of 15 s after', late);
  assert.ok(late > 13, String(late));
  assert.is(delayed("select count(*) from pg_tables where tablename = 'mark'"), '1');
  everyoneConverged(lab, HOSTS);
  assert.is(delayed('show recovery_min_apply_delay'), '15s', 'apply leaves the delay to the operator');
});

step(
  'the delayed cluster is promoted: announced, done, kept, and nothing is restarted when the inventory follows',
  () => {
    const delayed = (sql: string): string => query(lab, 'h13', sql, 'meta');
    const started = 'select pg_postmaster_start_time()';
    const since = delayed(started);
    const alone = INVENTORY.replace(', pg_upstream: 10.10.10.10, pg_delay: 1h', '');
    lab.build(alone);
    assert.is(lab.make('push').code, 0);
    const early = lab.apply('h13');
    assert.is(early.code, 0, early.output);
    assert.match(early.output, /pending: pg-meta-delay follows another cluster.*edit-config -s standby_cluster=null/);
    lab.build(INVENTORY);
    assert.is(lab.make('push').code, 0);
    const promoted = lab.exec('h13', [
      'sh',
      '-c',
      'runuser -u postgres -- patronictl -c /etc/patroni/patroni.yml edit-config --force -s standby_cluster=null pg-meta-delay',
    ]);
    assert.is(promoted.code, 0, promoted.output);
    figure(
      'a standby cluster leads',
      lab.eventually('it leads', 60, () => delayed('select pg_is_in_recovery()') === 'f'),
    );
    for (let turn = 0; turn < 2; turn++) {
      const kept = lab.apply('h13');
      assert.is(kept.code, 0, kept.output);
      assert.match(kept.output, /note: pg-meta-delay leads for itself, and follows 10\.10\.10\.10 in the inventory/);
    }
    lab.build(alone);
    const followed = lab.make('-j4', 'deploy');
    assert.is(followed.code, 0, followed.output.slice(-4000));
    assert.is(delayed(started), since, 'the server has run all the time');
    // As a standby it had the limits of the cluster it followed.
    assert.match(lab.apply('h13').output, /pending: restart PostgreSQL of pg-meta-delay-1 for max_connections/);
    assert.is(lab.make('deploy', 'FLAGS=--allow-restart').code, 0);
    everyoneConverged(lab);
    assert.is(delayed('select pg_is_in_recovery()'), 'f');
  },
);

run();
