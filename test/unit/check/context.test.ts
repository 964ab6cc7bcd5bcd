/** The table rules read: membership by effective value, shared values, fragments. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check, contextOf, findings } from './run.ts';

test('members are hosts with the same effective pg_cluster, whatever groups they are in', () => {
  const context = contextOf(`a:
  hosts: { 10.10.10.12: { pg_seq: 2, pg_role: replica, pg_cluster: pg-x } }
b:
  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }
  vars: { pg_cluster: pg-x }
`);
  assert.equal(
    context.clusters('pg_cluster').map((c) => [c.name, c.members.map((m) => m.name)]),
    [['pg-x', ['10.10.10.12', '10.10.10.11']]],
  );
  assert.is(context.cluster('pg_cluster', 'pg-y'), undefined);
});

test('a value of a group is one use, a value of a host another', () => {
  const context = contextOf(
    'a:\n  hosts: { "10.10.10.[11:13]": {}, 10.10.10.20: { pg_port: 5439 } }\n  vars: { pg_port: 5438 }\n',
  );
  assert.equal(
    context.uses('pg_port').map((use) => use.hosts.length),
    [3, 1],
  );
  assert.equal(context.uses('pgbouncer_port'), []);
});

test('defaults come from the schema unless the platform has its own', () => {
  const context = contextOf('a:\n  hosts: { 10.10.10.11: { patroni_port: 8009 } }\n');
  const host = context.hosts[0]!;
  assert.is(context.of(host).pgPort.value, 5432);
  assert.is(context.of(host).patroniPort.value, 8009);
  assert.is(context.of(host).pgPort.traced, undefined);
});

test('without `all`, or without any global piece, files are a fragment and global pieces are not missed', () => {
  const cluster =
    'pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars: { pg_cluster: pg-test, pgbackrest_method: minio }\n';
  assert.equal(
    check(cluster, { part: true }).map((d) => d.slug),
    ['default-secret', 'dcs-elsewhere'],
  );
  const nested = `all:\n  children:\n${cluster.replace(/^/gm, '    ')}\n`;
  assert.equal(
    check(nested, { part: true }).map((d) => d.slug),
    ['default-secret', 'dcs-elsewhere'],
  );
  const whole = nested.replace('all:\n', 'all:\n  vars: { version: v4.5.0, admin_ip: 10.10.10.10 }\n');
  assert.equal([...new Set(findings(whole).map((f) => f.split(' ')[0]))].sort(), [
    'admin-nobody',
    'backup-minio-missing',
    'etcd-group-missing',
  ]);
});

test('a site that ends has no host, and nobody misses the infra nodes', () => {
  const ended = 'all:\n  vars: { version: v4.5.0, admin_ip: 10.10.10.10 }\n  children: {}\n';
  assert.equal(check(ended), []);
  assert.equal(findings('all: {}\n').length, 1, 'a file without groups is the wrong one');
});

test('a thousand clusters that share a wrong list are told once', () => {
  const text =
    'all:\n  vars:\n    pg_users: [{ name: app, password: p, pgbouncer: true, roles: [nobody_knows] }]\n  children:\n' +
    Array.from(
      { length: 50 },
      (_, i) =>
        `    pg-${i}x:\n      hosts: { 10.10.1.${i + 1}: { pg_seq: 1, pg_role: primary } }\n      vars: { pg_cluster: pg-${i}x }\n`,
    ).join('');
  assert.equal(findings(text), ['role-unknown @ nobody_knows']);
});

test.run();
