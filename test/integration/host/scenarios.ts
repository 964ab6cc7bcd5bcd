/** Bundles that together call every function of the runtime, and the hosts they meet. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Effect, Step } from '../../../emitters/api.ts';
import { runtimeCall, type Arguments, type RuntimeFunction } from '../../../emitters/runtime-calls.ts';
import { fileStep, GROUP, OWNER, secretStep, STAND_INS, type Sandbox, unitStep as unit } from './harness.ts';

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What the host is before anything is applied to it. */
  readonly host?: (box: Sandbox) => void;
  /** Bundles applied before, without faults. */
  readonly before?: readonly (readonly Step[])[];
  readonly options?: readonly string[];
  /** Programs that this host does not have. */
  readonly lacks?: readonly string[];
}

const RELOAD: readonly Effect[] = [{ kind: 'reload', unit: 'web' }];
const RESTART: readonly Effect[] = [{ kind: 'restart', unit: 'web' }];
const GUARDED: readonly Effect[] = [{ kind: 'restart', unit: 'db', guarded: true }];

const call = <F extends RuntimeFunction>(fn: F, ...args: Arguments<F>): Step => ({
  kind: 'call',
  stage: 'node',
  name: fn,
  ...runtimeCall(fn, ...args),
});
const dir = (path: string, mode = 0o755): Step => ({
  kind: 'dir',
  stage: 'node',
  path,
  owner: OWNER,
  group: GROUP,
  mode,
});

const accounts = (version: string): readonly Step[] => [
  { kind: 'group', stage: 'node', name: 'web', gid: 901 },
  {
    kind: 'user',
    stage: 'node',
    name: 'web',
    group: 'web',
    uid: 901,
    home: '/home/web',
    shell: version === '1' ? '/bin/sh' : '/bin/bash',
  },
];
const packages = (version: string): readonly Step[] => [
  { kind: 'package', stage: 'node', names: ['web', ...(version === '1' ? [] : ['web-extras'])] },
  { kind: 'package', stage: 'node', names: ['missing-tool'], optional: true },
];
/** Every kind of file, directory and link. */
const files = (version: string): readonly Step[] => [
  dir('/etc/web', version === '1' ? 0o750 : 0o755),
  {
    kind: 'link',
    stage: 'node',
    path: '/data',
    target: version === '1' ? '/srv/data' : '/srv/other',
    owner: OWNER,
    group: GROUP,
  },
  fileStep('/etc/web/web.conf', `version ${version}\n`, { effects: RELOAD, validate: { command: ['checker', '{}'] } }),
  fileStep('/etc/web/mode.conf', 'the same\n', { mode: version === '1' ? 0o644 : 0o640 }),
  secretStep('/etc/web/secret.env', `secret ${version}`, { effects: RESTART }),
  fileStep('/etc/hosts', `10.0.0.${version} box-1\n`, { manage: 'block', source: 'node/hosts' }),
  { kind: 'absent', stage: 'node', path: '/etc/web/gone.conf', effects: RELOAD },
  { kind: 'absent', stage: 'node', path: '/etc/web/empty', effects: [] },
];
const units = (version: string): readonly Step[] => [
  fileStep('/etc/db.conf', `version ${version}\n`, { effects: GUARDED }),
  fileStep('/etc/systemd/system/web.service', `[Service]\nExecStart=/bin/echo ${version}\n`, { effects: RESTART }),
  ...(version === '1' ? [fileStep('/etc/systemd/system/old.service', '[Service]\n'), unit('old')] : []),
  unit('web'),
  unit('db', { guarded: true }),
  unit('noise', { enabled: undefined, state: undefined, masked: version === '1' }),
  unit('legacy', { enabled: false, state: 'stopped' }),
  { kind: 'probe', stage: 'node', name: 'web answers', command: ['checker', '/etc/passwd'], timeoutSeconds: 5 },
];

const bareHost = (box: Sandbox): void => {
  box.write('/etc/hosts', '127.0.0.1 localhost\n');
  box.write('/etc/web/gone.conf', 'gone\n');
  mkdirSync(`${box.root}/etc/web/empty`);
  for (const state of ['active', 'enabled']) writeFileSync(join(box.fake, state, 'legacy'), '');
};

const ETCD_FILES = [
  secretStep('/etc/etcd/etcd.pass', 'root-password'),
  secretStep('/etc/etcd/pg-test.pass', 'scope-password'),
];
const etcd = (api: 'v2' | 'v3', namespace: string, ...members: readonly string[]): readonly Step[] => [
  ...ETCD_FILES,
  unit('etcd', { guarded: true }),
  call('etcd_auth', 'https://10.0.0.1:2379', api),
  call(
    'etcd_pg_user',
    'https://10.0.0.1:2379',
    api,
    'pg-test',
    `${namespace}pg-test/`,
    '/etc/etcd/pg-test.pass',
    ...members,
  ),
];
const ETCD = etcd('v3', '/pg/');
const etcdV2 = (namespace: string): readonly Step[] => etcd('v2', namespace, 'pg-test-1', 'pg-test-2');

const INSTANCE = `PG_CLUSTER=pg-test
PG_INSTANCE=pg-test-1
PG_ROLE=primary
PG_SCOPE=pg-test
PG_DBSU=${OWNER}
PG_PORT=5432
PG_SOCKET_DIR=/run/postgresql
PG_DATA=/pg/data
PG_BIN_DIR="${STAND_INS}"
PATRONI_UNIT=patroni
POSTGRES_UNIT=postgres
PATRONI_URL=https://10.0.0.1:8008
PATRONI_PEERS="https://10.0.0.1:8008 https://10.0.0.2:8008"
PATRONI_CA=/etc/pki/ca.crt
PATRONI_CONFIG=/etc/patroni/patroni.yml
PATRONICTL=patronictl
PGBACKREST=pgbackrest
`;
const PGSQL_FILES: readonly Step[] = [
  dir('/pg/conf'),
  dir('/pg/data'),
  dir('/usr/libexec/pigstyc'),
  { kind: 'link', stage: 'node', path: '/usr/libexec/pigstyc/pg-drop-role', target: join(STAND_INS, 'pg-drop-role') },
  fileStep('/etc/pigstyc/instance.env', INSTANCE),
  fileStep('/pg/conf/pg-test-1.dcs.yml', 'postgresql: {}\n'),
  fileStep('/pg/tmp/role.sql', 'SELECT 1;\n'),
  fileStep('/pg/tmp/db.sql', 'SELECT 1;\n'),
];
const PGSQL: readonly Step[] = [
  ...PGSQL_FILES,
  call('file_reserve', '/pg/dummy', '1MiB'),
  call('patroni_bootstrap', 'default'),
  fileStep('/pg/data/pg_hba.conf', 'local all all peer\n', {
    effects: [{ kind: 'call', fn: 'pg_reload_hba', args: [] }],
  }),
  fileStep('/etc/pgbouncer/userlist.txt', '"a" "b"\n', { effects: [{ kind: 'reload', unit: 'pgbouncer' }] }),
  unit('pgbouncer'),
  call('patroni_dcs', '/pg/conf/pg-test-1.dcs.yml'),
  call('pg_provision_role', 'dba', '/pg/tmp/role.sql'),
  call('pg_provision_role', 'old', 'absent'),
  call('pg_provision_database', 'test', '/pg/tmp/db.sql'),
  call('pg_run_sql', 'test', '/pg/tmp/role.sql'),
  call('pgbackrest_stanza', 'remote', 'full'),
];

const redisAccess = (port: number): string =>
  `REDIS_CLI=redis-cli\nREDIS_UNIT=redis-${port}\nREDIS_HOST=10.0.0.1\nREDIS_PORT=${port}\nREDIS_CONFIG=CONFIG\n` +
  `REDIS_REPLICAOF=REPLICAOF\nREDIS_STATE=/var/sentinel.conf\nREDISCLI_AUTH=redis-password\n`;
const live: readonly Effect[] = [
  { kind: 'call', fn: 'redis_config', args: ['/etc/redis/1.access', '/etc/redis/1.live'] },
];

const MINIO = `MINIO_ALIAS=sss
MINIO_CLIENT_ENDPOINT=https://sss:9000
MINIO_ENDPOINT=https://10.0.0.1:9000
MINIO_ACCESS_KEY=minioadmin
MINIO_SECRET_KEY=minio-password
MINIO_POLICIES=/etc/minio/policies
buckets='pgsql yes no
data no yes'
users='pgbackrest backup-password pgsql'
`;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'accounts', steps: accounts('1') },
  { name: 'accounts that differ', before: [accounts('1')], steps: accounts('2') },
  { name: 'packages', steps: packages('1') },
  { name: 'files of a bare host', host: bareHost, steps: files('1') },
  { name: 'files that change', host: bareHost, before: [files('1')], steps: files('2') },
  { name: 'units of a bare host', host: bareHost, steps: units('1') },
  { name: 'units that change', host: bareHost, before: [units('1')], steps: units('2') },
  {
    name: 'a restart that is allowed',
    host: bareHost,
    before: [units('1'), units('2')],
    steps: units('2'),
    options: ['--allow-restart'],
  },
  {
    name: 'files put back',
    host: bareHost,
    before: [units('1'), units('2')],
    steps: units('2'),
    options: ['--rollback'],
  },
  {
    name: 'kernel, time, name, trust and resolver',
    host: (box) => {
      for (const [path, value] of [
        ['vm/swappiness', '60'],
        ['vm/nr_hugepages', '0'],
      ] as const) {
        mkdirSync(join(box.base, 'proc', path.slice(0, path.indexOf('/'))), { recursive: true });
        writeFileSync(join(box.base, 'proc', path), `${value}\n`);
      }
      box.write('/usr/share/zoneinfo/Asia/Tokyo', '');
      box.write('/etc/tuned/active_profile', 'balanced\n');
      box.write('/etc/selinux/config', 'SELINUX=enforcing\n');
      box.write('/etc/pki/ca.crt', 'ca\n');
      box.write('/etc/fstab', '/dev/sda2 none swap sw 0 0\n');
      box.write('/etc/sysconfig/network-scripts/ifcfg-eth0', 'PEERDNS=yes\n');
      box.write('/etc/sysconfig/network-scripts/ifcfg-eth1', 'DEVICE=eth1\n');
      box.write('/etc/resolv.conf', 'nameserver 192.0.2.1\n');
      box.write('/etc/apt/sources.list.d/other.list', 'deb other\n');
      mkdirSync(`${box.root}/home/op`, { recursive: true });
      mkdirSync(`${box.root}/usr/local/share/ca-certificates`, { recursive: true });
    },
    steps: [
      fileStep('/etc/sysctl.d/x.conf', 'vm.swappiness = 10\n'),
      call('sysctl_apply', '/etc/sysctl.d/x.conf'),
      call('modules_load', 'no_such_module'),
      call('hugepages_set', 16),
      call('timezone_set', 'Asia/Tokyo'),
      call('hostname_set', 'box-1'),
      call('tuned_profile', 'oltp'),
      call('selinux_mode', 'permissive'),
      call('selinux_boolean', 'haproxy_connect_any'),
      call('ca_trust', '/etc/pki/ca.crt'),
      call('ssh_key_ensure', OWNER),
      call('swap_disable'),
      call('numa_disable'),
      call('network_static'),
      call('resolver_add', 'nameserver 192.0.2.53'),
      call('repo_exclusive', '/etc/apt/sources.list.d', 'local'),
      call('uv_venv', '/data/venv', 'jmespath'),
    ],
  },
  { name: 'firewalld', steps: [call('firewall_apply', 'zone', ['10.0.0.0/8'], [22, 80])] },
  { name: 'ufw', steps: [call('firewall_apply', 'zone', ['10.0.0.0/8'], [22, 80])], lacks: ['firewall-cmd'] },
  ...(['firewall-cmd', 'ufw'] as const).map((lacks) => ({
    name: `fewer rules without ${lacks}`,
    before: [[call('firewall_apply', 'zone', ['10.0.0.0/8', '172.16.0.0/12'], [22, 80])]],
    steps: [call('firewall_apply', 'zone', ['10.0.0.0/8'], [22])],
    lacks: [lacks],
  })),
  {
    name: 'no firewall',
    steps: [call('firewall_apply', 'off', [], [])],
    host: (box) => writeFileSync(join(box.fake, 'active/ufw'), ''),
  },
  { name: 'etcd with users', steps: ETCD },
  { name: 'etcd with the version 2 API', steps: etcdV2('/pg/') },
  { name: 'another namespace in the version 2 API', before: [etcdV2('/pg/')], steps: etcdV2('/db/') },
  {
    name: 'another password of an etcd user',
    before: [ETCD],
    steps: [
      secretStep('/etc/etcd/etcd.pass', 'root-password'),
      secretStep('/etc/etcd/pg-test.pass', 'rotated'),
      ...ETCD.slice(2),
    ],
  },
  {
    name: 'an etcd member that is gone',
    steps: [...ETCD, call('etcd_members', 'https://10.0.0.1:2379', ['etcd-1=https://10.0.0.1:2380'])],
    options: ['--allow-restart'],
    host: (box) => {
      mkdirSync(join(box.fake, 'etcd'));
      writeFileSync(
        join(box.fake, 'etcd/members'),
        [
          '8e9d, started, etcd-1, https://10.0.0.1:2380',
          '8e9f, started, etcd-3, https://10.0.0.3:2380',
          '8ea0, unstarted, , https://10.0.0.4:2380',
        ]
          .map((line) => `${line}, https://10.0.0.1:2379, false\n`)
          .join(''),
      );
    },
  },
  {
    name: 'an etcd member that joins',
    steps: [
      ...ETCD_FILES,
      fileStep('/etc/etcd/etcd.conf', 'initial-cluster-state: new\ninitial-cluster: x\n'),
      call(
        'etcd_bootstrap',
        'etcd-2',
        'https://10.0.0.2:2380',
        ['https://10.0.0.1:2379'],
        '/data/etcd',
        'existing',
        ['etcd-1=https://10.0.0.1:2380', 'etcd-2=https://10.0.0.2:2380'],
        'learner',
      ),
    ],
    host: (box) => {
      writeFileSync(join(box.fake, 'makes.etcd'), join(relative(box.fake, box.root), 'data/etcd/member/wal'));
      mkdirSync(join(box.fake, 'etcd'));
      writeFileSync(
        join(box.fake, 'etcd/members'),
        '8e9d, started, etcd-1, https://10.0.0.1:2380, https://10.0.0.1:2379, false\n',
      );
    },
  },
  { name: 'a new PostgreSQL cluster', steps: PGSQL, host: (box) => writeFileSync(join(box.fake, 'pending'), '') },
  {
    name: 'a PostgreSQL cluster whose initdb was interrupted',
    steps: [...PGSQL, unit('patroni', { state: undefined, guarded: true })],
    host: (box) => {
      box.write('/pg/data/PG_VERSION', '15\n');
      for (const state of ['initializing', 'enabled/patroni']) writeFileSync(join(box.fake, state), '');
    },
  },
  {
    name: 'Patroni paused and resumed',
    before: [[...PGSQL, call('patroni_bootstrap', 'pause')]],
    steps: PGSQL,
    options: ['--allow-restart'],
    host: (box) => {
      box.write('/pg/data/PG_VERSION', '15\n');
      box.write('/pg/data/postmaster.opts', 'postgres\n');
    },
  },
  {
    name: 'Redis: settings, a replica, a sentinel',
    host: (box) => mkdirSync(`${box.root}/var`),
    before: [
      [
        fileStep('/etc/redis/1.access', redisAccess(6379)),
        fileStep('/etc/redis/1.live', 'maxmemory 1mb\n'),
        unit('redis-6379'),
      ],
    ],
    steps: [
      fileStep('/etc/redis/1.access', redisAccess(6379)),
      fileStep('/etc/redis/1.live', 'maxmemory 2mb\n', { effects: live }),
      unit('redis-6379'),
      call('redis_replicaof', '/etc/redis/1.access', '10.0.0.2', 6379),
      fileStep('/etc/redis/watch', 'watch main 10.0.0.1 6379 2 redis-password\nremove other\n'),
      call('redis_sentinel', '/etc/redis/1.access', '/etc/redis/watch'),
      fileStep('/etc/redis/watch2', 'watch main 10.0.0.1 6379 3 redis-password\n'),
      call('redis_sentinel', '/etc/redis/1.access', '/etc/redis/watch2'),
    ],
  },
  {
    name: 'a native Redis cluster',
    steps: [
      fileStep('/etc/redis/1.access', redisAccess(6379)),
      fileStep(
        '/etc/redis/seats',
        'master 10.0.0.1 6379 0 8191\nmaster 10.0.0.2 6379 8192 16383\nreplica 10.0.0.3 6379 10.0.0.1 6379\n',
      ),
      call('redis_cluster_join', '/etc/redis/1.access', '/etc/redis/seats'),
    ],
  },
  {
    name: 'object storage',
    steps: [
      dir('/etc/minio/policies'),
      fileStep('/etc/minio/policies/pgsql.json', '{}\n'),
      fileStep('/etc/minio/policies/data.json', '{}\n'),
      secretStep('/etc/minio/provision', '', { render: () => MINIO }),
      call('minio_alias', '/etc/minio/provision'),
      call('minio_provision', '/etc/minio/provision'),
    ],
  },
  {
    name: 'portal certificates and a data source',
    host: (box) => {
      box.write('/etc/letsencrypt/live/x/fullchain.pem', 'chain');
      box.write('/etc/letsencrypt/live/x/privkey.pem', 'key');
    },
    steps: [
      dir('/etc/nginx/certs'),
      unit('nginx'),
      call('nginx_certs', '/etc/nginx/certs', 'a.pigsty', 'a', 'x.pigsty', 'x'),
      fileStep(
        '/etc/grafana/access',
        'GRAFANA_URL=http://10.0.0.1:3000\nGRAFANA_USER=admin\nGRAFANA_PASSWORD=grafana-password\n',
      ),
      fileStep('/etc/grafana/ds/pg-test.json', '{}\n', {
        effects: [
          { kind: 'call', fn: 'grafana_datasource', args: ['/etc/grafana/access', '/etc/grafana/ds/pg-test.json'] },
        ],
      }),
    ],
  },
];
