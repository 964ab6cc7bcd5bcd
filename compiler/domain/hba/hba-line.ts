/**
 * One line of pg_hba.conf or pgb_hba.conf, read as its program reads it: PostgreSQL's hba.c, PgBouncer's hba.c. What the
 * program would refuse comes back as a problem in its words' sense.
 * https://www.postgresql.org/docs/current/auth-pg-hba-conf.html, https://www.pgbouncer.org/config.html#hba-file-format
 */
import { parseAddress, parseNetwork, single, type Address, type Network } from '../address.ts';

export type Dialect = 'postgres' | 'pgbouncer';

/** A name or keyword; in quotes a keyword is a name. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

export type ConnectionType = 'local' | 'host' | 'hostssl' | 'hostnossl' | 'hostgssenc' | 'hostnogssenc';

export type Source =
  | { readonly kind: 'local' | 'all' | 'samehost' | 'samenet' }
  | { readonly kind: 'network'; readonly network: Network }
  | { readonly kind: 'name'; readonly name: string };

export interface Line {
  readonly type: ConnectionType;
  readonly databases: readonly Token[];
  readonly users: readonly Token[];
  readonly source: Source;
  readonly method: string;
  /** `name=value` after the method. */
  readonly options: ReadonlyMap<string, string>;
}

/** What a text is: a line, nothing (blank or comment), or something the program refuses. */
export type Parsed =
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'problem'; readonly problem: string };

const TYPES: Readonly<Record<Dialect, readonly string[]>> = {
  postgres: ['local', 'host', 'hostssl', 'hostnossl', 'hostgssenc', 'hostnogssenc'],
  pgbouncer: ['local', 'host', 'hostssl', 'hostnossl'],
};

const METHODS: Readonly<Record<Dialect, readonly string[]>> = {
  postgres: [
    'trust',
    'reject',
    'scram-sha-256',
    'md5',
    'password',
    'gss',
    'sspi',
    'ident',
    'peer',
    'ldap',
    'radius',
    'cert',
    'pam',
    'bsd',
    'oauth',
  ],
  pgbouncer: ['trust', 'reject', 'scram-sha-256', 'md5', 'password', 'peer', 'cert', 'pam', 'ldap'],
};

/** Reads one line. */
export function parseLine(text: string, dialect: Dialect): Parsed {
  const fields = fieldsOf(text);
  if (fields.length === 0) return { kind: 'nothing' };
  const reader = new FieldReader(fields);
  const line = dialect === 'postgres' ? readPostgres(reader) : readPgbouncer(reader);
  return typeof line === 'string' ? { kind: 'problem', problem: line } : { kind: 'line', line };
}

/** The fields of a line, each a list of tokens: blanks separate fields, commas separate tokens, `#` ends the line outside quotes. */
function fieldsOf(text: string): readonly (readonly Token[])[] {
  const fields: Token[][] = [];
  let continues = false;
  let at = 0;
  for (;;) {
    while (at < text.length && /[\s,]/.test(text[at]!)) at++;
    if (at >= text.length || text[at] === '#') return fields;
    const quoted = text[at] === '"';
    let token = '';
    let inside = false;
    for (; at < text.length && (inside || !/[\s,#]/.test(text[at]!)); at++) {
      if (text[at] !== '"') token += text[at];
      else if (inside && text[at + 1] === '"') token += text[++at];
      else inside = !inside;
    }
    if (continues) fields.at(-1)!.push({ text: token, quoted });
    else fields.push([{ text: token, quoted }]);
    continues = text[at] === ',';
  }
}

class FieldReader {
  #at = 0;

  readonly #fields: readonly (readonly Token[])[];

  constructor(fields: readonly (readonly Token[])[]) {
    this.#fields = fields;
  }

  /** A list of tokens, or undefined at the end of the line. */
  list(): readonly Token[] | undefined {
    return this.#fields[this.#at++];
  }

  /** A field that must be one token; undefined when it is missing or a list. */
  one(): Token | undefined {
    const field = this.list();
    return field?.length === 1 ? field[0] : undefined;
  }

  rest(): readonly Token[] {
    return this.#fields.slice(this.#at).flat();
  }
}

function isKeyword(token: Token, keyword: string): boolean {
  return !token.quoted && token.text === keyword;
}

function readPostgres(reader: FieldReader): Line | string {
  const type = reader.one();
  if (type === undefined) return 'several connection types in one line';
  if (!TYPES.postgres.includes(type.text)) return `\`${type.text}\` is no connection type`;
  const databases = reader.list();
  const users = reader.list();
  if (databases === undefined) return 'the database is missing';
  if (users === undefined) return 'the user is missing';
  const source = type.text === 'local' ? ({ kind: 'local' } as const) : readSource(reader);
  if (typeof source === 'string') return source;
  const written = reader.one()?.text;
  if (written === undefined) return 'the authentication method is missing';
  if (!METHODS.postgres.includes(written)) return `\`${written}\` is no authentication method`;
  // PostgreSQL takes ident over a socket for peer.
  const method = type.text === 'local' && written === 'ident' ? 'peer' : written;
  if (method === 'peer' && type.text !== 'local') return '`peer` works on local sockets only';
  if (method === 'cert' && type.text !== 'hostssl') return '`cert` works on `hostssl` connections only';
  if (method === 'gss' && type.text === 'local') return '`gss` does not work on local sockets';
  const options = readOptions(reader);
  if (typeof options === 'string') return options;
  return { type: type.text as ConnectionType, databases, users, source, method, options };
}

function readSource(reader: FieldReader): Source | string {
  const token = reader.one();
  if (token === undefined) return 'the address is missing';
  for (const kind of ['all', 'samehost', 'samenet'] as const) if (isKeyword(token, kind)) return { kind };
  if (token.text.includes('/')) {
    const network = parseNetwork(token.text);
    return network === undefined ? `\`${token.text}\` is no network` : { kind: 'network', network };
  }
  const base = parseAddress(token.text);
  if (base === undefined) return { kind: 'name', name: token.text };
  return maskedNetwork(base, reader.one());
}

function maskedNetwork(base: Address, mask: Token | undefined): Source | string {
  const bits = mask === undefined ? undefined : parseAddress(mask.text);
  if (bits === undefined) return 'an address needs a mask, as in `10.1.2.3/32`';
  if (bits.family !== base.family) return 'address and mask are of different families';
  return { kind: 'network', network: { base, mask: bits.bits } };
}

function readOptions(reader: FieldReader): ReadonlyMap<string, string> | string {
  const options = new Map<string, string>();
  for (const { text } of reader.rest()) {
    const at = text.indexOf('=');
    if (at === -1) return `\`${text}\` is not of the form name=value`;
    options.set(text.slice(0, at), text.slice(at + 1));
  }
  return options;
}

function readPgbouncer(reader: FieldReader): Line | string {
  const type = reader.one();
  if (type === undefined || !TYPES.pgbouncer.includes(type.text))
    return `\`${type?.text ?? ''}\` is no connection type of PgBouncer`;
  const databases = reader.list();
  const users = reader.list();
  if (databases === undefined) return 'the database is missing';
  if (users === undefined) return 'the user is missing';
  for (const token of [...databases, ...users]) {
    const problem = unsupportedName(token);
    if (problem !== undefined) return problem;
  }
  const source = type.text === 'local' ? ({ kind: 'local' } as const) : readPoolSource(reader);
  if (typeof source === 'string') return source;
  const method = reader.one()?.text;
  if (method === undefined) return 'the authentication method is missing';
  if (!METHODS.pgbouncer.includes(method)) return `PgBouncer has no authentication method \`${method}\``;
  const options = readOptions(reader);
  if (typeof options === 'string') return options;
  return { type: type.text as ConnectionType, databases, users, source, method, options };
}

/** PgBouncer knows no roles: it cannot ask who is a member. */
function unsupportedName(token: Token): string | undefined {
  if (token.quoted) return undefined;
  if (token.text.startsWith('+')) return `PgBouncer does not know roles, so \`${token.text}\` means nothing to it`;
  return token.text === 'samerole' || token.text === 'samegroup'
    ? `PgBouncer does not know roles, so \`${token.text}\` means nothing to it`
    : undefined;
}

function readPoolSource(reader: FieldReader): Source | string {
  const token = reader.one();
  if (token === undefined) return 'the address is missing';
  if (isKeyword(token, 'all')) return { kind: 'all' };
  if (token.text.includes('/')) {
    const network = parseNetwork(token.text);
    return network === undefined ? `\`${token.text}\` is no network` : { kind: 'network', network };
  }
  const base = parseAddress(token.text);
  return base === undefined
    ? `\`${token.text}\` is no address: PgBouncer knows no host names`
    : maskedNetwork(base, reader.one());
}

/** A source that is exactly one address. */
export function oneAddress(address: Address): Source {
  return { kind: 'network', network: single(address) };
}
