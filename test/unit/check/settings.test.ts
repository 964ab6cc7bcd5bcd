/** Settings of servers, roles and databases: what the pages' examples do not show, and cases that must stay silent. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check, counts, findings } from './run.ts';

const pg = (vars: string): string =>
  `pg-test:\n  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }\n  vars: { pg_cluster: pg-test, ${vars} }\n`;
const server = (parameters: string, more = ''): string => pg(`${more}pg_parameters: { ${parameters} }`);
const role = (parameters: string, more = ''): string =>
  pg(`${more}pg_users: [{ name: app, password: s3cret, pgbouncer: true, parameters: { ${parameters} } }]`);
const database = (parameters: string): string => pg(`pg_databases: [{ name: app, parameters: { ${parameters} } }]`);
const told = (text: string): readonly string[] =>
  check(text)
    .filter(counts)
    .map((d) => `${d.message}${d.help === undefined ? '' : ` (${d.help})`}`);

test('any prefix is legal, except where it is a typo of one that is known', () => {
  assert.equal(
    findings(
      server(
        'app.encryption_key: x, insforge.policy_grant_role: admin, pg_trgm.similarity_threshold: 0.5, hnsw.ef_search: 100',
      ),
    ),
    [],
  );
  assert.equal(findings(role('my.tenant: 7, plpgsql.extra_warnings: all')), []);
  assert.equal(told(server('pg_stat_statement.max: 5000')), [
    '`pg_stat_statement.max` is no setting of a module of PostgreSQL (this is 18) (did you mean `pg_stat_statements.max`?)',
  ]);
  assert.equal(told(server('auto_explain.log_parameter_max_length: 10', 'pg_version: 15, ')), [
    '`auto_explain.log_parameter_max_length` came with PostgreSQL 16 (this is 15)',
  ]);
});

test('names are the same in any case, and old names still work', () => {
  assert.equal(findings(server('Work_Mem: 64MB, TIMEZONE: UTC, sort_mem: 8MB, ssl_ecdh_curve: prime256v1')), []);
  assert.equal(told(server('WORK_MEM: 1kB')), ['`work_mem`: `1kB` is not in 64kB … 2147483647kB']);
});

test('booleans, octal numbers and decimals are read as the server reads them', () => {
  assert.equal(
    findings(
      server(
        'jit: no, synchronous_commit: on, log_file_mode: 0640, archive_timeout: 0.5h, shared_buffers: 65536, ' +
          'random_page_cost: 1.1, wal_level: replica, statement_timeout: 1.5s, max_slot_wal_keep_size: -1',
      ),
    ),
    ['setting-no-effect @ wal_level'],
  );
  assert.equal(findings(role('log_min_duration_statement: off, work_mem: true')), [
    'setting-value @ off',
    'setting-value @ true',
  ]);
});

test('what was dropped before the oldest major names its successor', () => {
  assert.equal(told(server('wal_keep_segments: 100')), [
    'setting `wal_keep_segments` is gone since PostgreSQL 13 (this is 18) (use `wal_keep_size`)',
  ]);
  assert.equal(told(server('db_user_namespace: off', 'pg_version: 17, ')), [
    'setting `db_user_namespace` is gone since PostgreSQL 17 (this is 17)',
  ]);
  assert.equal(findings(server('db_user_namespace: off', 'pg_version: 16, ')), []);
});

test('forks have names of their own and know the common ones; unknown majors are left alone', () => {
  const polar = 'pg_mode: polar, pg_version: 17, pg_libs: "", ';
  assert.equal(findings(server('polar_enable_foo: on, work_mem: 64MB', polar)), []);
  assert.equal(findings(server('work_mem: 64Mb', polar)), ['setting-unit @ 64Mb']);
  assert.equal(
    findings(server('whatever: on, work_mem: 64Mb', 'pg_version: 19, ')).filter((text) => text.startsWith('setting')),
    [],
  );
});

test('a value shared by clusters of several majors is told for the first that has a problem', () => {
  const both =
    'all:\n  vars: { pg_parameters: { transaction_timeout: 10min } }\n  children:\n' +
    [18, 16, 15]
      .map(
        (major, i) =>
          `    pg-${i}x:\n      hosts: { 10.10.10.1${i}: { pg_seq: 1, pg_role: primary } }\n` +
          `      vars: { pg_cluster: pg-${i}x, pg_version: ${major} }\n`,
      )
      .join('');
  assert.equal(told(both), ['setting `transaction_timeout` came with PostgreSQL 17 (this is 16)']);
});

test('DEFAULT and null are no values; an absent role has none', () => {
  assert.equal(findings(role('work_mem: default, search_path: ~, max_connections: DEFAULT')), []);
  assert.equal(findings(server('work_mem: ~')), []);
  assert.equal(findings(pg('pg_users: [{ name: app, state: absent, parameters: { work_mem: many } }]')), []);
});

test('what belongs to the server cannot differ between roles or databases', () => {
  assert.equal(told(database('checkpoint_timeout: 5min')), [
    '`checkpoint_timeout` cannot be set for a database: it is one for the whole server (set it in `pg_parameters`)',
  ]);
  assert.equal(told(role('log_disconnections: on')), [
    '`log_disconnections` cannot be set for a role: it is fixed before the role and database of a connection ' +
      'are known (set it in `pg_parameters`)',
  ]);
  assert.equal(told(role('port: 5433')), [
    '`port` cannot be set for a role: the server takes it when it starts (use `pg_port`)',
  ]);
  assert.equal(told(server('server_version: "18"')), [
    '`server_version` cannot be set in `pg_parameters`: it tells what the server is',
  ]);
  assert.equal(
    findings(
      role(
        'role: dbrole_readonly, temp_file_limit: 10GB, log_statement: all, default_transaction_isolation: repeatable read',
      ),
    ),
    [],
  );
});

test('Patroni overrules a file only where it runs', () => {
  assert.equal(told(server('restore_command: /bin/false')), [
    '`restore_command` has no effect in `pg_parameters`: Patroni takes it out of postgresql.auto.conf (change ' +
      'it in the DCS: `patronictl edit-config`)',
  ]);
  assert.equal(findings(server('max_wal_senders: 20', 'patroni_enabled: false, ')), []);
});

test('a library counts wherever it is loaded', () => {
  assert.equal(
    findings(
      server('pgaudit.log: ddl, shared_preload_libraries: "$libdir/pgaudit.so, pg_stat_statements, auto_explain"'),
    ),
    [],
  );
  assert.equal(
    findings(
      role('auto_explain.log_analyze: on, session_preload_libraries: auto_explain', 'pg_libs: pg_stat_statements, '),
    ),
    [],
  );
  assert.equal(findings(role('auto_explain.log_analyze: on', 'pg_libs: pg_stat_statements, ')), [
    'setting-library @ auto_explain.log_analyze',
  ]);
  assert.equal(
    findings(
      server(
        'citus.node_conninfo: sslmode=require',
        'pg_mode: citus, pg_group: 0, pg_shard: pg-test, pg_primary_db: app, pg_databases: [{ name: app }], pg_libs: citus, ',
      ),
    ).filter((text) => text.startsWith('setting')),
    [],
  );
});

test('lists: quotes around one name are right, around several or of the wrong kind not', () => {
  assert.equal(findings(role(`search_path: '"$user", public, "Odd Name"', DateStyle: 'ISO, MDY'`)), []);
  assert.equal(told(role(`search_path: "'app', 'public'"`)), [
    '`search_path` has quotes that become part of the words (write `app, public`)',
  ]);
});

test('a secret that went to the wrong name is not shown', () => {
  const found = check(server('work_mem: "${env:TOKEN}"'), { env: { TOKEN: 'hush-hush' } });
  assert.equal(
    found.filter(counts).map((d) => d.message),
    ['`work_mem` is no place for a secret', '`work_mem`: `${env:TOKEN}` is not an integer'],
  );
});

test('settings that take something from the cluster say what, and only where it has that', () => {
  const against = (parameters: string, more = ''): readonly string[] => findings(server(parameters, more));
  const slug = (name: string): readonly string[] => [`setting-against-cluster @ ${name}`];
  for (const [name, value] of [
    ['archive_mode', "'off'"],
    ['archive_command', '/bin/true'],
    ['synchronous_standby_names', "'*'"],
    ['hba_file', '/etc/x'],
    ['unix_socket_directories', '/tmp'],
    ['shared_preload_libraries', 'pg_stat_statements'],
    ['logging_collector', "'off'"],
    ['log_destination', 'syslog'],
  ] as const)
    assert.equal(against(`${name}: ${value}`), slug(name), name);
  assert.equal(against("synchronous_commit: 'off'", 'pg_rpo: 0, '), slug('synchronous_commit'));
  assert.equal(against("synchronous_commit: 'off'"), []);
  assert.equal(against("archive_mode: 'off', archive_command: /bin/true", 'pgbackrest_enabled: false, '), []);
  assert.equal(against("logging_collector: 'off'", 'vector_enabled: false, '), []);
  assert.equal(against("unix_socket_directories: '/var/run/postgresql, /tmp', archive_mode: always"), []);
  assert.equal(against('superuser_reserved_connections: 600'), ['setting-range @ 600']);
  assert.equal(against('superuser_reserved_connections: 600', 'pg_max_conn: 700, '), []);
  assert.equal(against('superuser_reserved_connections: 600', 'pg_default_service_dest: postgres, '), []);
});

test.run();
