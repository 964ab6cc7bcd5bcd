/** Connections that a site lives by, against the rules as the servers read them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from './run.ts';

const CODES = ['hba-locks-out', 'hba-unreachable', 'pool-unreachable', 'hba-hides-default', 'citus-hba'];
const found = (text: string): readonly string[] =>
  check(text).flatMap(({ slug, severity, message }) => (CODES.includes(slug) ? [`${severity} ${message}`] : []));
const cluster = (vars: string, network = '10.10.10'): string => `pg-test:
  hosts:
    ${network}.11: { pg_seq: 1, pg_role: primary }
    ${network}.12: { pg_seq: 2, pg_role: replica }
  vars: { pg_cluster: pg-test${vars === '' ? '' : `, ${vars}`} }
`;
const rule = (user: string, db: string, addr: string, auth: string, order: number): string =>
  `{ title: r${order}, user: '${user}', db: ${db}, addr: ${addr}, auth: ${auth}, order: ${order} }`;

test('the defaults keep nobody out', () => assert.equal(found(cluster('')), []));

test('members outside the intranet cannot follow each other, until a rule lets them', () => {
  const out = (vars: string) => found(cluster(vars, '203.0.113'));
  const why =
    'error the rules keep out `replicator` at 203.0.113.12 from 203.0.113.11 (replication, pg_rewind): no rule admits it';
  assert.equal(out(''), [why]);
  assert.equal(out('node_firewall_intranet: [203.0.113.0/24]'), []);
  assert.equal(out(`pg_hba_rules: [${rule('${repl}', 'all', 'cluster', 'pwd', 500)}]`), [
    why.replace('replication, pg_rewind', 'replication'),
  ]);
  assert.equal(
    out(
      `pg_hba_rules: [${rule('${repl}', 'replication', 'cluster', 'ssl', 500)}, ${rule('${repl}', 'postgres', 'cluster', 'pwd', 510)}]`,
    ),
    [],
  );
  assert.equal(out(`pg_hba_rules: [{ title: net, order: 9, rules: ['host all,replication all samenet trust'] }]`), []);
});

test('a rule that keeps the superuser or the monitor out on the host itself is an error', () => {
  const deny = (user: string, addr: string): readonly string[] =>
    found(cluster(`pg_databases: [{ name: app }], pg_hba_rules: [${rule(user, 'all', addr, 'deny', 1)}]`)).filter(
      (text) => text.startsWith('error'),
    );
  assert.equal(deny('${dbsu}', 'local'), [
    'error the rules keep out `postgres` at 10.10.10.11 on the host itself (Patroni and apply.sh): rule `r1` refuses it',
  ]);
  assert.equal(deny('${monitor}', 'localhost'), [
    'error the rules keep out `dbuser_monitor` at 10.10.10.11 on the host itself (monitoring): rule `r1` refuses it',
  ]);
  assert.equal(deny('${monitor}', 'world'), [], 'the exporter comes by the socket');
  assert.equal(
    found(cluster(`pg_exporter_enabled: false, pg_hba_rules: [${rule('${monitor}', 'all', 'local', 'deny', 900)}]`)),
    [],
  );
});

test('a database that the superuser cannot open is found by its name', () => {
  const raw = (db: string): string =>
    cluster(
      `pg_databases: [{ name: app }], pg_hba_rules: [{ title: raw, order: 1, rules: ['local ${db} all reject'] }]`,
    );
  assert.is(found(raw('app')).filter((text) => text.startsWith('error')).length, 1);
  assert.equal(found(raw('gone')), []);
});

test('default rules that a denial hides are named', () => {
  const hides = (order: number): readonly string[] =>
    found(cluster(`pg_hba_rules: [${rule('+dbrole_offline', 'all', 'world', 'deny', order)}]`));
  assert.equal(hides(10), [
    'warning this rule refuses all that the default rule `allow etl offline tasks from intranet` would admit',
  ]);
  assert.equal(hides(900), []);
});

test('a standby cluster and Grafana are outsiders: warnings', () => {
  const standby =
    'pg-dr:\n  hosts: { 192.0.2.1: { pg_seq: 1, pg_role: primary, pg_upstream: 10.10.10.11 } }\n  vars: { pg_cluster: pg-dr }\n';
  assert.equal(found(cluster('') + standby), [
    'warning the rules keep out `replicator` at 10.10.10.11 from 192.0.2.1 (replication to standby cluster `pg-dr`): no rule admits it',
  ]);
  const infra = 'infra: { hosts: { 192.0.2.9: { infra_seq: 1 } } }\n';
  assert.equal(found(infra + cluster('')), []);
  assert.equal(found(infra + cluster(`pg_hba_rules: [${rule('${monitor}', 'all', 'infra', 'deny', 1)}]`)).slice(0, 1), [
    'warning this rule refuses all that the default rule `monitor from infra host with password` would admit',
  ]);
});

test('users of the pool come from the proxies', () => {
  const pool = (vars: string, network?: string): readonly string[] =>
    found(
      cluster(`pg_users: [{ name: app, password: x, pgbouncer: true }], pg_databases: [{ name: app }]${vars}`, network),
    ).filter((text) => text.includes('pool'));
  assert.equal(pool(''), []);
  assert.equal(pool('', '203.0.113'), [
    'warning the pool of `pg-test` does not let in `app` from 203.0.113.11: no rule admits it',
  ]);
  assert.equal(pool(`, pgb_hba_rules: [${rule('all', 'all', 'cluster', 'pwd', 500)}]`, '203.0.113'), []);
  assert.equal(pool(`, pgb_hba_rules: [${rule('app', 'all', 'world', 'deny', 10)}]`).length, 1);
  assert.equal(pool(`, pg_default_service_dest: postgres`, '203.0.113'), []);
});

test('Citus nodes are let in by any rule that is for them, not by words', () => {
  const citus = (network: string, rules: string): readonly string[] =>
    found(`pg-citus:
  hosts: { ${network}.11: { pg_seq: 1, pg_role: primary } }
  vars: { pg_cluster: pg-citus, pg_mode: citus, pg_shard: s, pg_group: 0, pg_primary_db: meta, pg_dbsu_password: x,
    pg_databases: [{ name: meta }], pg_hba_rules: [${rules}] }
`);
  assert.equal(citus('10.10.10', rule('all', 'all', '10.10.10.0/24', 'pwd', 1)), []);
  assert.equal(citus('10.10.10', rule('postgres', 'meta', 'cluster', 'pwd', 1)), []);
  assert.equal(citus('203.0.113', rule('all', 'all', 'intra', 'pwd', 1)), [
    'warning nodes of Citus cluster `pg-citus` cannot connect to each other: `postgres` does not get into ' +
      '203.0.113.11 from 203.0.113.11: no rule admits it',
  ]);
});

test.run();
