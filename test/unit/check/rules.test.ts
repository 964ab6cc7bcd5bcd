/** What the pages' examples do not show: the other branches of rules, and cases that must stay silent. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check, counts, findings } from './run.ts';

const pg = (vars: string, hosts = '10.10.10.11: { pg_seq: 1, pg_role: primary }', name = 'pg-test'): string =>
  `${name}:\n  hosts: { ${hosts} }\n  vars: { pg_cluster: ${name}${vars === '' ? '' : `, ${vars}`} }\n`;
const three =
  '10.10.10.11: { pg_seq: 1, pg_role: primary }, 10.10.10.12: { pg_seq: 2, pg_role: replica }, 10.10.10.13: { ' +
  'pg_seq: 3, pg_role: replica }';
const messages = (text: string): readonly string[] =>
  check(text)
    .filter(counts)
    .map((d) => d.message);

test('a member without role does not also make the cluster lack a primary', () => {
  assert.equal(findings(pg('', '10.10.10.11: { pg_seq: 1 }, 10.10.10.12: { pg_seq: 2, pg_role: replica }')), [
    'pg-identity-missing @ 10.10.10.11',
  ]);
});

test('a delayed standby cluster of the same inventory is in order', () => {
  const delay = pg(
    '',
    '10.10.10.13: { pg_seq: 1, pg_role: primary, pg_upstream: 10.10.10.11, pg_delay: 1h }',
    'pg-delay',
  );
  assert.equal(findings(pg('') + delay), []);
});

test('a standby cluster may follow the VIP of its source', () => {
  const source = pg('pg_vip_enabled: true, pg_vip_address: 10.10.10.2/24');
  const standby = (more: string): string =>
    pg(more, '10.10.10.13: { pg_seq: 1, pg_role: primary, pg_upstream: 10.10.10.2 }', 'pg-dr');
  assert.equal(findings(source + standby('')), []);
  assert.equal(findings(source + standby('pg_version: 17')), ['pg-upstream-differs @ 17']);
});

test('the lists of a standby cluster say what the head of its chain has', () => {
  const user = (password: string): string =>
    `pg_users: [{ name: app, password: ${password}, pgbouncer: true }], pg_databases: [{ name: app }]`;
  const chain = (vars: string): string =>
    pg(user('Some.Word')) +
    pg(user('Some.Word'), '10.10.10.12: { pg_seq: 1, pg_role: primary, pg_upstream: 10.10.10.11 }', 'pg-b') +
    pg(vars, '10.10.10.13: { pg_seq: 1, pg_role: primary, pg_upstream: 10.10.10.12 }', 'pg-c');
  const slugs = (vars: string): readonly string[] =>
    check(chain(vars)).flatMap(({ slug, span }) =>
      slug.startsWith('pg-standby') ? [`${slug} ${span!.file.position(span!.start).line}`] : [],
    );
  assert.equal(slugs(user('Some.Word')), []);
  assert.equal(slugs(user('Other.Word')), ['pg-standby-objects 9']);
  assert.equal(slugs('pg_databases: [{ name: app }, { name: other }]'), ['pg-standby-objects 9', 'pg-standby-pool 9']);
  assert.equal(slugs(`${user('Some.Word')}, pg_monitor_password: Another`), ['pg-standby-objects 9']);
  assert.equal(slugs(''), ['pg-standby-pool 9']);
});

test('interfaces say where a VIP is reached; without them a mask of one address says nothing', () => {
  const vip = (address: string): string => pg(`pg_vip_enabled: true, pg_vip_address: ${address}`, three);
  const networks = (address: string) =>
    Object.fromEntries(['10.10.10.11', '10.10.10.12', '10.10.10.13'].map((host) => [host, [`${host}/24`, address]]));
  for (const address of ['10.10.20.2/32', '10.10.20.2/30', '10.10.10.2/32', '10.10.10.2/28', '10.10.200.2/16'])
    assert.equal(findings(vip(address)), [], address);
  assert.equal(findings(vip('10.10.20.2/24')), ['pg-vip-network @ 10.10.20.2/24']);
  assert.equal(findings(vip('10.10.20.2/24'), { networks: networks('10.10.20.7/24') }), []);
  assert.equal(findings(vip('10.10.20.2/32'), { networks: networks('10.10.20.2/32') }), [
    'pg-vip-network @ 10.10.20.2/32',
  ]);
  assert.equal(
    findings(vip('10.10.20.2/24'), { networks: { ...networks('10.10.20.7/24'), '10.10.10.13': ['10.10.10.13/24'] } }),
    ['pg-vip-members @ 10.10.20.2/24'],
  );
  assert.ok(check(vip('10.10.20.2/24')).every(({ severity }) => severity !== 'error'));
  const node =
    'proxy:\n  hosts: { 10.10.10.20: {} }\n  vars: { vip_enabled: true, vip_vrid: 8, vip_address: 10.10.20.9 }\n';
  assert.equal(findings(node), ['vip-network @ 10.10.20.9']);
  assert.equal(findings(node, { networks: { '10.10.10.20': ['10.10.20.1/24'] } }), []);
});

test('a pool rule for TLS never matches without it, and is not judged where no member has it', () => {
  const rules = (...list: readonly string[]): string => pg(`pgb_hba_rules: [${list.join(', ')}]`);
  const ssl = '{ title: tls, order: 50, user: app, db: all, addr: intra, auth: ssl }';
  const found = (text: string): readonly string[] =>
    check(text).flatMap(({ slug, severity, message }) => (slug === 'hba-pool-ssl' ? [`${severity}: ${message}`] : []));
  const never =
    'this rule never matches: it wants TLS, which the pool of `pg-test` does not offer (`pgbouncer_sslmode` is `disable`)';
  const only = 'pgb_default_hba_rules: []';
  assert.equal(found(pg(`${only}, pgb_hba_rules: [${ssl}]`)), [`warning: ${never}`]);
  const open = '{ title: open, order: 60, user: all, db: all, addr: world, auth: trust }';
  assert.equal(found(pg(`${only}, pgb_hba_rules: [${ssl}, ${open}]`)), [
    `warning: ${never}; rule \`open\` decides instead`,
  ]);
  assert.equal(found(rules(ssl.replace('order', 'role: offline, order'))), []);
  assert.equal(found(`${rules(ssl).trimEnd().slice(0, -1)}, pgbouncer_sslmode: require }\n`), []);
});

test('a cascading replica is in order, following itself or another cluster is not', () => {
  const cascade = (to: string): string =>
    pg(
      '',
      `10.10.10.11: { pg_seq: 1, pg_role: primary }, 10.10.10.12: { pg_seq: 2, pg_role: replica, pg_upstream: ${to} }`,
    );
  assert.equal(findings(cascade('10.10.10.11')), []);
  assert.equal(findings(cascade('10.10.10.12')), ['pg-upstream-wrong-cluster @ 10.10.10.12']);
  assert.equal(findings(cascade('10.10.10.31') + pg('', '10.10.10.31: { pg_seq: 1, pg_role: primary }', 'pg-b')), [
    'pg-upstream-wrong-cluster @ 10.10.10.31',
  ]);
});

test('members that differ are blamed where something was written', () => {
  assert.equal(
    findings(
      pg(
        '',
        '10.10.10.11: { pg_seq: 1, pg_role: primary, pg_version: 17 }, 10.10.10.12: { pg_seq: 2, pg_role: replica }',
      ),
    ),
    ['pg-members-differ @ 17'],
  );
});

test('what a cluster has once is the same for all members, by the levels of the schema', () => {
  const member = (vars: string, common = ''): string =>
    pg(common, `10.10.10.11: { pg_seq: 1, pg_role: primary }, 10.10.10.12: { pg_seq: 2, pg_role: replica, ${vars} }`);
  for (const once of [
    'pg_replication_password: Own.Word',
    'patroni_password: Own.Word',
    'pg_dbsu: pgsql',
    'pg_libs: timescaledb',
    'pg_rto: safe',
    'pg_vip_enabled: true, pg_vip_address: 10.10.10.2/24',
    'pgbackrest_method: minio',
    'pg_group: 2',
    'pg_services: [{ name: own, port: 5440, selector: "[]" }]',
    'pg_max_conn: 100',
  ])
    assert.ok(
      findings(member(once)).some((text) => text.startsWith('pg-members-differ')),
      once,
    );
  for (const own of [
    'pg_parameters: { work_mem: 64MB }',
    'pg_fs_main: /other',
    'pg_hba_rules: [{ title: t, order: 500, user: all, db: all, addr: intra, auth: pwd }]',
    'pg_crontab: ["00 01 * * * /pg/bin/pg-backup full"]',
    'pg_exporter_port: 9631',
    'pg_version: 17',
    'pg_users: [{ name: app, password: Some.Word, pgbouncer: true }]',
  ])
    assert.not.ok(
      findings(member(own, 'pg_version: "17", pg_users: [{ name: app, password: Some.Word, pgbouncer: true }]')).some(
        (text) => text.startsWith('pg-members-differ'),
      ),
      own,
    );
  assert.equal(messages(member('pg_replication_password: Own.Word')), [
    '`pg_replication_password` is one for cluster `pg-test`: 10.10.10.12 has one of its own, 10.10.10.11 another',
  ]);
});

test('groups of a Citus deployment share what they log in and meet with, and members with groups are told so', () => {
  const own = (more: string): readonly string[] =>
    findings(citus('pg-c0', 0) + citus('pg-c1', 1, more)).filter((text) => text.startsWith('pg-members'));
  assert.equal(own(''), []);
  assert.equal(own(', pg_namespace: /other'), ['pg-members-differ @ /other']);
  assert.equal(own(', pg_version: 17'), ['pg-members-differ @ 17']);
  assert.equal(own(', pg_max_conn: 200'), []);
  const [first] = check(
    pg(
      'pg_mode: citus',
      '10.10.10.11: { pg_seq: 1, pg_role: primary, pg_group: 1 }, 10.10.10.12: { pg_seq: 2, pg_role: primary, pg_group: 2 }',
    ),
  ).filter(({ slug }) => slug === 'pg-two-primaries');
  assert.match(first!.help!, /group 2 of a Citus deployment is a cluster of its own/);
});

const citus = (part: string, group: number, more = ''): string =>
  pg(
    `pg_mode: citus, pg_shard: c, pg_group: ${group}, pg_primary_db: meta, pg_dbsu_password: Some.Word, ` +
      'pg_databases: [{ name: meta }], pg_hba_rules: [{ title: t, user: all, db: all, addr: intra, auth: ssl ' +
      `}]${more}`,
    `10.10.10.1${group}: { pg_seq: 1, pg_role: primary }`,
    part,
  );

test('the parts of a Citus deployment agree on the database', () => {
  assert.equal(findings(citus('c-0', 0) + citus('c-1', 1)), []);
  assert.equal(messages(citus('c-0', 0) + citus('c-1', 1).replaceAll('meta', 'other')), [
    'Citus needs one distributed database: c-1 uses `other`, c-0 uses `meta`',
  ]);
  assert.equal(messages(citus('c-0', 0).replaceAll('meta', 'postgres')), [
    'Citus needs one distributed database: `pg_primary_db` of c-0 is `postgres`',
  ]);
});

test('citus itself needs no entry in pg_libs, and a library may be written as a file', () => {
  assert.equal(
    findings(
      citus('c-0', 0)
        .replace('{ name: meta }', '{ name: meta, extensions: [citus] }')
        .replace('pg_cluster:', 'pg_extensions: [citus], pg_cluster:'),
    ),
    [],
  );
  assert.equal(
    findings(
      pg(
        "pg_libs: 'vchord.so, $libdir/pg_cron', pg_extensions: [vchord, pg_cron], pg_databases: [{ name: a, " +
          'extensions: [vchord, { name: pg_cron }] }]',
      ),
    ),
    [],
  );
});

test('listen addresses with placeholders', () => {
  const vip = 'pg_vip_enabled: true, pg_vip_address: 10.10.10.2/24, ';
  assert.equal(findings(pg(`${vip}pg_listen: '\${ip},\${vip},\${lo}'`, three)), []);
  assert.equal(messages(pg("pg_listen: '${ip},${vip}'")), ['`pg_listen` has `${vip}`, but the cluster has no VIP']);
  assert.equal(messages(pg("pg_listen: '${ip},10.10.10.11'")), ['`pg_listen` has `10.10.10.11` twice']);
  assert.equal(messages(pg('pg_listen: dbhost')), ['`pg_listen` has `dbhost`, which is not an address']);
});

test('a recovery profile of the inventory is a profile', () => {
  const plan = 'pg_rto_plan: { mine: [30, 5, 10, 25, 5, 2s, 1s, 2s, 3, 3] }';
  assert.equal(findings(pg(`pg_rto: mine, ${plan}`)), []);
  assert.equal(findings(pg(`pg_rto: fast, ${plan}`)), ['rto-unknown @ fast']);
  assert.equal(findings(pg('pg_rto: norm, pg_rto_plan: { norm: [30, 5, 10, 25, 5, 1s, 2s, 2s, 3, 3] }')), [
    'rto-margin @ 2s',
  ]);
  assert.equal(findings(pg('pg_rto: norm, pg_rto_plan: { norm: [30, 5, 10, 25, 5, 2s, soon, 2s, 3, 3] }')), [
    'rto-plan @ soon',
  ]);
});

test('a system user may be described again with what it needs', () => {
  assert.equal(findings(pg('pg_users: [{ name: postgres, superuser: true, password: Some.Word }]')), []);
  assert.equal(messages(pg('pg_users: [{ name: postgres, password: Some.Word }]')), [
    'user `postgres` belongs to the cluster itself, and here it loses `superuser`',
  ]);
  assert.equal(messages(pg('pg_users: [{ name: dbuser_monitor, password: Other.Word }]')), [
    'user `dbuser_monitor` belongs to the cluster itself, and here it gets another password than `pg_monitor_password`',
  ]);
});

test('roles: predefined ones and objects are known, absent ones are not', () => {
  assert.equal(
    findings(
      pg('pg_users: [{ name: a, login: false, roles: [pg_read_all_data, { name: dbrole_admin, admin: true }] }]'),
    ),
    [],
  );
  assert.equal(findings(pg('pg_users: [{ name: gone, state: absent }, { name: a, login: false, roles: [gone] }]')), [
    'role-unknown @ gone',
  ]);
  assert.equal(findings(pg('pg_users: [{ name: a, login: false, roles: [{ name: nobody, state: absent }] }]')), []);
});

test('a written list of default roles replaces the default one', () => {
  const roles =
    'pg_default_roles: [{ name: postgres, superuser: true }, { name: replicator, replication: true }, { name: ' +
    'dbuser_dba, superuser: true }, { name: dbuser_monitor }]';
  assert.equal(findings(pg(`${roles}, pg_users: [{ name: a, login: false, roles: [dbrole_admin] }]`)), [
    'role-unknown @ dbrole_admin',
  ]);
  assert.equal(
    findings(pg(roles.replace(', { name: dbuser_monitor }', ''))).map((f) => f.split(' ')[0]),
    ['system-role-missing'],
  );
});

test('databases: owner, template and locale in order stay silent', () => {
  assert.equal(
    findings(
      pg(
        'pg_users: [{ name: u, login: false }], pg_databases: [{ name: a, owner: u, encoding: UTF-8 }, { name: ' +
          'b, template: a, owner: dbuser_dba }, { name: c, template: template0, locale: de_DE.UTF-8 }]',
      ),
    ),
    [],
  );
  assert.equal(findings(pg('pg_databases: [{ name: a, locale_provider: icu, icu_locale: de }]')), [
    'db-template-locale @ icu',
  ]);
  assert.equal(findings(pg('pg_max_conn: 100, pg_databases: [{ name: a, pool_connlimit: 200 }]')), ['db-pool @ 200']);
});

test('clusters with the same lists are each looked at where their leaders differ in what checks read', () => {
  const pair = (first: string, second: string, lists: string): string =>
    `both:
  children:
    pg-a: { hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-a, ${first} } }
    pg-b: { hosts: { 10.10.10.12: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-b, ${second} } }
  vars: { ${lists} }
`;
  assert.equal(
    findings(
      pair('pg_lc_collate: de_DE.UTF-8', 'pg_lc_collate: C', 'pg_databases: [{ name: a, lc_collate: de_DE.UTF-8 }]'),
    ),
    ['db-template-locale @ de_DE.UTF-8'],
  );
  const pool = 'pgbouncer_auth_query: true, pg_databases: [{ name: a, pool_auth_user: dbuser_dba }]';
  assert.equal(findings(pair('pg_pwd_enc: md5', 'pg_pwd_enc: scram-sha-256', pool)), [
    'pwdenc-md5 @ md5',
    'db-auth-user-login @ dbuser_dba',
  ]);
});

test('addresses of access rules', () => {
  const rule = (addr: string): string =>
    pg(`pg_hba_rules: [{ title: t, user: all, db: all, addr: ${addr}, auth: ssl }]`);
  for (const good of ['intra', 'infra', 'cluster', '10.0.0.0/8', '1.2.3.4', '10.1.0.0/0'])
    assert.equal(findings(rule(good)), [], good);
  for (const bad of ['10.0.0.0/33', '256.1.1.1', "'::1/128'", 'example.com', '10.1'])
    assert.is(findings(rule(bad)).filter((f) => f.startsWith('hba-address')).length, 1, bad);
  assert.match(check(rule("'::1/128'")).find((d) => d.slug === 'hba-address')!.help ?? '', /rules/);
  assert.equal(findings(pg("pg_hba_rules: [{ title: t, rules: ['host all all ::1/128 scram-sha-256'] }]")), []);
});

test('services of two clusters on the hosts of one provider need ports of their own', () => {
  const ports = 'pg_default_services: [{ name: primary, port: 6001, dest: default, check: /primary, selector: "[]" }]';
  const proxy = 'proxy:\n  hosts: { 10.10.10.20: {} }\n';
  assert.equal(
    findings(
      pg('pg_service_provider: proxy') +
        pg(`pg_service_provider: proxy, ${ports}`, '10.10.10.12: { pg_seq: 1, pg_role: primary }', 'pg-b') +
        proxy,
    ),
    [],
  );
  assert.equal(
    findings(
      pg('pg_service_provider: proxy') +
        proxy.replace(
          '{}',
          '{ haproxy_services: [{ name: w, port: 5433, servers: [{ name: a, ip: 10.10.10.30, port: 80 }] }] }',
        ),
    ),
    ['port-conflict @ 5433'],
  );
});

test('ports: components that are off do not listen', () => {
  assert.equal(findings(pg('pg_port: 6432')), ['port-conflict @ 6432']);
  assert.equal(findings(pg('pg_port: 6432, pgbouncer_enabled: false')), []);
  assert.equal(findings(pg('patroni_port: 9100')), ['port-conflict @ 9100']);
});

test('the bus of a native Redis cluster counts', () => {
  const redis = (more: string): string => `r:
  hosts:
    10.10.10.11: { redis_node: 1, redis_instances: { 6379: {}, 6380: {} } }
    10.10.10.12: { redis_node: 2, redis_instances: { 6379: {}, 6380: {} } }
    10.10.10.13: { redis_node: 3, redis_instances: { 6379: {}, 6380: {} } }
  vars: { redis_cluster: r, redis_mode: cluster${more} }
`;
  assert.equal(findings(redis('')), []);
  assert.equal(
    findings(redis(', redis_exporter_port: 16380'))
      .map((f) => f.split(' ')[0])
      .filter((s) => s !== 'port-conflict'),
    [],
  );
  assert.ok(findings(redis(', redis_exporter_port: 16380')).length > 0);
});

test('a replica chain is in order, a circle is not', () => {
  const redis = (a: string): string =>
    `r:\n  hosts: { 10.10.10.11: { redis_node: 1, redis_instances: { 6379: ${a}, 6380: { replica_of: ` +
    `'10.10.10.11 6379' }, 6381: { replica_of: '10.10.10.11 6380' } } } }\n  vars: { redis_cluster: r }\n`;
  assert.equal(findings(redis('{}')), []);
  assert.equal(messages(redis("{ replica_of: '10.10.10.11 6381' }")), [
    '`replica_of`: instances replicate in a circle: 10.10.10.11 6379 → 10.10.10.11 6381 → 10.10.10.11 6380 → 10.10.10.11 6379',
  ]);
});

test('a sentinel needs the password of what it watches', () => {
  const text = (password: string): string => `m:
  hosts: { 10.10.10.11: { redis_node: 1, redis_instances: { 26379: {} } }, 10.10.10.12: { redis_node: 2, \
redis_instances: { 26379: {} } }, 10.10.10.13: { redis_node: 3, redis_instances: { 26379: {} } } }
  vars: { redis_cluster: m, redis_mode: sentinel, redis_sentinel_monitor: [{ name: r, host: 10.10.10.21, \
password: ${password}, quorum: 2 }] }
r:
  hosts: { 10.10.10.21: { redis_node: 1, redis_instances: { 6379: {} } } }
  vars: { redis_cluster: r, redis_password: Some.Word }
`;
  assert.equal(findings(text('Some.Word')), []);
  assert.equal(findings(text('Other.Word')), ['sentinel-target @ Other.Word']);
});

test('crontab lines are read as cron reads them', () => {
  const lines = (name: string, line: string): readonly string[] =>
    findings(pg(`${name}: ['${line}']`)).map((f) => f.split(' ')[0]!);
  for (const line of [
    '00 01 * * * postgres /pg/bin/pg-backup full',
    '@daily root /bin/true',
    '*/5 1-3,7 * JAN mon root x',
    '0-30/10 0 1,15 jan-mar 0-7 dba\ttabs are blanks',
    '5~35 1 * * sun root date +\\%F',
    '# comment',
    'PATH=/bin',
    '',
  ])
    assert.equal(lines('node_crontab', line), [], line);
  for (const line of [
    '00 01 * * postgres',
    '60 1 * * * root x',
    '0 0 0 * * root x',
    '0 0 1 13 * root x',
    '0 0 * * 8 root x',
    '0 0 * * 1-9 root x',
    '*/0 * * * * root x',
    '0 0 1 * ? root x',
    '@dayly root x',
    '@daily',
    '1-2-3 * * * * root x',
    '1,,2 * * * * root x',
  ])
    assert.equal(lines('node_crontab', line), ['crontab-line'], line);
  for (const line of [
    '00 01 * * * /pg/bin/pg-backup full',
    '@daily /bin/true',
    '0 1 * * * nosuch x',
    '0 1 * * * root date +%F',
    '0 1 * * * postgres pg-backup ful',
  ])
    assert.equal(lines('node_crontab', line), ['crontab-command'], line);
  assert.equal(lines('pg_crontab', '00 01 * * * /pg/bin/pg-backup full'), []);
  assert.equal(lines('pg_crontab', '00 01 * * * postgres /pg/bin/pg-backup full'), ['crontab-command']);
  assert.equal(lines('pg_crontab', '00 01 * * /pg/bin/pg-backup'), ['crontab-line']);
});

test('a repository has what its type needs, where it is used', () => {
  const problems = (options: string, used = 'r'): readonly string[] =>
    check(
      pg(`pgbackrest_method: ${used}, pgbackrest_repo: { r: { ${options} }, other: { type: posix, path: /x } }`),
    ).flatMap(({ slug, message }) => (slug === 'backup-option' ? [message] : []));
  assert.match(problems('type: s3, s3_bucket: b')[0]!, /needs `s3_endpoint`, `s3_region`, `s3_key`, `s3_key_secret`/);
  assert.equal(problems('type: s3, s3_bucket: b', 'other'), []);
  assert.equal(problems('type: s3, s3_bucket: b, s3_endpoint: e, s3_region: r, s3_key_type: auto'), []);
  assert.match(problems('type: azure, azure_container: c')[0]!, /needs `azure_account`, `azure_key`/);
  assert.match(problems('type: gcs, gcs_bucket: c')[0]!, /needs `gcs_key`/);
  assert.match(problems('type: posix, path: /x, retention_diff: 0')[0]!, /`retention_diff` must be a number from 1/);
  assert.equal(problems('type: nfs, path: /x'), [], 'the schema tells of the word');
  assert.equal(problems('path: /x, retention_full: 2, retention_history: 0'), []);
});

test('portal: home needs no source, a site without domain is only a hint', () => {
  const portal = (sites: string): string =>
    `infra:\n  hosts: { 10.10.10.10: { infra_seq: 1 } }\n  vars: { infra_portal: { home: { domain: i.pigsty }, ${sites} } }\n`;
  assert.equal(findings(portal("a: { domain: a.pigsty, path: /www }, b: { endpoint: '10.10.10.10:1' }")), []);
  assert.equal(findings(portal('a: { domain: a.pigsty, path: /www, domains: [b.pigsty, i.pigsty] }')), [
    'portal-domain @ i.pigsty',
  ]);
  assert.equal(findings(portal("a: { domain: a.pigsty, path: /www, endpoint: '10.10.10.10:1' }")), [
    'portal-source @ /www',
  ]);
});

test('several stores, and one store of several pools', () => {
  const store =
    'minio:\n  hosts: { 10.10.10.1: { minio_seq: 1 }, 10.10.10.2: { minio_seq: 2 }, 10.10.10.5: { minio_seq: 5 ' +
    "}, 10.10.10.6: { minio_seq: 6 } }\n  vars: { minio_cluster: minio, minio_data: '/data{1...2}', " +
    "minio_volumes: 'https://minio-{1...2}.pigsty:9000/data{1...2} " +
    "https://minio-{5...6}.pigsty:9000/data{1...2}' }\n";
  assert.equal(findings(store), []);
  assert.equal(messages(store.replace('{5...6}', '{5...5}')), [
    '`minio_volumes`: no pool contains member `minio-6.pigsty`',
  ]);
});

test('one address per host, but a host may be in groups of different modules', () => {
  const text =
    `${pg('')}etcd:\n  hosts: { 10.10.10.11: { etcd_seq: 1 } }\nredis-a:\n` +
    `  hosts: { 10.10.10.11: { redis_node: 1, redis_instances: { 6379: {} } } }\n` +
    `  vars: { redis_cluster: redis-a }\n`;
  assert.equal(findings(text), []);
});

test('what is wrong elsewhere does not stop the checks', () => {
  const found = findings(
    pg(
      'pg_users: nobody, pg_databases: [[1]], pg_hba_rules: { a: 1 }, pg_services: [3], pg_vip_address: [], ' +
        'pg_rto_plan: 7, pgbackrest_repo: x, pg_port: many',
    ),
  );
  assert.ok(found.filter((f) => f.startsWith('wrong-type')).length >= 7, found.join('\n'));
});

test('a chain of thousands of replicas is followed once', () => {
  const cost = (length: number): number => {
    const hosts = Array.from(
      { length },
      (_, i) =>
        `10.10.${i >> 8}.${i & 255}: { pg_seq: ${i + 1}, pg_role: ` +
        `${i === 0 ? 'primary' : `replica, pg_upstream: 10.10.${(i - 1) >> 8}.${(i - 1) & 255}`} }`,
    );
    const before = process.cpuUsage();
    assert.equal(findings(pg('', hosts.join(', '))), []);
    return process.cpuUsage(before).user;
  };
  cost(300);
  // Following every member to the start would cost a hundred times as much.
  assert.ok(cost(3000) < 40 * cost(300));
});

test('the pool looks up passwords as the superuser only', () => {
  const auth = (user: string, more = 'pgbouncer_auth_query: true'): readonly string[] =>
    findings(
      pg(
        `${more}, pg_users: [{ name: app, password: Some.Word, pgbouncer: true }], pg_databases: [{ name: app, pool_auth_user: ${user} }]`,
      ),
    );
  assert.equal(auth('app'), ['db-auth-user-login @ app']);
  assert.equal(auth('dbuser_monitor'), ['db-auth-user-login @ dbuser_monitor']);
  assert.equal(auth('postgres'), []);
  assert.equal(auth('dba', 'pgbouncer_auth_query: true, pg_dbsu: dba'), ['system-role-missing @ dba']);
  assert.equal(auth('app', 'pgbouncer_auth_query: false'), []);
});

const redis = (vars: string, second = "{ replica_of: '10.10.10.11 6379' }"): string =>
  `kv:
  hosts: { 10.10.10.11: { redis_node: 1, redis_instances: { 6379: {} } }, 10.10.10.12: { redis_node: 2, \
redis_instances: { 6379: ${second} } } }
  vars: { redis_cluster: kv, redis_password: Some.Word${vars} }
`;
const sentinels = (master = 'host: 10.10.10.11'): string =>
  `watch:
  hosts: { 10.10.10.21: { redis_node: 1, redis_instances: { 26379: {} } }, 10.10.10.22: { redis_node: 2, \
redis_instances: { 26379: {} } }, 10.10.10.23: { redis_node: 3, redis_instances: { 26379: {} } } }
  vars: { redis_cluster: watch, redis_mode: sentinel, redis_password: Other.Word, redis_sentinel_monitor: [{ \
name: kv, ${master}, quorum: 2, password: Some.Word }] }
`;

test('an instance listens where its peers come from', () => {
  const bind = (words: string, second?: string): readonly string[] =>
    messages(redis(`, redis_bind_address: '${words}'`, second)).filter((text) => text.includes('bind_address'));
  for (const good of ['', '0.0.0.0', '127.0.0.1 ${ip}', '-::1 *', '127.0.0.1 ${ip} 10.9.9.9'])
    assert.equal(bind(good), []);
  assert.equal(bind('127.0.0.1', '{}'), [], 'two servers that do not know each other');
  assert.match(bind('127.0.0.1 -::1')[0]!, /10\.10\.10\.11: is reached by 10\.10\.10\.12/);
  assert.match(bind('10.10.10.11', '{}')[0]!, /10\.10\.10\.12: listens on 10\.10\.10\.11/);
});

test('commands that others call keep their names; sentinels learn new ones', () => {
  const found = (renames: string, watched: boolean): readonly string[] =>
    check(redis(`, redis_rename_commands: { ${renames} }`) + (watched ? sentinels() : '')).flatMap(
      ({ slug, message }) => (slug === 'redis-command-needed' ? [message.split(',')[0]!] : []),
    );
  assert.equal(found("config: ops, keys: ''", true), []);
  assert.equal(found("config: '', SLAVEOF: ''", false), []);
  assert.equal(found("config: '', SLAVEOF: ''", true), ['`config` is disabled', '`SLAVEOF` is disabled']);
  assert.equal(found('psync: psync_9', false), ['`psync` is renamed']);
});

test('sentinels are told addresses of primaries, and how many they are', () => {
  assert.equal(findings(redis('') + sentinels()), []);
  assert.equal(findings(redis('') + sentinels('host: kv.lan')), ['sentinel-target @ kv.lan']);
  const four = sentinels().replace(
    '10.10.10.23:',
    '10.10.10.24: { redis_node: 4, redis_instances: { 26379: {} } }, 10.10.10.23:',
  );
  assert.match(messages(redis('') + four)[0]!, /4 sentinels survive no more failures than 3; use 3 or 5/);
});

test('drives of an object store are divided into sets', () => {
  const store = (data: string, volumes = ''): readonly string[] =>
    findings(
      `s3:\n  hosts: { 10.10.10.31: { minio_seq: 1 } }\n  vars: { minio_cluster: s3, minio_data: '${data}'${volumes} }\n`,
    );
  for (const good of ['/data', '/data{1...2}', '/data{1...16}', '/data{1...34}']) assert.equal(store(good), []);
  assert.equal(store('/data{1...17}'), ["minio-data @ '/data{1...17}'"]);
  assert.equal(store('/data{1...17}', ", minio_volumes: '/data{1...16}'"), []);
  assert.equal(store('/data{1...4}', ", minio_volumes: '/srv{1...4}'"), ["minio-volumes @ '/srv{1...4}'"]);
});

test('a line of a hosts file, of an environment, of the portal', () => {
  const line = (name: string, value: string): readonly string[] =>
    messages(`all: { vars: { ${name}: ${value} }, children: { a: { hosts: { 10.10.10.11: {} } } } }`);
  for (const good of ['10.9.9.9 a b.lan # two', '${admin_ip} i.pigsty sss.pigsty', '# nothing', '2001:db8::1 six'])
    assert.equal(line('node_etc_hosts', `['${good}']`), [], good);
  for (const bad of ['a.lan 10.9.9.9', '10.9.9.9', '10.9.9.9 *.lan', '10.9.9.300 a', '10.9.9.9 a, b'])
    for (const name of ['node_etc_hosts', 'dns_records']) assert.is(line(name, `['${bad}']`).length, 1, bad);
  assert.equal(line('minio_extra_vars', '"A=1\\n# no\\n\\nB_2=x y\\n"'), []);
  assert.is(line('minio_extra_vars', '"export A=1"').length, 1);
});

test('the intranet is asked about other hosts only, and only where a firewall stands', () => {
  const site = (vars: string, hosts = '203.0.113.5: {}, 203.0.113.6: {}'): readonly string[] =>
    findings(`a:\n  hosts: { ${hosts} }\n  vars: { ${vars} }\n`);
  assert.equal(site('node_firewall_intranet: [203.0.113.0/24]'), []);
  assert.equal(site('node_firewall_intranet: [203.0.113.5, 203.0.113.6/32]'), []);
  assert.equal(site('node_timezone: UTC', '203.0.113.5: {}'), []);
  assert.equal(site('node_firewall_mode: none'), ['firewall-off @ none']);
  assert.equal(site('node_firewall_intranet: [10.0.0.0/8]'), ['intranet-outsiders @ [10.0.0.0/8]']);
});

test('what only Ansible evaluates is said where the deployment would need it', () => {
  const left = (vars: string): readonly string[] =>
    check(`a:\n  hosts: { 10.10.10.11: { ${vars} } }\n`).flatMap(({ slug, message }) =>
      slug === 'connection-left-out' ? [message] : [],
    );
  assert.equal(left('ansible_ssh_private_key_file: ~/.ssh/id, ansible_become: true'), []);
  for (const name of [
    'ansible_ssh_private_key_file',
    'ansible_become',
    'ansible_become_exe',
    'ansible_ssh_common_args',
    'ansible_user',
  ])
    assert.match(left(`${name}: "{{ lookup('env', 'X') }}"`).join(), /only Ansible evaluates/, name);
});

test('backups that a crontab asks for are made, and outside of the data directory', () => {
  const lines = (vars: string): readonly string[] => messages(pg(vars));
  assert.equal(lines("pg_crontab: ['00 01 * * * /pg/bin/pg-backup full']"), []);
  assert.match(
    lines("pgbackrest_enabled: false, pg_crontab: ['00 01 * * * /pg/bin/pg-backup full']")[0]!,
    /`pgbackrest_enabled` is `false`/,
  );
  const repo = (path: string): readonly string[] =>
    lines(`pgbackrest_repo: { local: { path: ${path}, retention_full: 2 } }`);
  assert.equal(repo('/pg/backup'), []);
  assert.equal(repo('/pg/database'), []);
  assert.match(repo('/pg/data/backup')[0]!, /in the data directory/);
});

test('settings beside groups are told where they belong', () => {
  const found = check(
    'all: { children: { a: { hosts: { 10.10.10.11: {} } } } }\ninfra_portal: { home: { domain: i.lan } }\n',
  );
  assert.equal(
    found.filter(counts).map(({ slug }) => slug),
    ['bad-group'],
  );
  assert.match(found.find(counts)!.help ?? '', /`infra_portal` is a parameter: put it below/);
});

test.run();
