/** Views have the names and columns that queries of users are written for, and say what the inventory says. */
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { nativeTest } from '../node/checker.ts';
import { BIN } from '../pgsql/server.ts';
import { Database, PASSWORD, pigstyc, URL } from './server.ts';

const PROGRAMS = [`${BIN}/postgres`, 'setpriv'];
const test = suite('views, and a change between question and answer');
const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-cmdb-'));
let database: Database;

const COLUMNS: Readonly<Record<string, string>> = {
  etcd_cluster: 'cls name port peer_port data_dir clean safeguard size quorum hosts vars',
  etcd_instance: 'cls ip ins seq instance',
  global_config: 'key value level',
  group_config: 'cls hosts vars',
  host_config: 'ip groups vars',
  inventory: 'text',
  minio_cluster: 'cls name port admin_port os_user node data hosts vars',
  minio_instance: 'cls ip ins seq nodename data instance',
  parameters: 'ID Name Module Section Type Level Comment',
  pg_cluster: 'cls name hosts vars pg_databases pg_users pg_services pg_hba pgbouncer_hba',
  pg_database:
    'cls datname state owner template encoding locale lc_collate lc_ctype locale_provider icu_locale icu_rules ' +
    'builtin_locale is_template ' +
    'strategy allowconn revokeconn tablespace connlimit pgbouncer comment schemas extensions parameters baseline pool_mode pool_size ' +
    'pool_size_min pool_reserve pool_connlimit pool_auth_user database',
  pg_hba: 'cls title role rules user db addr auth hba',
  pg_instance: 'cls ip ins seq role offline_query weight upstream instance',
  pg_remote: 'local_port cls seq host port ins_var cls_var',
  pg_service:
    'cls svc name src_ip src_port dst_port check_url selector selector_backup maxconn balance options service',
  pg_users:
    'cls name state password is_md5pwd login superuser createdb createrole inherit replication bypassrls pgbouncer connlimit expire_in ' +
    'expire_at comment roles parameters pool_auth_user pool_mode pool_size pool_size_min pool_reserve pool_connlimit user',
  pgb_hba: 'cls title role rules user db addr auth hba',
  raw_config: 'jsonb_build_object',
  redis_cluster: 'cls name mode conf max_memory mem_policy password hosts vars',
  redis_instance: 'cls mode ip redis_node node_id port ins replica_of instance',
  redis_node: 'cls mode ip redis_node node_id instances',
};

/** Queries with what they answer about the reference inventory. */
const ANSWERS: readonly (readonly [query: string, answer: string])[] = [
  [
    `SELECT string_agg(concat_ws(' ', ins, ip, role, weight), ', ') FROM pigsty.pg_instance WHERE cls = 'pg-test'`,
    'pg-test-1 10.10.10.11 primary 100, pg-test-2 10.10.10.12 replica 100, pg-test-3 10.10.10.13 offline 100',
  ],
  [
    `SELECT string_agg(concat_ws(' ', svc, src_port), ', ' ORDER BY src_port) FROM pigsty.pg_service WHERE cls = 'pg-test'`,
    'pg-test-primary 5433, pg-test-replica 5434, pg-test-standby 5435, pg-test-default 5436, pg-test-offline 5438',
  ],
  [
    `SELECT concat_ws(' ', datname, owner, pool_size, connlimit, pgbouncer) FROM pigsty.pg_database WHERE cls = 'pg-test'`,
    'test test 32 -1 t',
  ],
  [
    `SELECT concat_ws(' ', name, password, login, roles) FROM pigsty.pg_users WHERE cls = 'pg-test'`,
    'test Test-c8Yd1LmQ t ["dbrole_readwrite"]',
  ],
  [
    `SELECT concat_ws(' ', title, "user", addr, auth) FROM pigsty.pg_hba WHERE cls = 'pg-meta' LIMIT 1`,
    'dashboards read from infra nodes dbuser_view infra pwd',
  ],
  [
    `SELECT string_agg(concat_ws(' ', ins, port, replica_of), ', ') FROM pigsty.redis_instance`,
    'redis-ms-1-6379 6379, redis-ms-1-6380 6380 10.10.10.13 6379',
  ],
  [`SELECT concat_ws(' ', name, mode, max_memory) FROM pigsty.redis_cluster`, 'redis-ms standalone 64MB'],
  [`SELECT concat_ws(' ', name, port, peer_port, size, quorum) FROM pigsty.etcd_cluster`, 'etcd 2379 2380 3 2'],
  [`SELECT concat_ws(' ', ins, nodename) FROM pigsty.minio_instance`, 'minio-1 minio-1.pigsty'],
  [
    `SELECT value #>> '{}' || level FROM pigsty.global_config WHERE key IN ('node_tune', 'patroni_port') ORDER BY key`,
    'oltpglobal\n8008default',
  ],
  [`SELECT groups || (vars ->> 'etcd_seq') FROM pigsty.host_config WHERE ip = '10.10.10.12'`, '{etcd,pg-test,3}'],
  [
    `SELECT jsonb_build_object -> 'all' -> 'children' -> 'pg-test' -> 'hosts' -> '10.10.10.12' FROM pigsty.raw_config`,
    '{"pg_seq": 2, "pg_role": "replica"}',
  ],
];

test.before(() => {
  cpSync('fixtures/ok/reference', scratch, { recursive: true });
  chmodSync(scratch, 0o755);
  process.chdir(scratch);
  database = new Database();
});
test.after(() => {
  database.server.stop();
  process.chdir('/');
  rmSync(scratch, { recursive: true, force: true });
});
test.before.each(async () => {
  database.fresh();
  assert.is((await pigstyc(`cmdb init --url ${URL} -q`)).code, 0);
  assert.is((await pigstyc(`cmdb load pigsty.yml --url ${URL} --yes -q`)).code, 0);
});

nativeTest(test, PROGRAMS, 'every view has its columns', () => {
  const found = database.sql(
    `SELECT c.relname || ': ' || string_agg(a.attname, ' ' ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a ON \
a.attrelid = c.oid AND a.attnum > 0
      WHERE c.relnamespace = 'pigsty'::regnamespace AND c.relkind = 'v' GROUP BY 1, c.relname ORDER BY c.relname`.replace(
      ' GROUP BY 1,',
      ' GROUP BY',
    ),
  );
  assert.is(
    found,
    Object.entries(COLUMNS)
      .map(([name, columns]) => `${name}: ${columns}`)
      .join('\n'),
  );
});

nativeTest(test, PROGRAMS, 'views answer, also where a value is of the wrong kind', () => {
  for (const [query, answer] of ANSWERS) assert.is(database.sql(query), answer, query);
  database.sql(
    `UPDATE pigsty.host_var SET value = '"first"' WHERE key = 'pg_seq'; UPDATE pigsty.group_var SET value = '"all"' WHERE key = 'pg_users'`,
  );
  assert.is(database.sql('SELECT count(*), count(seq) FROM pigsty.pg_instance'), '4|0');
  assert.is(database.sql('SELECT count(*) FROM pigsty.pg_users'), '0');
});

nativeTest(test, PROGRAMS, 'what Ansible gets from the view is the same inventory', async () => {
  writeFileSync('list.json', database.sql('SELECT text FROM pigsty.inventory'));
  const hosts = async (file: string): Promise<unknown> => {
    const { out } = await pigstyc(`dump --phase 4 ${file}`);
    const all = JSON.parse(out) as {
      hosts: readonly { name: string; vars: Readonly<Record<string, { value: unknown }>> }[];
    };
    const values = all.hosts.map(({ name, vars }) => [
      name,
      Object.entries(vars).map(([key, { value }]) => [key, value]),
    ]);
    return JSON.parse(database.server.query(`SELECT $json$${JSON.stringify(Object.fromEntries(values))}$json$::jsonb`));
  };
  assert.equal(await hosts('list.json'), await hosts('pigsty.yml'));
});

nativeTest(test, PROGRAMS, 'a change between the question and the answer stops the load', async () => {
  const text = nodeHost().readFile('pigsty.yml').toString().replace('node_tune: oltp', 'node_tune: olap');
  writeFileSync('changed.yml', text);
  let questions = 0;
  const answering = async (answer: () => string): Promise<readonly [number, string]> => {
    let said = '';
    const note = (part: string): void => void (said += part);
    const ask = (): string => (questions++, answer());
    const env = { PGPASSWORD: PASSWORD };
    const host = { ...nodeHost(), env, stdout: note, stderr: note, stdoutIsTty: true, ask };
    return [await run(['cmdb', 'load', 'changed.yml', '--url', URL], host), said];
  };
  const tune = (): string => database.sql(`SELECT value FROM pigsty.global_var WHERE key = 'node_tune'`);
  const [refused] = await answering(() => 'n');
  assert.equal([refused, tune()], [0, '"oltp"']);
  const [code, said] = await answering(() => {
    database.sql(`INSERT INTO pigsty.global_var VALUES ('pg_checksum', 'true')`);
    return 'y';
  });
  assert.is(code, 1);
  assert.match(said, /PIG9210\]/);
  assert.is(tune(), '"oltp"');
  database.sql(`DELETE FROM pigsty.global_var WHERE key = 'pg_checksum'`);
  assert.is((await answering(() => 'y'))[0], 0);
  assert.is(tune(), '"olap"');
  assert.is(questions, 3);
});

test.run();
