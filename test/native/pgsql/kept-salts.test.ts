/** Why adoption keeps salts: PgBouncer logs in to the server with what a client's own login left it. */
import type { ChildProcess } from 'node:child_process';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Secret } from '../../../compiler/model/secret.ts';
import { KeptSalts } from '../../../compiler/secrets/kept-salts.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import { scramVerifier } from '../../../compiler/secrets/scram.ts';
import { SealedSink } from '../../../compiler/secrets/sinks.ts';
import { Server } from './server.ts';

const test = suite('kept salts');
const server = new Server(54339);
const POOL_PORT = 54340;
const PASSWORD = 'Sword:Fish';
let pool: ChildProcess | undefined;

/** Of the site before pigstyc. */
const SALT = 'MDEyMzQ1Njc4OWFiY2RlZg==';
const BEFORE = scramVerifier(PASSWORD, Buffer.from(SALT, 'base64'));
const KEY = new LocalKey(Buffer.alloc(32, 1));

function file(name: string, text: string): string {
  const path = join(server.dir, name);
  writeFileSync(path, text);
  chownSync(path, server.uid, server.gid);
  return path;
}

test.before(async () => {
  file('data/pg_hba.conf', 'local all postgres peer\nlocal all all scram-sha-256\n');
  server.start();
  server.query(`CREATE ROLE app LOGIN PASSWORD '${BEFORE}'`);
  file('userlist.txt', `"app" "${BEFORE}"\n`);
  pool = server.pool(
    `[databases]
postgres = host=${server.dir} port=${server.port} dbname=postgres
[pgbouncer]
listen_port = ${POOL_PORT}
unix_socket_dir = ${server.dir}
auth_type = scram-sha-256
auth_file = ${join(server.dir, 'userlist.txt')}
pool_mode = transaction
server_lifetime = 1
server_login_retry = 1
query_wait_timeout = 3
`,
  );
  await pause(1000);
});
test.after(() => {
  pool?.kill();
  server.stop();
});

function client(): Client {
  const made = new Client({ host: server.dir, port: POOL_PORT, user: 'app', password: PASSWORD, database: 'postgres' });
  made.on('error', () => undefined);
  return made;
}

async function isServed(one: Client): Promise<boolean> {
  try {
    return (await one.query('SELECT 1')).rowCount === 1;
  } catch {
    return false;
  }
}

/** Whether a client that was connected while the password was stored anew gets a connection to the server for its next transaction. */
async function goesOn(after: SealedSink): Promise<boolean> {
  const connected = client();
  await connected.connect();
  assert.is(await isServed(connected), true);
  const verifier = after.scram(new Secret('p', PASSWORD), 'pg-a', 'app');
  server.query(`ALTER ROLE app PASSWORD '${verifier}'`);
  file('userlist.txt', `"app" "${verifier}"\n`);
  pool!.kill('SIGHUP');
  await pause(4000);
  const served = await isServed(connected);
  await connected.end().catch(() => undefined);
  return served;
}

async function logsInAgain(): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const again = client();
    const served = await again.connect().then(
      () => isServed(again),
      () => false,
    );
    await again.end().catch(() => undefined);
    if (served) return true;
    await pause(500);
  }
  return false;
}

test('with the salt of before a client goes on', async () => {
  assert.is(await goesOn(new SealedSink(KEY, new KeptSalts({ 'pg-a': { app: `4096:${SALT}` } }))), true);
});

test('with another one it is refused until it logs in again', async () => {
  assert.is(await goesOn(new SealedSink(KEY)), false);
  assert.is(await logsInAgain(), true);
});

test.run();
