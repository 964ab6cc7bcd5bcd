import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { etcdEmitter } from '../../../emitters/etcd/index.ts';
import { UnrepresentableError } from '../../../emitters/toolkit/index.ts';
import type { FileStep, Step } from '../../../emitters/api.ts';
import { wordsOf } from '../../../emitters/runtime-calls.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import { MARKERS, PLAIN, testSite, type TestHost } from '../pgsql/site.ts';

function cluster(
  globals: Readonly<Record<string, unknown>> = {},
  platform = 'pigsty-4.5',
  more: readonly TestHost[] = [],
): Site {
  const member = (last: number, seq: number): TestHost => ({
    name: `10.10.10.${last}`,
    groups: ['etcd'],
    vars: { etcd_seq: seq },
  });
  return testSite(
    [member(9, 1), member(10, 2), member(100, 3), ...more],
    { admin_ip: '10.10.10.10', ...globals },
    platform,
  );
}

const member = (site: Site, address: string): Host => site.hosts.find((host) => host.address === address)!;
const calls = (steps: readonly Step[]): readonly (readonly string[])[] =>
  steps.flatMap((step) => (step.kind === 'call' ? [[step.fn, ...wordsOf(step.args)]] : []));

function file(site: Site, address: string, path: string): FileStep {
  const step = etcdEmitter
    .plan(site, member(site, address))
    .find((candidate) => candidate.kind === 'file' && candidate.path === path);
  assert.ok(step?.kind === 'file', `no ${path}`);
  return step as FileStep;
}

const PG = (name: string, last: number, vars: Readonly<Record<string, unknown>> = {}): TestHost => ({
  name: `10.10.10.${last}`,
  groups: [name],
  vars: { pg_cluster: name, pg_seq: 1, pg_role: 'primary', ...vars },
});

test('configuration of one member, peers sorted by address as text', () => {
  const site = cluster({ etcd_election_timeout: 2000, etcd_heartbeat_interval: 200 });
  const text = file(site, '10.10.10.9', '/etc/etcd/etcd.conf')
    .render(PLAIN)
    .replace(/^#.*\n|^\n/gm, '');
  assert.is(
    text,
    `name: etcd-1
data-dir: /data/etcd
initial-cluster-token: etcd
initial-cluster-state: new
initial-cluster: etcd-2=https://10.10.10.10:2380,etcd-3=https://10.10.10.100:2380,etcd-1=https://10.10.10.9:2380
initial-advertise-peer-urls: https://10.10.10.9:2380
listen-peer-urls: https://10.10.10.9:2380
listen-client-urls: https://10.10.10.9:2379,https://127.0.0.1:2379
advertise-client-urls: https://10.10.10.9:2379
election-timeout: 2000
heartbeat-interval: 200
quota-backend-bytes: 8589934592
auto-compaction-mode: periodic
auto-compaction-retention: 24h
enable-grpc-gateway: true
client-transport-security:
  cert-file: /etc/etcd/server.crt
  key-file: /etc/etcd/server.key
  trusted-ca-file: /etc/etcd/ca.crt
peer-transport-security:
  cert-file: /etc/etcd/server.crt
  key-file: /etc/etcd/server.key
  trusted-ca-file: /etc/etcd/ca.crt
`,
  );
});

test('the logger is named where etcd warns of its own default', () => {
  assert.match(file(cluster({}, 'debian-12'), '10.10.10.9', '/etc/etcd/etcd.conf').render(PLAIN), 'logger: zap\n');
  assert.not.match(file(cluster(), '10.10.10.9', '/etc/etcd/etcd.conf').render(PLAIN), 'logger:');
});

test('the version 2 API is on only where vip-manager needs it', () => {
  assert.not.match(file(cluster(), '10.10.10.9', '/etc/etcd/etcd.conf').render(PLAIN), 'enable-v2');
  assert.match(file(cluster({}, 'debian-12'), '10.10.10.9', '/etc/etcd/etcd.conf').render(PLAIN), 'enable-v2: true\n');
  assert.match(
    file(cluster({}, 'debian-12'), '10.10.10.9', '/etc/etcd/etcd.conf').render(PLAIN),
    'client-cert-auth: true\n',
  );
});

test('a running etcd is not restarted by a changed file', () => {
  for (const path of ['/etc/etcd/etcd.conf', '/etc/systemd/system/etcd.service']) {
    assert.equal(file(cluster(), '10.10.10.9', path).effects, [{ kind: 'restart', unit: 'etcd', guarded: true }]);
  }
});

test('one member sets up access: the last; the others only start', () => {
  const site = cluster({}, 'pigsty-4.5', [
    PG('pg-a', 31, { pg_namespace: '/db' }),
    PG('pg-b', 32, { pg_etcd_password: 'Secret.B' }),
  ]);
  const access = (address: string): readonly (readonly string[])[] =>
    calls(etcdEmitter.plan(site, member(site, address))).filter(([fn]) => fn !== 'etcd_bootstrap');
  assert.equal(access('10.10.10.10'), []);
  assert.equal(access('10.10.10.9'), [
    ['etcd_auth', 'https://10.10.10.9:2379', 'v3'],
    [
      'etcd_members',
      'https://10.10.10.9:2379',
      'etcd-2=https://10.10.10.10:2380,etcd-3=https://10.10.10.100:2380,etcd-1=https://10.10.10.9:2380',
    ],
    ['etcd_pg_user', 'https://10.10.10.9:2379', 'v3', 'pg-a', '/db/pg-a/', '/etc/etcd/users/pg-a.pass'],
    ['etcd_pg_user', 'https://10.10.10.9:2379', 'v3', 'pg-b', '/pg/pg-b/', '/etc/etcd/users/pg-b.pass'],
  ]);
  const pass = file(site, '10.10.10.9', '/etc/etcd/users/pg-b.pass');
  assert.is(pass.mode, 0o600);
  assert.is(pass.render(PLAIN), 'Secret.B\n');
  assert.is(pass.render(MARKERS), '<secret:pg_etcd_password>\n');
  assert.is(file(site, '10.10.10.9', '/etc/etcd/users/pg-a.pass').render(PLAIN), 'pg-a\n');
});

test('groups of a Citus cluster share one user; a cluster without Patroni has none', () => {
  const citus = (group: number): TestHost =>
    PG(`pg-citus${group}`, 40 + group, { pg_mode: 'citus', pg_shard: 'pg-citus', pg_group: group });
  const site = cluster({}, 'pigsty-4.5', [citus(0), citus(1), PG('pg-c', 33, { patroni_enabled: false })]);
  assert.equal(
    calls(etcdEmitter.plan(site, member(site, '10.10.10.9')))
      .filter(([fn]) => fn === 'etcd_pg_user')
      .map((call) => call[3]),
    ['pg-citus'],
  );
});

test('a joining member is announced to the others before its unit starts', () => {
  const site = cluster({ etcd_init: 'existing', etcd_learner: true });
  const steps = etcdEmitter.plan(site, member(site, '10.10.10.10'));
  const join = steps.findIndex((step) => step.kind === 'call' && step.fn === 'etcd_bootstrap');
  assert.ok(join >= 0 && join < steps.findIndex((step) => step.kind === 'unit'));
  assert.equal(calls(steps)[0], [
    'etcd_bootstrap',
    'etcd-2',
    'https://10.10.10.10:2380',
    'https://10.10.10.100:2379,https://10.10.10.9:2379',
    '/data/etcd',
    'existing',
    'etcd-2=https://10.10.10.10:2380,etcd-3=https://10.10.10.100:2380,etcd-1=https://10.10.10.9:2380',
    'learner',
  ]);
});

test('the login script holds no password', () => {
  const text = file(cluster({ etcd_root_password: 'Hidden.1' }), '10.10.10.9', '/etc/profile.d/etcdctl.sh').render(
    PLAIN,
  );
  assert.not.match(text, 'Hidden.1');
  assert.match(
    text,
    'export ETCDCTL_ENDPOINTS=https://10.10.10.10:2379,https://10.10.10.100:2379,https://10.10.10.9:2379\n',
  );
  assert.match(text, '  root|dba)\n');
});

test('a password that etcdctl would cut at a blank is refused', () => {
  const step = file(cluster({ etcd_root_password: 'two words' }), '10.10.10.9', '/etc/etcd/etcd.pass');
  assert.throws(
    () => step.render(PLAIN),
    (error: unknown) => error instanceof UnrepresentableError,
  );
});

test('nothing on hosts outside the group', () => {
  const site = cluster({}, 'pigsty-4.5', [PG('pg-a', 31)]);
  assert.equal(etcdEmitter.plan(site, member(site, '10.10.10.31')), []);
});

test.run();
