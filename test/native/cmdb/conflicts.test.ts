/** What somebody changed in SQL is not lost by a load, and what the program cannot do says so. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';
import { BIN } from '../pgsql/server.ts';
import { Database, PASSWORD, pigstyc, PORT, URL, type Said } from './server.ts';

const PROGRAMS = [`${BIN}/postgres`, 'setpriv'];
const test = suite('changes in SQL, and what goes wrong');
const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-cmdb-'));
let database: Database;

const SITE = `all:
  children:
    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-test:
      hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }
      vars: { pg_cluster: pg-test, pg_users: [{ name: test, password: Test-c8Yd1LmQ, connlimit: 5, login: true }] }
  vars: { version: v4.5.0, admin_ip: 10.10.10.10, node_tune: oltp, pg_version: 17 }
`;

test.before(() => {
  // The server's account runs psql here.
  chmodSync(scratch, 0o755);
  process.chdir(scratch);
  database = new Database();
});
test.after(() => {
  database.server.stop();
  process.chdir('/');
  rmSync(scratch, { recursive: true, force: true });
});
test.before.each(() => {
  database.fresh();
  writeFileSync('pigsty.yml', SITE);
});

const cmdb = (action: string, url = URL): Promise<Said> => pigstyc(`cmdb ${action} --url ${url}`);

async function ok(action: string): Promise<string> {
  const { code, out, err } = await cmdb(action);
  assert.is(code, 0, `${action}\n${out}${err}`);
  return out;
}

async function loaded(): Promise<void> {
  await ok('init');
  await ok('load pigsty.yml --yes');
}

/** Says what is wrong with a code, and neither with a stack nor with the password. */
async function fails(said: Promise<Said>, expected: RegExp): Promise<void> {
  const { code, out, err } = await said;
  assert.match(out + err, expected);
  assert.is(code, 1);
  assert.not.match(out + err, /p@ss|p%40ss|internal error|\n\s+at /);
}

function edit(from: string, to: string): void {
  const text = readFileSync('pigsty.yml', 'utf8');
  assert.ok(text.includes(from));
  writeFileSync('pigsty.yml', text.replace(from, to));
}

nativeTest(test, PROGRAMS, 'a load shows what differs and does only that', async () => {
  await loaded();
  const times =
    "SELECT string_agg(key, ' ' ORDER BY key) FROM pigsty.global_var WHERE mtime > now() - interval '1 hour'";
  database.sql("UPDATE pigsty.global_var SET mtime = now() - interval '1 day'");
  edit('node_tune: oltp', 'node_tune: olap');
  edit('connlimit: 5', 'connlimit: 6');
  edit('hosts: { 10.10.10.11: {', 'hosts: { 10.10.10.12: { pg_seq: 2, pg_role: replica }, 10.10.10.11: {');
  const shown = [
    '~ global_var(node_tune)',
    '    value: "oltp" → "olap"',
    '+ host(pg-test, 10.10.10.12)',
    '~ group_var(pg-test, pg_users)',
    '    [0].connlimit: 5 → 6',
    '+ host_var(pg-test, 10.10.10.12, pg_seq) = 2',
    '+ host_var(pg-test, 10.10.10.12, pg_role) = "replica"',
  ];
  assert.is(await ok('diff pigsty.yml'), `${shown.join('\n')}\n`);
  assert.is((await cmdb('diff pigsty.yml --exit-code')).code, 3);
  assert.is(await ok('load pigsty.yml --dry-run'), `${shown.join('\n')}\n`);
  assert.is((await cmdb('load pigsty.yml')).code, 2, 'nobody is there to ask');
  assert.is(database.sql(times), '');
  assert.is(await ok('load pigsty.yml --yes'), `${shown.join('\n')}\n`);
  assert.is(database.sql(times), 'node_tune');
  edit('password: Test-c8Yd1LmQ', 'password: Test-Other9');
  assert.is(await ok('load pigsty.yml --yes'), '~ group_var(pg-test, pg_users) (a secret)\n');
  assert.match(database.sql('SELECT by || file FROM pigsty.cmdb_load'), /^dbapigsty\.yml$/);
});

nativeTest(test, PROGRAMS, 'a change in SQL that the file does not have stops the load', async () => {
  await loaded();
  database.sql(`UPDATE pigsty.global_var SET value = '"olap"' WHERE key = 'node_tune'`);
  database.sql(`DELETE FROM pigsty.global_var WHERE key = 'pg_version'`);
  database.sql(`INSERT INTO pigsty.group_var VALUES ('pg-test', 'pg_dummy_filesize', '"1MiB"')`);
  const conflict =
    /PIG9209\].*: group_var\(pg-test, pg_dummy_filesize\), global_var\(node_tune\), global_var\(pg_version\)\n/;
  await fails(cmdb('load pigsty.yml --yes'), conflict);
  edit('node_tune: oltp, pg_version: 17', 'node_tune: olap');
  await fails(cmdb('load pigsty.yml --yes'), /PIG9209\].*: group_var\(pg-test, pg_dummy_filesize\)\n/);
  await ok('load pigsty.yml --yes --overwrite');
  assert.is(database.sql("SELECT count(*) FROM pigsty.group_var WHERE key = 'pg_dummy_filesize'"), '0');
  edit('node_tune: olap', 'node_tune: tiny');
  await ok('load pigsty.yml --yes');
});

nativeTest(test, PROGRAMS, 'tables of another program are read as they are, and loaded after init', async () => {
  database.sql(`SET ROLE dba; CREATE SCHEMA pigsty;
    CREATE TABLE pigsty.group (cls text PRIMARY KEY, ctime timestamptz DEFAULT now(), mtime timestamptz DEFAULT now());
    CREATE TABLE pigsty.host (cls text REFERENCES pigsty.group, ip inet, PRIMARY KEY (cls, ip));
    CREATE TABLE pigsty.global_var (key text PRIMARY KEY, value jsonb, mtime timestamptz DEFAULT now());
    CREATE TABLE pigsty.group_var (cls text, key text, value jsonb, mtime timestamptz DEFAULT now(), PRIMARY KEY (cls, key));
    CREATE TABLE pigsty.host_var (cls text, ip inet, key text, value jsonb, mtime timestamptz DEFAULT now(), PRIMARY KEY (cls, ip, key));
    CREATE VIEW pigsty.pg_cluster AS SELECT cls FROM pigsty.group;
    INSERT INTO pigsty.group VALUES ('etcd'), ('infra'), ('pg-test');
    INSERT INTO pigsty.host VALUES ('etcd', '10.10.10.10'), ('infra', '10.10.10.10'), ('pg-test', '10.10.10.11');
    INSERT INTO pigsty.global_var VALUES ('version', '"v4.5.0"'), ('admin_ip', '"10.10.10.10"'), ('pg_version', '17'), \
('node_tune', '"oltp"');
    INSERT INTO pigsty.group_var VALUES ('etcd', 'etcd_cluster', '"etcd"'), ('pg-test', 'pg_cluster', '"pg-test"'),
      ('pg-test', 'pg_users', '[{"name": "test", "login": true, "password": "Test-c8Yd1LmQ", "connlimit": 5}]');
    INSERT INTO pigsty.host_var VALUES ('infra', '10.10.10.10', 'infra_seq', '1'), ('etcd', '10.10.10.10', 'etcd_seq', '1'),
      ('pg-test', '10.10.10.11', 'pg_seq', '1'), ('pg-test', '10.10.10.11', 'pg_role', '"primary"')`);
  assert.is(await ok('diff pigsty.yml'), '');
  assert.match(await ok('dump'), /pg_users: \[\{ name: test, login: true, password: Test-c8Yd1LmQ, connlimit: 5 \}\]/);
  await fails(cmdb('load pigsty.yml --yes'), /PIG9205\].*made by another program/);
  assert.match((await cmdb('init')).err, /left as they are: pg_cluster\n/);
  await ok('load pigsty.yml --yes');
  assert.match(await ok('dump'), /pg_users: \[\{ name: test, password: Test-c8Yd1LmQ, connlimit: 5, login: true \}\]/);
  // The script of the distribution empties these tables and knows no others.
  database.sql(
    'SET ROLE dba; TRUNCATE pigsty.group, pigsty.host, pigsty.group_var, pigsty.host_var, pigsty.global_var',
  );
});

nativeTest(test, PROGRAMS, 'what goes wrong has a code', async () => {
  const at = (place: string): Promise<Said> => pigstyc(`check postgresql://${place}`);
  await fails(at(`dba@127.0.0.1:1/meta`), /PIG9202\].*ECONNREFUSED/);
  await fails(at(`dba:p%40ssword@127.0.0.1:${PORT}/meta`), /PIG9203\].*password authentication failed/);
  await fails(pigstyc(`check ${URL}`, { PGPASSWORD: '' }), /PIG9203\].*there is none/);
  await fails(at(`dba@127.0.0.1:${PORT}/nowhere`), /PIG9203\].*does not exist/);
  await fails(at(`dba@127.0.0.1:${PORT}/meta?sslmode=require`), /PIG9202\].*SSL/);
  await fails(at('a,b/meta'), /PIG9201\]/);
  await fails(pigstyc('check service=nobody'), /PIG9201\].*no service `nobody`/);
  await fails(at(`dba@127.0.0.1:${PORT}/meta`), /PIG9204\]/);
  await fails(cmdb('load pigsty.yml --yes'), /PIG9204\]/);
  await ok('init');
  await fails(at(`dba@127.0.0.1:${PORT}/meta`), /PIG9208\]/);
  await ok('init');
  await ok('load pigsty.yml --yes');
  database.sql(`CREATE ROLE guest LOGIN PASSWORD '${PASSWORD}'`);
  await fails(at(`guest@127.0.0.1:${PORT}/meta`), /PIG9206\].*permission denied/);
  database.sql('GRANT USAGE ON SCHEMA pigsty TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA pigsty TO guest');
  assert.is((await at(`guest@127.0.0.1:${PORT}/meta`)).code, 0);
  edit('node_tune: oltp', 'node_tune: olap');
  await fails(cmdb('load pigsty.yml --yes', URL.replace('dba', 'guest')), /PIG9206\]/);
  database.sql('DROP OWNED BY guest; DROP ROLE guest');
  database.sql('INSERT INTO pigsty.cmdb_version VALUES (99)');
  await fails(cmdb('load pigsty.yml --yes'), /PIG9205\].*version 99/);
  database.sql('SET client_min_messages = error; DELETE FROM pigsty.cmdb_version; DROP TABLE pigsty.host_var CASCADE');
  await fails(at(`dba@127.0.0.1:${PORT}/meta`), /PIG9205\].*host_var missing/);
  await ok('init');
  await ok('load pigsty.yml --yes --overwrite');
});

nativeTest(test, PROGRAMS, 'services, the environment, and what tables cannot hold', async () => {
  await loaded();
  writeFileSync(
    'pg_service.conf',
    `[meta]\nhost=127.0.0.1\nport=${PORT}\ndbname=meta\nuser=dba\npassword=${PASSWORD}\n`,
  );
  const env = { PGPASSWORD: '', PGSERVICEFILE: 'pg_service.conf' };
  const { out } = await pigstyc('list hosts service=meta', env);
  assert.match(out, /10\.10\.10\.11 .*pg-test-1/);
  assert.match((await pigstyc('cmdb dump', { ...env, PGSERVICE: 'meta' })).out, /^all:\n/);
  assert.match((await pigstyc('cmdb dump', { METADB_URL: URL })).out, /^all:\n/);
  assert.is((await pigstyc('cmdb dump')).code, 2);
  assert.is((await pigstyc('cmdb dump --url pigsty.yml')).code, 2);
  edit('pg_role: primary', 'pg_role: boss');
  await fails(cmdb('load pigsty.yml --yes'), /nothing was written/);
});

test.run();
