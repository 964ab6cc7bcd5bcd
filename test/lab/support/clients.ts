/** Real clients, all of them started in the operator's namespace. */
import type { Outcome } from './command.ts';
import { operator } from './hosts.ts';

export interface Login {
  readonly host: string;
  readonly port?: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly sslmode?: string;
  /** More connection words, e.g. certificate and key. */
  readonly extra?: string;
  readonly seconds?: number;
}

/** The connection string of a login; the password goes through the environment. */
export function connection(login: Login): string {
  const words = [
    `host=${login.host}`, `port=${login.port ?? 5432}`, `user=${login.user}`, `dbname=${login.database}`,
    `sslmode=${login.sslmode ?? 'prefer'}`, 'connect_timeout=4', 'gssencmode=disable', login.extra ?? '',
  ];
  return words.join(' ').trimEnd();
}

/** One statement or script; rows as psql prints them unaligned. */
export function psql(login: Login, sql: string): Promise<Outcome> {
  return operator(['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', connection(login)], {
    input: sql, seconds: login.seconds ?? 15, env: { PGPASSWORD: login.password, PGAPPNAME: 'lab' },
  });
}

/** The rows of a query that must work. */
export async function query(login: Login, sql: string): Promise<readonly string[]> {
  const outcome = await psql(login, sql);
  if (outcome.code !== 0) throw new Error(`psql ${connection(login)}: ${outcome.err}`);
  return outcome.out.trim() === '' ? [] : outcome.out.trim().split('\n');
}

/** An HTTP answer: status and body; status 0 when nobody answers. */
export async function http(url: string, ...options: readonly string[]): Promise<{ readonly status: number; readonly body: string }> {
  const outcome = await operator(['curl', '-sS', '--max-time', '5', '-w', '\n%{http_code}', ...options, url], { seconds: 10 });
  const at = outcome.out.lastIndexOf('\n');
  return { status: Number(outcome.out.slice(at + 1)), body: outcome.out.slice(0, at) };
}

/** Addresses that a name server gives for a name. */
export async function resolve(server: string, name: string): Promise<readonly string[]> {
  const code = `const r = new (require('node:dns').promises.Resolver)({ timeout: 2000, tries: 2 }); r.setServers([process.argv[1]]); r.resolve4(process.argv[2]).then((a) => console.log(a.join('\\n')), () => {})`;
  const outcome = await operator([process.execPath, '-e', code, server, name], { seconds: 10 });
  return outcome.out.trim() === '' ? [] : outcome.out.trim().split('\n').sort();
}

export async function redis(host: string, port: number, password: string, ...command: readonly string[]): Promise<string> {
  const outcome = await operator(['redis-cli', '-h', host, '-p', String(port), ...command], { seconds: 10, env: { REDISCLI_AUTH: password } });
  return (outcome.out + outcome.err).trim();
}
