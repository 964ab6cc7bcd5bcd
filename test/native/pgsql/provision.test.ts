import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { OWN_COLLECTORS } from '../../../emitters/monitor/collectors.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import type { FileStep } from '../../../emitters/api.ts';
import { threeMembers } from '../../unit/pgsql/site.ts';
import { nativeTest } from '../node/checker.ts';
import { BIN, Server, sqlCalls } from './server.ts';

const test = suite('a real server takes what we provision');

/** Everything a provisioning script may touch, with the transaction that last wrote each row. */
const CATALOG = `
  SELECT 'role', rolname, xmin::text FROM pg_authid UNION ALL SELECT 'member', roleid::regrole || '>' || \
member::regrole, xmin::text FROM pg_auth_members
  UNION ALL SELECT 'db', datname, xmin::text FROM pg_database UNION ALL SELECT 'setting', setdatabase || '/' || \
setrole, xmin::text FROM pg_db_role_setting
  UNION ALL SELECT 'comment', classoid || '/' || objoid, xmin::text FROM pg_shdescription
  UNION ALL SELECT 'schema', nspname, xmin::text FROM pg_namespace WHERE nspname !~ '^pg_temp' UNION ALL SELECT \
'extension', extname, xmin::text FROM pg_extension
  UNION ALL SELECT 'proc', oid::regprocedure::text, xmin::text FROM pg_proc UNION ALL SELECT 'class', \
oid::regclass::text, '' FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace
  UNION ALL SELECT 'default', oid::text, xmin::text FROM pg_default_acl UNION ALL SELECT 'description', classoid || \
'/' || objoid || '/' || objsubid, xmin::text FROM pg_description
  ORDER BY 1, 2, 3`;

function provision(
  server: Server,
  site: Site,
  host = '10.10.10.11',
): { readonly changes: readonly string[]; readonly warnings: string } {
  const steps = pgsqlEmitter.plan(site, site.hostByName.get(host)!);
  const replace = { '/pg/tmp': server.dir, '/pg/data': server.data };
  for (const step of steps) {
    if (step.kind === 'file' && step.path.endsWith('-baseline.sql'))
      server.place(step, step.path.replace(/^.*\//, ''), replace);
  }
  const changes: string[] = [];
  let warnings = '';
  for (const { database, step } of sqlCalls(steps)) {
    const outcome = server.script(database, server.place(step, step.path.replace(/^.*\//, ''), replace));
    changes.push(...outcome.changes.map((change) => `${step.path.replace(/^.*\//, '')}: ${change}`));
    warnings += outcome.warnings;
  }
  return { changes, warnings };
}

const USERS = [
  {
    name: 'dbuser_meta',
    password: 'DBUser.Meta',
    login: true,
    superuser: false,
    createdb: true,
    pgbouncer: true,
    connlimit: 50,
    expire_in: 3650,
    comment: "it's the owner",
    roles: ['dbrole_admin', { name: 'pg_signal_backend', admin: true }],
    parameters: {
      search_path: 'meta, "Mixed Case", public',
      jit: false,
      statement_timeout: '10s',
      'app.name': "o'brien",
      work_mem: 'DEFAULT',
    },
  },
  {
    name: 'dbuser.odd-name@x',
    password: `q'u"o\\te $1 \${x} :name`,
    expire_at: '2031-12-31',
    roles: ['dbrole_readonly', { name: 'dbrole_readwrite', state: 'revoke' }],
  },
  { name: 'dbuser_hash', password: 'md5c3a3a9d1e9b0bbcb1ca62b4eb0a9c3d1' },
  { name: 'dbrole_app', login: false },
];
const DATABASES = [
  {
    name: 'meta',
    owner: 'dbuser_meta',
    comment: "meta's",
    schemas: ['app', { name: 'Owned', owner: 'dbuser_meta' }],
    extensions: [{ name: 'hstore', schema: 'app' }, 'citext', { name: 'not_there' }],
    revokeconn: true,
    connlimit: 100,
    parameters: { search_path: 'app,public', timezone: 'UTC' },
    baseline: 'base.sql',
    tablespace: 'pg_default',
    encoding: 'UTF8',
    locale: 'C',
    template: 'template1',
  },
  { name: 'Odd "db" = 1', allowconn: false, is_template: true },
  { name: 'copy', template: 'meta', owner: 'dbuser_meta' },
  { name: 'again', state: 'recreate' },
  { name: 'never', state: 'absent' },
];

nativeTest(test, [`${BIN}/postgres`, 'setpriv'], 'everything is created once, and a second run writes nothing', () => {
  const assets = new Map([['base.sql', 'CREATE TABLE app.loaded (id int);\nINSERT INTO app.loaded VALUES (1);\n']]);
  const site = { ...threeMembers({ pg_version: 15, pg_users: USERS, pg_databases: DATABASES }), assets };
  const server = new Server();
  try {
    server.start();
    const first = provision(server, site);
    assert.ok(first.changes.length > 50, first.changes.join('\n'));
    assert.match(first.warnings, /extension not_there is not installed on this host/);
    const databases = ['postgres', 'template1', 'meta', 'copy', 'again'];
    const before = databases.map((database) => server.query(CATALOG, database));
    const dump = server.as('postgres', [`${BIN}/pg_dumpall`, '-h', server.dir, '-p', String(server.port)]).output;
    const second = provision(server, site);
    assert.equal(second.changes, []);
    assert.equal(
      databases.map((database) => server.query(CATALOG, database)),
      before,
    );
    assert.is(
      stable(server.as('postgres', [`${BIN}/pg_dumpall`, '-h', server.dir, '-p', String(server.port)]).output),
      stable(dump),
    );

    assert.is(server.query('SELECT count(*) FROM app.loaded', 'meta'), '1');
    assert.is(
      server.query("SELECT rolvaliduntil::date - current_date FROM pg_roles WHERE rolname = 'dbuser_meta'"),
      '3650',
    );
    assert.is(
      server.query(
        "SELECT array_to_string(setconfig, ';') FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole WHERE rolname = 'dbuser_meta'",
      ),
      `search_path=meta, "Mixed Case", public;jit=off;statement_timeout=10s;app.name=o'brien`,
    );
    assert.is(
      server.query("SELECT datallowconn::text || datistemplate FROM pg_database WHERE datname LIKE 'Odd%'"),
      'falsetrue',
    );
    assert.is(server.query("SELECT has_database_privilege('dbrole_readonly', 'meta', 'CONNECT')"), 'f');
    assert.is(server.query("SELECT has_database_privilege('dbuser_monitor', 'meta', 'CONNECT')"), 't');
    assert.is(
      server.query(
        (
          "SELECT string_agg(rolpassword ~ '^SCRAM-SHA-256', ',') FROM pg_authid WHERE rolname IN ('dbuser_meta', " +
          "'dbuser.odd-name@x', 'dbuser_dba', 'dbuser_monitor', 'replicator')"
        ).replace("rolpassword ~ '^SCRAM-SHA-256'", "(rolpassword ~ '^SCRAM-SHA-256')::text"),
      ),
      'true,true,true,true,true',
    );
    // rights of the superuser that initdb made are not touched
    assert.is(server.query("SELECT rolcreaterole AND rolbypassrls FROM pg_roles WHERE rolname = 'postgres'"), 't');
  } finally {
    server.stop();
  }
});

nativeTest(
  test,
  [`${BIN}/postgres`, 'setpriv'],
  'what somebody changed by hand comes back, what the inventory does not name stays',
  () => {
    const site = threeMembers({
      pg_version: 15,
      pg_users: USERS.slice(0, 1),
      pg_databases: [{ name: 'meta', owner: 'dbuser_meta', revokeconn: true }],
    });
    const server = new Server();
    try {
      server.start();
      provision(server, site);
      server.query(`ALTER ROLE dbuser_meta PASSWORD 'other' NOCREATEDB CREATEROLE CONNECTION LIMIT 3; \
ALTER ROLE dbuser_meta SET jit TO on; ALTER ROLE dbuser_meta SET enable_seqscan TO off;
      REVOKE dbrole_admin FROM dbuser_meta; GRANT CONNECT ON DATABASE meta TO PUBLIC; \
ALTER DATABASE meta OWNER TO postgres; ALTER DEFAULT PRIVILEGES FOR ROLE postgres REVOKE SELECT ON TABLES FROM dbrole_readonly;`);
      const repaired = provision(server, site).changes.map((change) => change.replace(/^.*: /, ''));
      assert.equal([...repaired].sort(), [
        'ALTER DATABASE',
        'ALTER DEFAULT PRIVILEGES',
        'ALTER ROLE',
        'ALTER ROLE',
        'ALTER ROLE',
        'ALTER ROLE',
        'GRANT ROLE',
        'REVOKE',
      ]);
      assert.is(
        server.query(
          "SELECT rolcreaterole::text || (SELECT 'enable_seqscan=off' = ANY (setconfig) FROM pg_db_role_setting " +
            "WHERE setrole = r.oid) FROM pg_roles r WHERE rolname = 'dbuser_meta'",
        ),
        'truetrue',
      );
      assert.equal(provision(server, site).changes, []);
    } finally {
      server.stop();
    }
  },
);

nativeTest(test, [`${BIN}/postgres`, 'setpriv'], 'recreate drops once, absent drops', () => {
  const sites = (state: string): Site => threeMembers({ pg_version: 15, pg_databases: [{ name: 'app', state }] });
  const server = new Server();
  try {
    server.start();
    const oid = (): string =>
      server.query("SELECT coalesce(max(oid::text), 'none') FROM pg_database WHERE datname = 'app'");
    provision(server, sites('create'));
    const first = oid();
    provision(server, sites('recreate'));
    const second = oid();
    assert.is.not(second, first);
    assert.equal(provision(server, sites('recreate')).changes, []);
    assert.is(oid(), second);
    provision(server, sites('create'));
    provision(server, sites('recreate'));
    assert.is.not(oid(), second);
    provision(server, sites('absent'));
    assert.is(oid(), 'none');
    assert.equal(provision(server, sites('absent')).changes, []);
  } finally {
    server.stop();
  }
});

nativeTest(test, [`${BIN}/postgres`, 'setpriv'], 'monitoring objects work', () => {
  const site = threeMembers({ pg_version: 15, pg_users: USERS.slice(0, 1) });
  const server = new Server();
  try {
    server.start('-c logging_collector=on -c log_destination=csvlog');
    provision(server, site);
    server.query(
      "CREATE TABLE public.t AS SELECT g AS id, repeat('x', 50) AS v FROM generate_series(1, 20000) g; CREATE " +
        'INDEX t_id ON public.t (id); ANALYZE public.t',
    );
    assert.is(server.query('SELECT status FROM monitor.beating()'), 'leading');
    assert.is(server.query("SELECT ratio < 0.05 FROM monitor.pg_table_bloat WHERE relname = 't'"), 't');
    assert.is(server.query("SELECT ratio < 0.15 FROM monitor.pg_index_bloat WHERE relname = 't_id'"), 't');
    server.query('DELETE FROM public.t WHERE id % 10 <> 0; VACUUM ANALYZE public.t'.split(';')[0]!);
    server.query('VACUUM ANALYZE public.t');
    assert.is(server.query("SELECT ratio > 0.8 FROM monitor.pg_table_bloat WHERE relname = 't'"), 't');
    for (const view of [
      'pg_bloat',
      'pg_table_bloat_human',
      'pg_index_bloat_human',
      'pg_session',
      'pg_seq_scan',
      'pg_lock_waiting',
      'pg_shmem()',
    ])
      server.query(`SELECT count(*) FROM monitor.${view}`);
    for (const view of ['pg_table_bloat_human', 'pg_index_bloat_human'])
      assert.is.not(server.query(`SELECT name FROM monitor.${view} WHERE wasted > 0 ORDER BY wasted DESC LIMIT 1`), '');
    assert.is(server.query('SELECT pg_typeof(datname) FROM monitor.pg_session LIMIT 1'), 'name');
    for (const { query, metrics, name } of OWN_COLLECTORS) {
      const rows = server.query(
        `SET ROLE dbuser_monitor; SELECT DISTINCT array_to_string(array(SELECT json_object_keys(row_to_json(x))), ' ') FROM (${query}) x`,
      );
      assert.is(rows, Object.keys(metrics).join(' '), name);
    }
    assert.is(server.query('SELECT count(*) > 0 FROM monitor.process_status'), 't');
    assert.is(server.query("SELECT count(*) > 0 FROM monitor.disk_free WHERE mountpoint = '/'"), 't');
    assert.is(server.query('SELECT count(*) > 0 FROM monitor.pg_log'), 't');
    assert.is(server.query("SELECT left(password, 13) FROM monitor.pgbouncer_auth('dbuser_meta')"), 'SCRAM-SHA-256');
    assert.is(server.query("SELECT count(*) FROM monitor.pgbouncer_auth('postgres')"), '0');
    for (const role of ['dbrole_readonly', 'dbrole_offline', 'dbrole_readwrite', 'dbrole_admin', 'public']) {
      assert.is(
        server.query(`SELECT has_function_privilege('${role}', 'monitor.pgbouncer_auth(text)', 'EXECUTE')`),
        'f',
        role,
      );
    }
    assert.is(server.query("SELECT has_table_privilege('dbrole_readonly', 'monitor.pg_log', 'SELECT')"), 'f');
    assert.is(server.query("SELECT has_table_privilege('dbuser_monitor', 'monitor.pg_log', 'SELECT')"), 't');
  } finally {
    server.stop();
  }
});

nativeTest(test, [`${BIN}/postgres`, 'setpriv'], 'access rules and settings without an error', () => {
  const rules = [
    { user: 'a', db: 'b,c', addr: '10.0.0.0/8', auth: 'ssl', title: "it's", order: 5 },
    { user: '+g', db: 'all', addr: '1.2.3.4', auth: 'pwd' },
    { user: 'odd name', db: 'x', addr: 'admin', auth: 'cert', role: 'offline' },
    { rules: ['host all all 1.1.1.1/32 trust', 'local sameuser all peer'], title: 'raw' },
    { addr: 'cluster', auth: 'deny' },
    { addr: 'world', user: 'u', auth: 'ssl-md5' },
    { addr: 'localhost', auth: 'os' },
    { addr: 'intra', auth: 'pwd' },
    { addr: 'infra', auth: 'sha' },
  ];
  const site = threeMembers({
    pg_version: 15,
    pg_hba_rules: rules,
    pg_parameters: {
      'app.odd': "it's \\ #",
      work_mem: '64MB',
      jit: false,
      search_path: 'a, "B c"',
      log_destination: 'csvlog,stderr',
      autovacuum_naptime: 60,
    },
  });
  const steps = pgsqlEmitter.plan(site, site.hostByName.get('10.10.10.11')!);
  const step = (path: string): FileStep => steps.find((s): s is FileStep => s.kind === 'file' && s.path === path)!;
  const server = new Server();
  try {
    server.place(step('/pg/data/pg_hba.conf'), 'data/pg_hba.conf');
    server.place(step('/pg/data/postgresql.auto.conf'), 'data/postgresql.auto.conf');
    const [key, certificate] = [`${server.dir}/key`, `${server.dir}/crt`];
    server.as('postgres', [
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
      '-subj',
      '/CN=pg',
      '-days',
      '2',
    ]);
    server.start(`-c ssl=on -c ssl_key_file=${key} -c ssl_cert_file=${certificate} -c ssl_ca_file=${certificate}`);
    assert.is(server.query('SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL'), '');
    assert.ok(Number(server.query('SELECT count(*) FROM pg_hba_file_rules')) > 20);
    assert.is(server.query('SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL'), '');
    assert.is(server.query("SELECT current_setting('app.odd')"), "it's \\ #");
    assert.is(
      server.query(
        "SELECT string_agg(setting, '|' ORDER BY name) FROM pg_settings WHERE name IN ('work_mem', 'jit', " +
          "'search_path', 'log_destination', 'autovacuum_naptime')",
      ),
      '60|off|csvlog,stderr|a, "B c"|65536',
    );
  } finally {
    server.stop();
  }
});

/** A dump without what differs from run to run. */
function stable(dump: string): string {
  return dump.replace(/^\\(un)?restrict .*$/gm, '');
}

test.run();
