/** Whether a line is for a connection: PostgreSQL's check_hba, PgBouncer's hba_eval. */
import { contains, type Address, type Network } from '../address.ts';
import type { Dialect, Line, Parsed, Source, Token } from './hba-line.ts';
import type { Roles } from './roles.ts';

/** A connection somebody tries to make, as the server sees it. */
export interface Connection {
  readonly user: string;
  /** Undefined for physical replication, which has none. */
  readonly database: string | undefined;
  /** `local` is the Unix socket. */
  readonly from: Address | 'local';
  readonly tls: boolean;
}

/** What lines are matched against besides the connection. */
export interface Server {
  readonly dialect: Dialect;
  /** Major version of PostgreSQL: 16 brought regular expressions. */
  readonly version: number;
  readonly roles: Roles;
  /** Addresses of the server itself, with the networks of its interfaces where they are known. */
  readonly own: readonly { readonly address: Address; readonly network: Network | undefined }[];
}

/** `maybe` where only the host can tell: a host name, the mask of an interface, a file of names. */
export type Match = 'yes' | 'no' | 'maybe';

export function matchLine(line: Line, connection: Connection, server: Server): Match {
  if (!matchType(line, connection)) return 'no';
  const user = any(line.users, (token) => matchUser(token, connection, server));
  if (user === 'no') return 'no';
  const database = any(line.databases, (token) => matchDatabase(token, connection, server));
  if (database === 'no') return 'no';
  const source = matchSource(line.source, connection, server);
  if (source === 'no') return 'no';
  return user === 'maybe' || database === 'maybe' ? 'maybe' : source;
}

/** The first line that is or may be for the connection, and whether that is certain. Lines the program refuses are skipped. */
export function firstMatch<L extends { readonly parsed: Parsed }>(
  lines: readonly L[],
  connection: Connection,
  server: Server,
): readonly [line: L | undefined, certain: boolean] {
  for (const line of lines) {
    if (line.parsed.kind !== 'line') continue;
    const match = matchLine(line.parsed.line, connection, server);
    if (match !== 'no') return [line, match === 'yes'];
  }
  return [undefined, true];
}

/** Whether one of several parts is for the connection. */
function any<T>(parts: readonly T[], matches: (part: T) => Match): Match {
  let result: Match = 'no';
  for (const part of parts) {
    const match = matches(part);
    if (match === 'yes') return 'yes';
    if (match === 'maybe') result = 'maybe';
  }
  return result;
}

const yesNo = (yes: boolean): Match => (yes ? 'yes' : 'no');

/** Nothing the compiler knows of encrypts with GSSAPI. */
function matchType({ type }: Line, { from, tls }: Connection): boolean {
  if (from === 'local') return type === 'local';
  switch (type) {
    case 'local':
    case 'hostgssenc':
      return false;
    case 'hostssl':
      return tls;
    case 'hostnossl':
      return !tls;
    case 'host':
    case 'hostnogssenc':
      return true;
  }
}

function matchSource(source: Source, { from }: Connection, server: Server): Match {
  if (from === 'local') return 'yes';
  switch (source.kind) {
    case 'local':
      return 'no';
    case 'all':
      return 'yes';
    case 'samehost':
      return yesNo(server.own.some(({ address }) => address.family === from.family && address.bits === from.bits));
    case 'samenet':
      return any(server.own, ({ address, network }) => {
        if (address.family !== from.family) return 'no';
        if (address.bits === from.bits) return 'yes';
        return network === undefined ? 'maybe' : yesNo(contains(network, from));
      });
    case 'name':
      return 'maybe';
    case 'network':
      // PgBouncer does not mask the address of the rule: one with bits behind its mask matches nobody.
      if (
        server.dialect === 'pgbouncer' &&
        (source.network.base.bits & source.network.mask) !== source.network.base.bits
      )
        return 'no';
      return yesNo(contains(source.network, from));
  }
}

function matchDatabase(token: Token, { database, user }: Connection, server: Server): Match {
  const keyword = token.quoted ? '' : token.text;
  // Physical replication belongs to no database: only its own keyword lets it in.
  if (database === undefined) return yesNo(keyword === 'replication');
  if (keyword === 'all') return 'yes';
  if (keyword === 'sameuser') return yesNo(database === user);
  if (keyword === 'samerole' || keyword === 'samegroup') return yesNo(server.roles.isMember(user, database));
  if (keyword === 'replication') return 'no';
  return matchName(token, database, server);
}

function matchUser(token: Token, { user }: Connection, server: Server): Match {
  if (!token.quoted && token.text === 'all') return 'yes';
  if (!token.quoted && token.text.startsWith('+') && server.dialect === 'postgres')
    return yesNo(server.roles.isMember(user, token.text.slice(1)));
  return matchName(token, user, server);
}

function matchName(token: Token, name: string, { dialect, version }: Server): Match {
  if (!token.quoted && token.text.startsWith('@') && token.text.length > 1) return 'maybe';
  if (dialect === 'postgres' && version >= 16 && token.text.startsWith('/'))
    return matchExpression(token.text.slice(1), name);
  return yesNo(token.text === name);
}

/** PostgreSQL's expressions are not JavaScript's, but those people write for names mean the same in both. */
function matchExpression(expression: string, name: string): Match {
  try {
    return yesNo(new RegExp(expression, 'u').test(name));
  } catch {
    return 'maybe';
  }
}
