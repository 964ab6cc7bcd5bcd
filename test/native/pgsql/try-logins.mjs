/**
 * Tries logins from one process: a program per login would take most of the time. Reads [{host, port, user, password, database, tls, certificate,
 * replication, query}] on standard input and prints one {ok, text} for each: the first value of the query, or what the server said.
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';

async function attempt({ host, port, user, password, database, tls, certificate, replication, query }) {
  const identity =
    certificate === undefined
      ? {}
      : { cert: readFileSync(`${certificate}.crt`), key: readFileSync(`${certificate}.key`) };
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database,
    replication: replication ? 'true' : undefined,
    connectionTimeoutMillis: 30_000,
    ssl: tls ? { rejectUnauthorized: false, ...identity } : false,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query({ text: query, rowMode: 'array' });
    return { ok: true, text: String(rows[0]?.[0]) };
  } catch (error) {
    return { ok: false, text: error.message };
  } finally {
    await client.end().catch(() => undefined);
  }
}

const logins = JSON.parse(readFileSync(0, 'utf8'));
const results = [];
let next = 0;
// Most of them wait: a pool asks a server that has refused a login again after 15 s. The server under test takes 50 connections.
await Promise.all(
  Array.from({ length: 32 }, async () => {
    for (let i = next++; i < logins.length; i = next++) results[i] = await attempt(logins[i]);
  }),
);
process.stdout.write(JSON.stringify(results));
process.exit(0);
