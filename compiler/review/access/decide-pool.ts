/** What PgBouncer says to a client, and then PostgreSQL to PgBouncer: client.c and hba.c of 1.18 to 1.25. */
import { parseAddress } from '../../domain/address.ts';
import {
  connectionOf,
  decideServer,
  denied,
  hostDecides,
  isPasswordMethod,
  membershipNotes,
  methodOf,
  methodText,
  notListening,
  type Decision,
  type Question,
  type Reason,
} from './decide.ts';
import { firstMatch } from '../../domain/hba/match.ts';
import type { Member, RuleLine } from './member.ts';

/** The console of the pool, which it shows as a database. */
const CONSOLE = 'pgbouncer';

/** Answers a question for the pool of one member. */
export function decidePool(member: Member, question: Question): Decision {
  const { params } = member.view.host;
  if (!params.pgbouncerEnabled) return denied('no-pool', 'no pool runs here: `pgbouncer_enabled` is false');
  const server = member.servers.pgbouncer;
  const closed = notListening(member, question) ?? tlsProblem(params.pgbouncerSslmode, question);
  if (closed !== undefined) return typeof closed === 'string' ? denied('not-listening', closed) : closed;
  if (question.database === 'replication') return denied('no-pool-replication', 'the pool does not stream the log');
  const outsider = checkConsole(member, question);
  if (outsider !== undefined) return outsider;
  const [line, certain] = firstMatch(member.lines.pgbouncer, connectionOf(question), server);
  if (!certain) return hostDecides(line!);
  if (line === undefined) return denied('no-rule', 'no line of pgb_hba.conf is for this connection');
  const method = methodOf(line);
  if (method === 'reject') return denied('rejected', 'the line rejects it', line);
  return checkClient(member, question, line, method) ?? checkServer(member, question, line, method);
}

function tlsProblem(mode: string, { from, tls }: Question): Decision | undefined {
  if (from === 'local') return undefined;
  if (tls && mode === 'disable')
    return denied('no-tls', 'the pool does not offer TLS: `pgbouncer_sslmode` is `disable`');
  if (!tls && ['require', 'verify-ca', 'verify-full'].includes(mode))
    return denied('tls-required', `the pool wants TLS: \`pgbouncer_sslmode\` is \`${mode}\``);
  return undefined;
}

/** The console turns away users it is not for before it looks at the rules; users it does not know get no further than those. */
function checkConsole(member: Member, { user, database }: Question): Decision | undefined {
  const { pgDbsu, pgAdminUsername, pgMonitorUsername } = member.view.host.params;
  if (
    database !== CONSOLE ||
    !member.poolUsers.has(user) ||
    [pgDbsu, pgAdminUsername, pgMonitorUsername].includes(user)
  )
    return undefined;
  return denied(
    'not-pool-admin',
    `the console is for \`${pgDbsu}\`, \`${pgAdminUsername}\` and \`${pgMonitorUsername}\``,
  );
}

/** What the pool itself asks: a user it knows, with the proof its line wants. */
function checkClient(
  member: Member,
  { user, database, from }: Question,
  line: RuleLine,
  method: string,
): Decision | undefined {
  const { params } = member.view.host;
  const verifier = poolVerifier(member, user, database);
  if (verifier === 'unknown')
    return denied(
      'not-in-pool',
      params.pgbouncerAuthQuery
        ? `neither userlist.txt nor the server knows a user \`${user}\` with a password`
        : `\`${user}\` is not in userlist.txt (\`pgbouncer: true\` puts it there)`,
      line,
    );
  if (method === 'peer' && from !== 'local') return denied('peer-over-tcp', '`peer` works on local sockets only', line);
  if (isPasswordMethod(method) && verifier === undefined)
    return denied('no-password', `\`${user}\` has no password in userlist.txt`, line);
  if (method === 'scram-sha-256' && verifier === 'md5')
    return denied('other-password', `userlist.txt has an MD5 hash of \`${user}\`, the line wants SCRAM`, line);
  return undefined;
}

/** The kind of verifier the pool finds for a user; it asks the server only where it serves a database. */
function poolVerifier(
  { poolUsers, poolDatabases, servers, view }: Member,
  user: string,
  database: string,
): 'scram' | 'md5' | 'unknown' | undefined {
  if (poolUsers.has(user)) return poolUsers.get(user);
  if (!view.host.params.pgbouncerAuthQuery || !poolDatabases.has(database)) return 'unknown';
  const role = servers.postgres.roles.get(user);
  return role?.login === true && role.password !== undefined ? role.password : 'unknown';
}

/** What comes after the login: the console, or a connection of the pool to PostgreSQL in the user's name. */
function checkServer(member: Member, question: Question, line: RuleLine, method: string): Decision {
  const { params } = member.view.host;
  const { user, database } = question;
  const notes = [
    ...membershipNotes(line, question, member.servers.pgbouncer),
    ...(params.pgbouncerSslmode.startsWith('verify-') && question.from !== 'local'
      ? ['the pool wants a client certificate']
      : []),
  ];
  const allowed: Decision = {
    verdict: 'allowed',
    reason: 'allowed',
    text: methodText(method, user),
    line,
    method,
    notes,
  };
  if (database === CONSOLE) return allowed;
  if (!member.poolDatabases.has(database))
    return denied('no-pool-database', `the pool serves no database \`${database}\``, line);
  const target = poolTarget(member);
  if (typeof target === 'string')
    return {
      ...allowed,
      verdict: 'unknown',
      reason: 'host-decides',
      text: `the pool sends its connections to ${target}, whose rules are not in the inventory`,
    };
  const server = decideServer(target.member, { user, database, from: target.from, tls: target.from !== 'local' });
  const login = AFTER_LOGIN.includes(server.reason) ? serverLogin(member, question, method, server) : undefined;
  if (login !== undefined) return { ...denied('no-server-login', login, line, notes), server };
  if (server.verdict !== 'allowed')
    return {
      ...allowed,
      verdict: server.verdict,
      reason: server.verdict === 'denied' ? 'server-denies' : server.reason,
      text: `PostgreSQL says to the pool: ${server.text}`,
      server,
    };
  return { ...allowed, server };
}

/** What PostgreSQL says only to somebody who has logged in. */
const AFTER_LOGIN: readonly Reason[] = ['allowed', 'no-login', 'no-such-database', 'database-closed', 'no-connect'];

/** Where the pool connects to, seen from there. */
function poolTarget(member: Member): { readonly member: Member; readonly from: Question['from'] } | string {
  const { params, address } = member.view.host;
  const redirect = params.pgbouncerRedirectTo;
  const host = redirect === undefined || redirect === '' ? params.pgLocalhost : redirect;
  if (host.startsWith('/') || host === '') return { member, from: 'local' };
  if (host === 'localhost' || host === address || host.startsWith('127.'))
    return { member, from: parseAddress(host === address ? address : '127.0.0.1')! };
  return host;
}

/** The pool has no passwords: it logs in with what a client's SCRAM login leaves, or with an MD5 hash. Undefined when that works. */
function serverLogin(
  member: Member,
  { user, database }: Question,
  clientMethod: string,
  server: Decision,
): string | undefined {
  const method = server.method!;
  if (method === 'trust') return undefined;
  if (method === 'peer')
    return user === member.view.host.params.pgDbsu
      ? undefined
      : `the pool runs as \`${member.view.host.params.pgDbsu}\` and cannot log in as \`${user}\` by \`peer\``;
  if (!isPasswordMethod(method)) return `the pool cannot log in by \`${method}\``;
  const verifier = poolVerifier(member, user, database);
  if (verifier === undefined) return `the pool has no password to log in as \`${user}\``;
  if (
    verifier === 'md5'
      ? method === 'md5'
      : clientMethod !== 'password' && isPasswordMethod(clientMethod) && method !== 'password'
  )
    return undefined;
  return verifier === 'md5'
    ? `the pool has only an MD5 hash and cannot log in by \`${method}\``
    : `the pool has only a SCRAM verifier: before a SCRAM login of \`${user}\` it cannot log in to PostgreSQL`;
}
