/**
 * A site changes its authority while applications write: the three steps of docs/state.md, everything that can speak TLS does. No leader
 * changes, no service loses its server, and after the last step nobody trusts the old authority.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { HOSTS, type HostName } from './support/lab.ts';
import { Writer } from './support/load.ts';
import { leader, MEMBERS, query, standby, streaming, synchronous } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('authority');
const INVENTORY = readFileSync('test/lab/inventories/pg-test.yml', 'utf8')
  // A start that is slow on a busy machine must not look like a switchover.
  .replace('pg_rto: fast', 'pg_rto: safe')
  .replace(
    '  vars:\n    version:',
    '  vars:\n    patroni_ssl_enabled: true\n    pgbouncer_sslmode: require\n    version:',
  );
const APP = 'user=app password=App-c8Yd1LmQ dbname=shop connect_timeout=3 sslmode=require';
/** Through HAProxy, whose checks ask Patroni over TLS, and to whom vip-manager gives the address. */
const ROUTES = { service: `host=10.10.10.12 port=5436 ${APP}`, address: `host=10.10.10.3 port=5432 ${APP}` };

let former = '';

/** The authorities that a host trusts, by fingerprint. */
function trusted(host: HostName): readonly string[] {
  const bundle = lab.exec(host, ['cat', '/etc/pki/ca.crt']).stdout;
  return (bundle.match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/g) ?? []).map(fingerprint);
}

const fingerprint = (pem: string | Buffer): string => new X509Certificate(pem).fingerprint256;

/** What the server at `port` of a host shows is signed by the authority in this file of the operator. */
function presents(host: HostName, port: number, authority: string, ...options: readonly string[]): boolean {
  const file = join(lab.directory, authority);
  const asked =
    `timeout 5 openssl s_client -connect 10.10.10.${host.slice(1)}:${port} ${options.join(' ')} -CAfile ${file} ` +
    '-verify_return_error </dev/null 2>&1';
  return lab.admin(['sh', '-c', asked]).output.includes('Verify return code: 0 (ok)');
}

/** Builds and deploys while two clients write; the longest time that each could not. */
function deployUnderLoad(what: string, ...options: readonly string[]): void {
  const before = leader(lab);
  lab.build(INVENTORY, ...options);
  const writers = Object.entries(ROUTES).map(([route, target], index) => {
    const first = Number(query(lab, before, 'select coalesce(max(id), 0) + 1 from sales.tick', 'shop'));
    return { route, first, writer: new Writer(lab, target, 'sales.tick', first + index * 1_000_000) };
  });
  const outcome = lab.make('-j4', 'deploy', 'FLAGS=--allow-restart');
  const written = writers.map(({ route, writer }) => ({ route, ...writer.stop() }));
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  for (const { route, outage, acknowledged } of written) {
    figure(`${what}: longest pause of writes through the ${route}`, outage);
    assert.ok(outage < 20, `${what}: ${outage} s without a write through the ${route}`);
    const kept = `select count(*) from sales.tick where id in (${acknowledged.join(',')})`;
    assert.is(query(lab, before, kept, 'shop'), String(acknowledged.length), 'no acknowledged write is lost');
  }
  assert.is(leader(lab), before, 'no switchover');
  lab.eventually('the replicas stream', 60, () => streaming(lab, 2));
  everyoneConverged(lab);
}

function rotate(): void {
  const outcome = lab.pigstyc('pki', 'rotate-ca', 'pigsty.yml');
  assert.is(outcome.code, 0, outcome.output);
}

step('a cluster whose members, pools and health checks speak TLS', () => {
  lab.build(INVENTORY);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  lab.eventually('two replicas stream', 60, () => streaming(lab, 2));
  query(lab, leader(lab), 'create table sales.tick(id int primary key); alter table sales.tick owner to app', 'shop');
  former = fingerprint(readFileSync(join(lab.directory, 'pki/ca/ca.crt')));
  for (const target of Object.values(ROUTES))
    lab.eventually(target, 60, () => lab.psql(target, 'select 1').stdout.trim() === '1');
});

/** Without vip-manager's, which reads its certificate when it starts. */
const startTimes = (): string => lab.startTimes().replace(/MainPID=\d+\nId=vip-manager\S*\nActive\S*\n/g, '');

step('new private keys for one cluster: reloads only', () => {
  const before = startTimes();
  const renewed = lab.pigstyc('pki', 'renew', 'pigsty.yml', '--limit', 'pg-test', '--new-keys');
  assert.is(renewed.code, 0, renewed.output);
  lab.build(INVENTORY);
  const outcome = lab.make('-j4', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  assert.is(startTimes(), before);
  everyoneConverged(lab);
});

step('first step: the next authority is trusted beside the present one', () => {
  rotate();
  deployUnderLoad('the next authority is trusted', '--new-authority');
  for (const host of HOSTS) assert.is(trusted(host).length, 2, host);
});

step('second step: all certificates are exchanged', () => {
  rotate();
  deployUnderLoad('the next authority signs');
  for (const host of HOSTS) assert.is(trusted(host).length, 2, host);
  for (const host of MEMBERS) {
    assert.ok(presents(host, 8008, 'pki/ca/ca.crt'), `Patroni of ${host}`);
    assert.ok(presents(host, 5432, 'pki/ca/ca.crt', '-starttls', 'postgres'), `PostgreSQL of ${host}`);
    assert.ok(presents(host, 6432, 'pki/ca/ca.crt', '-starttls', 'postgres'), `PgBouncer of ${host}`);
  }
});

step('third step: the old authority leaves', () => {
  rotate();
  deployUnderLoad('the old authority leaves');
  const now = fingerprint(readFileSync(join(lab.directory, 'pki/ca/ca.crt')));
  assert.is.not(now, former);
  for (const host of HOSTS) assert.equal(trusted(host), [now], host);
});

step('a switchover afterwards: every client of the DCS and every health check still trusts its server', () => {
  const before = leader(lab);
  lab.eventually('a synchronous standby is named', 60, () => synchronous(lab));
  const heir = standby(lab)!;
  const member = `pg-test-${(MEMBERS as readonly HostName[]).indexOf(heir) + 1}`;
  const switched = lab.exec(before, [
    ...['patronictl', '-c', '/etc/patroni/patroni.yml', 'switchover', 'pg-test', '--force'],
    ...['--candidate', member],
  ]);
  assert.match(switched.output, /Successfully switched over/);
  lab.eventually('the heir leads', 60, () => leader(lab) === heir);
  for (const target of Object.values(ROUTES))
    lab.eventually(target, 60, () => lab.psql(target, 'select pg_is_in_recovery()').stdout.trim() === 'f');
  lab.eventually('the replicas stream', 60, () => streaming(lab, 2));
  everyoneConverged(lab);
});

run();
