/**
 * Whether a connection is let in, and which line decides: the rules first, then what the server asks after them (the role,
 * its password, the database). Nothing here knows passwords or certificates of a client: they are taken to be right.
 */
import { addressText, parseAddress, type Address } from '../../domain/address.ts';
import { decidePool } from './decide-pool.ts';
import type { Dialect } from '../../domain/hba/hba-line.ts';
import { firstMatch, type Connection, type Server } from '../../domain/hba/match.ts';
import type { Member, RuleLine } from './member.ts';

/** A question about one member; `via` is the program that is asked. */
export interface Question {
  readonly user: string;
  /** Name of a database, or `replication` for streaming. */
  readonly database: string;
  readonly from: Address | 'local';
  readonly tls: boolean;
}

export type Reason =
  | 'allowed'
  | 'no-rule'
  | 'rejected'
  | 'host-decides'
  | 'not-listening'
  | 'no-such-user'
  | 'no-login'
  | 'no-password'
  | 'other-password'
  | 'no-replication'
  | 'no-such-database'
  | 'database-closed'
  | 'no-connect'
  | 'no-pool'
  | 'no-tls'
  | 'tls-required'
  | 'not-in-pool'
  | 'no-pool-database'
  | 'no-pool-replication'
  | 'not-pool-admin'
  | 'peer-over-tcp'
  | 'no-server-login'
  | 'server-denies';

export interface Decision {
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  readonly reason: Reason;
  /** The reason as a sentence. */
  readonly text: string;
  /** The line that decides; undefined where none matches or none is asked. */
  readonly line: RuleLine | undefined;
  /** How the user proves who it is. */
  readonly method: string | undefined;
  /** What else is needed, or why a line matches. */
  readonly notes: readonly string[];
  /** Through the pool: what PostgreSQL says to the pool. */
  readonly server?: Decision | undefined;
}

/** Answers a question for one member, asked directly or through its pool. */
export function decide(member: Member, question: Question, dialect: Dialect): Decision {
  return dialect === 'postgres' ? decideServer(member, question) : decidePool(member, question);
}

/** What PostgreSQL says. */
export function decideServer(member: Member, question: Question): Decision {
  const server = member.servers.postgres;
  const closed = notListening(member, question);
  const [line, certain] = firstMatch(member.lines.postgres, connectionOf(question), server);
  const unknown = server.roles.get(question.user) === undefined ? [`the cluster has no user \`${question.user}\``] : [];
  if (closed !== undefined) return denied('not-listening', closed, line, unknown);
  if (!certain) return hostDecides(line!);
  if (line === undefined) return denied('no-rule', 'no line of pg_hba.conf is for this connection', undefined, unknown);
  const method = methodOf(line);
  if (method === 'reject') return denied('rejected', 'the line rejects it', line, unknown);
  return (
    checkRole(member, question, line, method) ??
    checkDatabase(member, question, line) ?? {
      verdict: 'allowed',
      reason: 'allowed',
      text: methodText(method, question.user),
      line,
      method,
      notes: membershipNotes(line, question, server),
    }
  );
}

export function denied(reason: Reason, text: string, line?: RuleLine, notes: readonly string[] = []): Decision {
  return { verdict: 'denied', reason, text, line, method: line === undefined ? undefined : methodOf(line), notes };
}

export function hostDecides(line: RuleLine): Decision {
  return {
    verdict: 'unknown',
    reason: 'host-decides',
    text: 'only the host can tell whether the line is for this connection (a host name, the mask of an interface, or a file of names)',
    line,
    method: methodOf(line),
    notes: [],
  };
}

export function connectionOf({ user, database, from, tls }: Question): Connection {
  return { user, database: database === 'replication' ? undefined : database, from, tls: tls && from !== 'local' };
}

export function methodOf({ parsed }: RuleLine): string {
  return parsed.kind === 'line' ? parsed.line.method : '';
}

/** A client of the host itself comes to the loopback address; others come to the host's. */
export function notListening({ listens, instance }: Member, { from }: Question): string | undefined {
  if (from === 'local') return undefined;
  const loopback = from.family === 4 ? from.bits >> 24n === 127n : from.bits === 1n;
  const target = loopback ? addressText(from.family === 4 ? parseAddress('127.0.0.1')! : from) : instance.host.address;
  const any = from.family === 4 ? ['0.0.0.0', '*'] : ['::', '*'];
  if (listens.some((address) => any.includes(address) || (address === 'localhost' && loopback))) return undefined;
  if (listens.some((address) => parseAddress(address)?.family === from.family && (!loopback || address === target)))
    return undefined;
  return `nothing listens there: \`pg_listen\` is ${listens.join(',')}`;
}

const PASSWORDS: readonly string[] = ['scram-sha-256', 'md5', 'password'];

export function isPasswordMethod(method: string): boolean {
  return PASSWORDS.includes(method);
}

function checkRole(
  { servers }: Member,
  { user, database }: Question,
  line: RuleLine,
  method: string,
): Decision | undefined {
  const role = servers.postgres.roles.get(user);
  if (role === undefined) return denied('no-such-user', `the cluster has no user \`${user}\``, line);
  if (!role.login) return denied('no-login', `\`${user}\` is a role without \`login\``, line);
  if (isPasswordMethod(method) && role.password === undefined)
    return denied('no-password', `\`${user}\` has no password in the inventory`, line);
  if (method === 'scram-sha-256' && role.password === 'md5')
    return denied('other-password', `the password of \`${user}\` is stored as MD5, the line wants SCRAM`, line);
  if (database === 'replication' && !role.replication && !role.superuser)
    return denied('no-replication', `\`${user}\` has no right to replicate`, line);
  return undefined;
}

function checkDatabase(
  { servers, databases }: Member,
  { user, database }: Question,
  line: RuleLine,
): Decision | undefined {
  if (database === 'replication') return undefined;
  const found = databases.get(database);
  if (found === undefined) return denied('no-such-database', `the cluster has no database \`${database}\``, line);
  if (!found.allowsConnections)
    return denied('database-closed', `database \`${database}\` accepts no connections`, line);
  const { roles } = servers.postgres;
  if (
    found.connectors === undefined ||
    roles.get(user)!.superuser ||
    found.connectors.some((role) => roles.hasPrivilegesOf(user, role))
  )
    return undefined;
  return denied('no-connect', `\`${user}\` has no right to connect to \`${database}\` (\`revokeconn\`)`, line);
}

/** What a method asks of the client. */
export function methodText(method: string, user: string): string {
  switch (method) {
    case 'trust':
      return 'without any proof';
    case 'peer':
      return `as the system account \`${user}\``;
    case 'ident':
      return `when an ident server on the client's host says it is \`${user}\``;
    case 'cert':
      return `with a client certificate of \`${user}\``;
    case 'scram-sha-256':
    case 'md5':
      return 'with its password';
    case 'password':
      return 'with its password, sent as plain text';
    default:
      return `when ${method} agrees`;
  }
}

/** Why a line for a role is for this user. */
export function membershipNotes(
  { parsed }: RuleLine,
  { user }: Question,
  { roles, dialect }: Server,
): readonly string[] {
  if (parsed.kind !== 'line' || dialect !== 'postgres') return [];
  const { users } = parsed.line;
  if (users.some(({ text, quoted }) => text === user || (!quoted && text === 'all'))) return [];
  for (const { text, quoted } of users) {
    const path = quoted || !text.startsWith('+') ? undefined : roles.pathTo(user, text.slice(1));
    if (path !== undefined && path.length > 1)
      return [
        path
          .slice(1)
          .reduce(
            (sentence, role, i) => `${sentence}${i === 0 ? '' : ', which'} is a member of \`${role}\``,
            `\`${user}\``,
          ),
      ];
  }
  return [];
}
