/** How soon a pool is back whose server was away: with the settings that are written for it. */
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { pgsqlEmitter } from '../../../emitters/pgsql/index.ts';
import { PLAIN, testSite } from '../../unit/pgsql/site.ts';
import { fileOf } from '../node/checker.ts';
import { Server } from './server.ts';

const test = suite('a pool and its server');
const server = new Server(54343);
const POOL_PORT = 54344;
let pool: ChildProcess | undefined;

/** What is written for the connections to the server; addresses and users are the test's. */
function serverSettings(): string {
  const vars = { pg_cluster: 'pg-test', pg_seq: 1, pg_role: 'primary' };
  const site = testSite([{ name: '127.0.0.1', groups: ['pg-test'], vars }], { admin_ip: '127.0.0.1' });
  const ini = fileOf(pgsqlEmitter.plan(site, site.hosts[0]!), '/etc/pgbouncer/pgbouncer.ini').render(PLAIN);
  return ini
    .split('\n')
    .filter((line) => /^(server|default|reserve|min|max)_\w+ *=/.test(line) && !line.startsWith('max_prepared'))
    .join('\n');
}

test.before(async () => {
  writeFileSync(join(server.data, 'pg_hba.conf'), 'local all all trust\n');
  server.start();
  pool = server.pool(
    `[databases]
postgres = host=${server.dir} port=${server.port} dbname=postgres user=postgres
[pgbouncer]
listen_port = ${POOL_PORT}
unix_socket_dir = ${server.dir}
auth_type = any
pool_mode = transaction
${serverSettings()}
`,
  );
  await pause(1000);
});
test.after(() => {
  pool?.kill();
  server.stop();
});

async function isServed(): Promise<boolean> {
  const client = new Client({ host: server.dir, port: POOL_PORT, user: 'postgres', database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query({ text: 'SELECT 1', query_timeout: 1000 } as { text: string })).rowCount === 1;
  } catch {
    return false;
  } finally {
    void client.end().catch(() => undefined);
  }
}

test('who asks while the server is away is no reason to wait when it is back', async () => {
  assert.is(await isServed(), true);
  assert.is(server.as('postgres', [`${server.bin}/pg_ctl`, '-D', server.data, '-m', 'fast', '-w', 'stop']).code, 0);
  assert.is(await isServed(), false);
  server.start();
  const from = Date.now();
  let served = false;
  while (!served && Date.now() - from < 12_000) served = await isServed();
  assert.is(served, true, 'PgBouncer alone waits 15 s');
});

test.run();
