/**
 * Each rule of the distribution that docs/checks.md gives a code: one inventory that breaks it, and the token that is blamed.
 * Codes of a rule's own are shown by the bad example of their page; codes that many rules share have an inventory for each rule here.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePage } from '../../../compiler/diagnostics/page.ts';
import { check, marked } from './run.ts';

const MESSAGES = 'compiler/diagnostics/messages';
const pages = readdirSync(MESSAGES)
  .sort()
  .map((name) => parsePage(`${MESSAGES}/${name}`, readFileSync(`${MESSAGES}/${name}`, 'utf8')));
const rows = readFileSync('docs/checks.md', 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, place] = /^\| ([A-Z][A-Z0-9/-]+) \| (.*?) \|/.exec(line) ?? [];
    return id === undefined || /^PIG/.test(id)
      ? []
      : [{ id, codes: [...place!.matchAll(/PIG\d+/g)].map(([code]) => code) }];
  });

/** Token under the caret in the bad example of a rule's own code; the beginning is enough for what is long. */
const BLAMED: Readonly<Record<string, string>> = {
  'admin-ip': 'all',
  'version-missing': 'all',
  'version-differs': 'v3.2.0',
  'host-not-ipv4': 'db1',
  'empty-group': 'pg-test',
  'host-in-two-clusters': 'pg-b',
  'default-secret': 'all',
  'infra-seq': '10.10.10.10',
  'infra-seq-duplicate': '1',
  'infra-group-missing': 'all',
  'admin-not-infra': '10.10.10.9',
  'admin-nobody': '10.10.10.10',
  'portal-domain': 'i.pigsty',
  'portal-skipped': 'minio',
  'portal-source': 'wiki',
  'portal-no-home': 'infra_portal',
  'portal-certificate': '/etc/ssl/home.crt',
  certbot: 'true',
  'repo-module-unknown': 'pgslq',
  'repo-baseurl': "{ europe: 'https://eu.example.com/' }",
  'repo-never-used': '[]',
  'scrape-timeout': '15s',
  'vmalert-without-metrics': 'false',
  'vip-address': '10.10.10.9/24',
  'vip-vrid': 'true',
  'vip-vrid-conflict': '128',
  'vip-two-masters': 'master',
  'vip-auth-length': 'averylongword',
  'vip-network': '10.10.20.9',
  'nodename-duplicate': 'app-1',
  'nodename-ignored': 'db1',
  'hugepage-limit': '4000',
  'sysctl-nr-open': '1048576',
  'crontab-command': "'00 01 * * * postgres /pg/bin/…",
  'crontab-line': "'00 25 * * * /pg/bin/pg-backup full'",
  'haproxy-service-name': 'pg-test-web',
  'etcd-seq': '10.10.10.10',
  'etcd-seq-duplicate': '2',
  'etcd-group-missing': 'pg-test',
  'dcs-elsewhere': 'pg-test',
  'etcd-cluster-name': 'etcd-main',
  'etcd-member-count': 'etcd',
  'etcd-timing': '400',
  'etcd-port-differs': '2479',
  'pg-cluster-name': 'pg_orders',
  'pg-identity-missing': '10.10.10.12',
  'pg-cluster-missing': '1',
  'pg-seq-duplicate': '1',
  'pg-no-primary': 'pg-test',
  'pg-two-primaries': 'primary',
  'pg-group-name': 'pg-test',
  'pg-instances-ignored': 'pg_instances',
  'pg-members-differ': '5439',
  'crit-single-member': 'crit.yml',
  'pg-offline-primary': 'true',
  'pg-offline-failover': 'offline',
  'pg-upstream-invalid': 'pg-test-1',
  'pg-upstream-wrong-cluster': '10.10.10.12',
  'pg-upstream-unknown': '10.10.10.21',
  'pg-upstream-differs': '5439',
  'pg-upstream-password': 'Another.Word',
  'pg-upstream-cycle': '10.10.10.13',
  'pg-delay-ignored': '1h',
  'pg-standby-objects': 'app',
  'citus-identity': 'pg-citus0',
  'citus-group-duplicate': '0',
  'citus-no-coordinator': '1',
  'citus-group-gap': '2',
  'citus-database': 'meta',
  'citus-dbsu-password': 'citus',
  'citus-libs': "'pg_stat_statements'",
  'citus-hba': 'citus',
  'citus-group-ignored': '1',
  'libs-preload': 'timescaledb',
  'pg-conf-unknown': 'oltb.yml',
  'crit-watchdog': "'off'",
  'pg-max-conn': '10',
  'pg-shared-buffer-ratio': '0.6',
  'pwdenc-md5': 'md5',
  'pgsodium-key': 'secret',
  'pg-io-method-ignored': 'io_uring',
  'pg-parameter-value': '"app,…',
  'rto-unknown': 'quick',
  'rto-plan': '10',
  'rto-margin': '40',
  'pg-listen': '127.0.0.1',
  'pg-listen-vip': "'${ip},${vip},${lo}'",
  'setting-list': '\'"app, public"\'',
  'user-no-password': 'app',
  'user-expires-twice': "'2030-12-31'",
  'user-duplicate': 'app',
  'user-redefines-system': 'dbuser_dba',
  'user-absent-system': 'absent',
  'role-unknown': 'dbrole_readwrit',
  'role-order': 'app_rw',
  'membership-option-version': 'false',
  'user-pool-ignored': 'session',
  'user-not-in-pool': 'app',
  'system-role-missing': 'watcher',
  'user-expired': '0',
  'db-duplicate': 'app',
  'db-owner-unknown': 'dbuser_ap',
  'db-state-built-in': 'absent',
  'db-recreate': 'recreate',
  'db-template-locale': 'LATIN1',
  'db-option-version': 'FILE_COPY',
  'db-template-unknown': 'base',
  'db-pool': '50',
  'db-auth-user-unknown': 'dbuser_meta',
  'extension-version': 'pg_textsearch',
  'extension-package': 'postgis',
  'hba-shadowed': '{ title: no guests, user: dbuser…',
  'hba-redundant': '{ title: monitoring, user: dbuser…',
  'monitor-schema-missing': '[]',
  'schema-owner-unknown': 'dbuser_ap',
  'hba-address': 'intar',
  'hba-no-address': '{ title: office, user: all, db…',
  'hba-pool-replication': 'replication',
  'hba-implicit': '{ title: office, addr: intra, …',
  'hba-order': '{ title: reject guests, user: …',
  'hba-local-ssl': 'ssl',
  'hba-pool-ssl': 'ssl',
  'hba-pool-ident': 'ident',
  'hba-rules-win': 'intra',
  'service-port-duplicate': '5434',
  'service-port-reserved': '9080',
  'service-name-duplicate': 'replica',
  'service-dest': 'pgbuncer',
  'service-dest-quoted': "'6432'",
  'service-provider-unknown': 'proxi',
  'service-provider-disabled': 'proxy',
  'service-provider-port': 'proxy',
  'pg-vip-address': 'true',
  'pg-vip-invalid': '10.10.10.2/33',
  'pg-vip-no-mask': '10.10.10.2',
  'pg-vip-conflict': '10.10.10.2/24',
  'pg-vip-network': '10.10.20.2/24',
  'pg-vip-members': '10.10.10.2/24',
  'dns-name-conflict': 'pg-1',
  'dns-target': 'master',
  'dns-target-vip': 'vip',
  'port-conflict': '6432',
  'backup-method': '{ s3: { type: s3, s3_endpoint:…',
  'backup-minio-missing': 'minio',
  'backup-minio-mismatch': 'minio',
  'backup-option': 'aes-256-cbc',
  'pitr-target': 'time',
  'remote-exporter': '20002',
  'redis-identity': '10.10.10.10',
  'redis-directory': '/data',
  'redis-node-duplicate': '1',
  'redis-port': '637',
  'redis-exporter-password': 'redis_password',
  'redis-cluster-size': 'redis-test',
  'redis-cluster-uneven': 'redis-test',
  'redis-cluster-hosts': 'redis-test',
  'redis-replica-of': "'10.10.10.10 6378'",
  'redis-replica-unknown': "'10.10.10.11 6379'",
  'redis-replica-mode': "'10.10.10.11 26379'",
  'sentinel-mode': '[{ name: redis-ms, host: 10.10.10.10 }]',
  'sentinel-quorum': '4',
  'sentinel-placement': 'redis-meta',
  'sentinel-target': '6380',
  'sentinel-target-unknown': '10.10.10.19',
  'sentinel-remove': 'Some.Word',
  'minio-global': 'minio_cluster',
  'minio-seq': '4',
  'minio-node': 'minio.pigsty',
  'minio-data': "'/data{1..4}'",
  'minio-drives': 'minio',
  'minio-pool': "'https://minio-{1...2}.pigsty:…",
  'minio-alias': 'minio-b',
  'minio-user': 'pgslq',
  'minio-bucket': 'My_Data',
  'minio-few-drives': 'minio',
  'app-without-docker': 'pgadmin',
  'app-unknown': 'odo',
  'juice-instance': 'tmp',
  'kafka-identity': '1',
  'kafka-topology': 'kf',
  'kafka-controllers': 'kf',
  'kafka-setting': '/data',
  'mysql-identity': 'my-test',
  'mysql-setting': 'root',
  'selector-impossible-value': '`primry`',
  'haproxy-server-duplicate': 'web-1',
  'sentinel-duplicate': 'redis-a',
  'repo-duplicate': 'base',
  'nearly-all': 'al',
};

const pg = (vars: string, hosts = '10.10.10.11: { pg_seq: 1, pg_role: primary }'): string =>
  `pg-test:\n  hosts: { ${hosts} }\n  vars: { pg_cluster: pg-test${vars === '' ? '' : `, ${vars}`} }\n`;
const group = (name: string, host: string, vars: string): string =>
  `${name}:\n  hosts: { 10.10.10.10: { ${host} } }\n  vars: { ${vars} }\n`;
const infra = (vars: string): string => group('infra', 'infra_seq: 1', vars);
const proxy = (vars: string): string => group('proxy', '', vars);
const service = (fields: string): string => pg(`pg_services: [{ name: standby, port: 5435, ${fields} }]`);
const watch = (master: string): string =>
  `m:\n  hosts: { 10.10.10.11: { redis_node: 1, redis_instances: { 26379: {} } }, 10.10.10.12: { redis_node: 2, ` +
  `redis_instances: { 26379: {} } }, 10.10.10.13: { redis_node: 3, redis_instances: { 26379: {} } } }\n` +
  `  vars: { redis_cluster: m, redis_mode: sentinel, redis_sentinel_monitor: [${master}] }\n`;

/** Rule, inventory, and what must be said where: codes that many rules share. */
const SHARED: readonly (readonly [id: string, text: string, found: string])[] = [
  [
    'INV-PARSE',
    'pg-test: { hosts: { 10.10.10.11: { pg_seq: 1 }, vars: { pg_cluster: pg-test } }\n',
    'unclosed-bracket @ {',
  ],
  ['INV-ALL', '- infra\n', 'not-an-inventory @ - infra'],
  ['INV-CHILDREN', 'all: { children: [ infra ] }\n', 'bad-group-section @ [ infra ]'],
  [
    'INV-VARS',
    'all: { vars: [ region ], children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } } } }\n',
    'bad-group-section @ [ region ]',
  ],
  [
    'INV-REGION',
    'all: { vars: { region: moon, admin_ip: 10.10.10.10 }, children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } } } }\n',
    'bad-enum @ moon',
  ],
  [
    'INV-GROUP-VARS',
    'infra: { hosts: { 10.10.10.10: { infra_seq: 1 } }, vars: [ region ] }\n',
    'bad-group-section @ [ region ]',
  ],
  [
    'INV-DUP-KEY',
    'infra: { hosts: { 10.10.10.10: { infra_seq: 1 }, 10.10.10.10: { infra_seq: 2 } } }\n',
    'duplicate-key @ 10.10.10.10',
  ],
  ['INV-UNKNOWN-PARAM', pg('pg_databse: []'), 'unknown-parameter @ pg_databse'],
  ['INV-UNKNOWN-PARAM', pg('warehouse: 7'), 'custom-variable @ warehouse'],
  [
    'INV-LEVEL',
    pg('pg_seq: 3', '10.10.10.11: { pg_role: primary }, 10.10.10.12: { pg_role: replica }'),
    'wrong-level @ pg_seq',
  ],
  [
    'INV-LEVEL',
    pg('', '10.10.10.11: { pg_seq: 1, pg_role: primary, pg_users: [] }, 10.10.10.12: { pg_seq: 2, pg_role: replica }'),
    'cluster-list-at-host @ pg_users',
  ],
  ['INV-LEGACY', pg('pg_hba_rules_extra: []'), 'renamed-parameter @ pg_hba_rules_extra'],
  ['INV-LEFTOVER-PLACEHOLDER', pg("node_etc_hosts: [ '${admin_pi} x' ]"), 'unknown-placeholder @ ${admin_pi}'],
  ['INV-YAML-BOOL', pg("pgbouncer_enabled: 'yes'"), "quoted-boolean @ 'yes'"],
  ['INV-YAML-BOOL', pg("pg_port: '5432'"), "quoted-number @ '5432'"],
  ['INV-YAML-BOOL', pg('pg_users: [{ name: a, password: 0755 }]'), 'misread-text @ 0755'],
  [
    'REPO-FIELDS',
    infra('repo_upstream: [{ name: a, description: a, module: infra, releases: [9], arch: [x86_64] }]'),
    'missing-field @ { name: a, description: a, module: infra, releases: [9], arch: [x86_64] }',
  ],
  ['CONF-PGVER', pg('pg_version: 13'), 'bad-enum @ 13'],
  ['VIP-VRID', proxy('vip_enabled: true, vip_address: 10.10.10.9, vip_vrid: 255'), 'out-of-range @ 255'],
  ['VIP-ROLE', proxy('vip_enabled: true, vip_address: 10.10.10.9, vip_vrid: 9, vip_role: mastr'), 'bad-enum @ mastr'],
  ['HUGEPAGE', pg('node_hugepage_ratio: 2'), 'out-of-range @ 2'],
  ['ENUM-NODE', pg('node_tune: fast'), 'bad-enum @ fast'],
  ['ENUM-NODE', pg('node_admin_sudo: everything'), 'bad-enum @ everything'],
  [
    'HAPROXY-SVC',
    proxy('haproxy_services: [{ name: web, servers: [] }]'),
    'missing-field @ { name: web, servers: [] }',
  ],
  [
    'HAPROXY-WEIGHT',
    proxy(
      'haproxy_services: [{ name: web, port: 8090, servers: [{ name: a, ip: 10.10.10.30, port: 80, weight: 256 }] }]',
    ),
    'out-of-range @ 256',
  ],
  ['ETCD-INIT', group('etcd', 'etcd_seq: 1', 'etcd_cluster: etcd, etcd_init: fresh'), 'bad-enum @ fresh'],
  [
    'ETCD-CLEAN',
    group('etcd', 'etcd_seq: 1', 'etcd_cluster: etcd, etcd_clean: true'),
    'renamed-parameter @ etcd_clean',
  ],
  ['PG-SEQ', pg('', '10.10.10.11: { pg_seq: one, pg_role: primary }'), 'bad-format @ one'],
  ['PG-SEQ', pg('', '10.10.10.11: { pg_seq: -1, pg_role: primary }'), 'out-of-range @ -1'],
  ['PG-ROLE', pg('', '10.10.10.11: { pg_seq: 1, pg_role: primry }'), 'bad-enum @ primry'],
  ['PG-WEIGHT', pg('', '10.10.10.11: { pg_seq: 1, pg_role: primary, pg_weight: 256 }'), 'out-of-range @ 256'],
  ['PG-MODE', pg('pg_mode: oracle'), 'bad-enum @ oracle'],
  ['RTO-KEY', pg('pg_rto: 30'), 'old-value @ 30'],
  ['RPO', pg('pg_rpo: -1'), 'out-of-range @ -1'],
  ['IO-METHOD', pg('pg_io_method: fsync'), 'bad-enum @ fsync'],
  ['LIST-TYPE', pg('pg_users: { name: a }'), 'wrong-type @ { name: a }'],
  ['LIST-TYPE', pg('pg_hba_rules: none'), 'wrong-type @ none'],
  ['USER-NAME', pg("pg_users: [{ name: 'App User', password: x }]"), "bad-format @ 'App User'"],
  ['USER-TYPES', pg('pg_users: [{ name: a, pasword: x }]'), 'unknown-field @ pasword'],
  ['USER-TYPES', pg('pg_users: [{ name: a, password: x, connlimit: few }]'), 'wrong-type @ few'],
  ['USER-TYPES', pg("pg_users: [{ name: a, password: x, expire_at: '31.12.2030' }]"), "bad-format @ '31.12.2030'"],
  ['DB-NAME', pg('pg_databases: [{ comment: x }]'), 'missing-field @ { comment: x }'],
  ['DB-TYPES', pg('pg_databases: [{ name: a, ownr: postgres }]'), 'unknown-field @ ownr'],
  ['DB-TYPES', pg('pg_databases: [{ name: a, connlimit: few }]'), 'wrong-type @ few'],
  ['DB-STATE', pg('pg_databases: [{ name: a, state: gone }]'), 'bad-enum @ gone'],
  ['DB-LEGACY-POOL', pg('pg_databases: [{ name: a, pool_max_db_conn: 100 }]'), 'renamed-field @ pool_max_db_conn'],
  [
    'HBA-ROLE',
    pg('pg_hba_rules: [{ title: t, user: all, db: all, addr: intra, auth: pwd, role: master }]'),
    'bad-enum @ master',
  ],
  [
    'HBA-AUTH',
    pg('pg_hba_rules: [{ title: t, user: all, db: all, addr: intra, auth: password }]'),
    'bad-enum @ password',
  ],
  [
    'HBA-RULES-STR',
    pg("pg_hba_rules: [{ title: t, rules: 'host all all 10.0.0.0/8 md5' }]"),
    "wrong-type @ 'host all all 10.0.0.0/8 md5'",
  ],
  [
    'HBA-PLACEHOLDER',
    pg("pg_hba_rules: [{ title: t, user: 'x${dbsu}', db: all, addr: intra, auth: pwd }]"),
    'placeholder-not-alone @ ${dbsu}',
  ],
  ['SVC-REQUIRED', pg('pg_services: [{ name: s, port: 5435 }]'), 'missing-field @ { name: s, port: 5435 }'],
  ['SVC-PORT', service("selector: '[]'").replace('5435', '70000'), 'out-of-range @ 70000'],
  ['SVC-JMES', service("selector: '[? pg_role = `primary`]'"), 'selector-syntax @ ='],
  ['SVC-JMES', service("selector: '[? pg_rol == `primary`]'"), 'selector-unknown-field @ pg_rol'],
  ['SVC-JMES', service("selector: '[? pg_role == primary]'"), 'selector-bare-word @ primary'],
  [
    'SVC-EMPTY',
    service("selector: '[? pg_role == `replica`]'"),
    "selector-selects-nobody @ '[? pg_role == `replica`]'",
  ],
  ['SVC-LEGACY', service("selector: '[]', src_ip: '*'"), 'renamed-field @ src_ip'],
  ['PITR-TYPE', pg('pg_pitr: { type: lastweek }'), 'bad-enum @ lastweek'],
  ['PITR-XID', pg('pg_pitr: { type: xid, xid: 0 }'), 'out-of-range @ 0'],
  ['PITR-LSN', pg('pg_pitr: { type: lsn, lsn: 0-300 }'), 'bad-format @ 0-300'],
  ['PITR-ACTION', pg('pg_pitr: { action: stop }'), 'bad-enum @ stop'],
  [
    'REMOTE-MON',
    infra('pg_exporters: { 20001: { pg_cluster: a, pg_seq: 1 } }'),
    'missing-field @ { pg_cluster: a, pg_seq: 1 }',
  ],
  [
    'REDIS-ENGINE',
    group('r', 'redis_node: 1, redis_instances: { 6379: {} }', 'redis_cluster: r, redis_mode: single'),
    'bad-enum @ single',
  ],
  [
    'REDIS-REPLICAOF',
    group('r', "redis_node: 1, redis_instances: { 6379: {}, 6380: { replica_of: '10.10.10.10' } }", 'redis_cluster: r'),
    "bad-format @ '10.10.10.10'",
  ],
  ['SENTINEL-FIELDS', watch('{ host: 10.10.10.21 }'), 'missing-field @ { host: 10.10.10.21 }'],
  ['MINIO-ID', group('minio', 'minio_seq: 1', 'minio_cluster: minio, minio_type: rustfs'), 'bad-enum @ rustfs'],
];

for (const page of pages.filter(
  (candidate) => candidate.invariants.length > 0 && BLAMED[candidate.slug] !== undefined,
)) {
  test(`${page.invariants.join(', ')}: ${page.slug}`, () => {
    const token = marked(check(page.bad.text, { part: true }).find(({ slug }) => slug === page.slug)!);
    const expected = BLAMED[page.slug]!;
    assert.ok(expected.endsWith('…') ? token.startsWith(expected.slice(0, -1)) : token === expected, `marks ${token}`);
  });
}

for (const [id, text, expected] of SHARED) {
  test(`${id}: ${expected}`, () => {
    const found = check(text).map((diagnostic) => `${diagnostic.slug} @ ${marked(diagnostic)}`);
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

test('every rule with a code is shown to be seen', () => {
  const own = new Set(pages.filter(({ slug }) => BLAMED[slug] !== undefined).map(({ code }) => code));
  const shared = new Set(SHARED.map(([id]) => id));
  const shown = ({ id, codes }: { readonly id: string; readonly codes: readonly string[] }): boolean =>
    shared.has(id) || codes.some((code) => own.has(code));
  assert.equal(
    rows.filter((row) => row.codes.length > 0 && !shown(row)).map(({ id }) => id),
    [],
  );
  const missing = pages.filter(
    ({ code, invariants, bad }) =>
      code.startsWith('PIG5') && invariants.length > 0 && bad.language === 'yaml' && !own.has(code),
  );
  assert.equal(
    missing.map(({ slug }) => slug),
    [],
  );
});

test.run();
