/** A connection to the database that holds an inventory. What the server or the network refuses is a diagnostic. */
import type { Client, ClientConfig } from 'pg';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import { IoError, type Host } from '../host/host.ts';
import { shownConnection } from './name.ts';
import { settingsOf, type Settings } from './target.ts';

/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000;
const STATEMENT_TIMEOUT = 60_000;
const LOCK_TIMEOUT = 10_000;

export type Work<T> = (client: Client) => Promise<T | readonly Diagnostic[]>;

/** Runs work on a connection of its own; in a transaction, which counts only when the work succeeds. */
export async function withDatabase<T>(host: Host, address: string, work: Work<T>): Promise<T | readonly Diagnostic[]> {
  const name = shownConnection(address);
  const settings = settingsOf(host, address);
  if (typeof settings === 'string') return [report('cmdb-address', undefined, { address: name, reason: settings })];
  let client: Client | undefined;
  try {
    client = await connect(host, settings);
    await client.query('BEGIN');
    const result = await work(client);
    await client.query(isProblem(result) ? 'ROLLBACK' : 'COMMIT');
    return result;
  } catch (error) {
    return [problemOf(error, name, settings)];
  } finally {
    await client?.end().catch(() => undefined);
  }
}

/** Whether work ended with diagnostics instead of a result. */
export function isProblem<T>(result: T | readonly Diagnostic[]): result is readonly Diagnostic[] {
  return Array.isArray(result) && result.length > 0 && typeof (result[0] as Partial<Diagnostic>).slug === 'string';
}

async function connect(host: Host, settings: Settings): Promise<Client> {
  const { default: pg } = await import('pg');
  const modes = tlsOf(host, settings);
  for (const [i, ssl] of modes.entries()) {
    const client = new pg.Client({ ...configOf(settings), ssl });
    // A connection that breaks also fails the query that waits for it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (i === modes.length - 1 || !isAboutTls(error)) throw error;
    }
  }
  throw new Error('unreachable');
}

function configOf(settings: Settings): ClientConfig {
  const { host, port, user, password, dbname, options, connect_timeout: seconds } = settings;
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: Number(port) }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...((dbname ?? user) !== undefined && { database: dbname ?? user }),
    ...(options !== undefined && { options }),
    application_name: settings['application_name'] ?? 'pigstyc',
    connectionTimeoutMillis: Number(seconds) > 0 ? Number(seconds) * 1000 : CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
  };
}

/** What to try, one after the other, as `sslmode` says; a socket of this machine has no TLS. */
function tlsOf(host: Host, settings: Settings): readonly Exclude<ClientConfig['ssl'], undefined>[] {
  const mode = settings['sslmode'] ?? 'prefer';
  if (mode === 'disable' || settings['host'] === undefined || settings['host'].startsWith('/')) return [false];
  const read = (name: string): string | undefined => {
    const path = settings[name];
    return path === undefined ? undefined : new TextDecoder().decode(host.readFile(path));
  };
  const ca = read('sslrootcert');
  const verified = mode === 'verify-full' || mode === 'verify-ca' || (mode === 'require' && ca !== undefined);
  const ssl = {
    ca,
    cert: read('sslcert'),
    key: read('sslkey'),
    rejectUnauthorized: verified,
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  };
  if (mode === 'allow') return [false, ssl];
  return mode === 'prefer' ? [ssl, false] : [ssl];
}

function isAboutTls(error: unknown): boolean {
  return /SSL|TLS|certificate|no pg_hba.conf entry/i.test(String((error as Error).message));
}

const LOGIN = new Set(['28P01', '28000', '3D000', '42704']);

function problemOf(error: unknown, database: string, settings: Settings): Diagnostic {
  if (error instanceof IoError)
    return report('cmdb-address', undefined, { address: database, reason: `${error.path}: ${error.reason}` });
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  const reason = withoutPassword(message === '' ? code : message, settings);
  if (LOGIN.has(code)) return report('cmdb-login', undefined, { database, reason });
  if (/client password must be a string/.test(message))
    return report('cmdb-login', undefined, { database, reason: 'the server asks for a password, and there is none' });
  if (code === '42501') return report('cmdb-no-right', undefined, { database, reason });
  if (code === '42P01' || code === '3F000' || code === '42703')
    return report('cmdb-no-schema', undefined, { database, what: reason });
  // States of SQL have five characters; what the network says has more, or none at all.
  if (/^(?!57P|53|08)[0-9A-Z]{5}$/.test(code))
    return report('cmdb-failed', undefined, { database, reason, state: code });
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error;
  return report('cmdb-unreachable', undefined, { database, reason });
}

function withoutPassword(text: string, { password }: Settings): string {
  return password === undefined || password === '' ? text : text.replaceAll(password, '********');
}
