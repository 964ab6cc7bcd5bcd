/**
 * One line of pg_hba.conf or pgb_hba.conf, read as its program reads it: PostgreSQL's hba.c, PgBouncer's hba.c. What the
 * program would refuse comes back as a variant of the message about it.
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
  | { readonly kind: 'problem'; readonly slug: 'hba-bad-line'; readonly found: PostgresProblem }
  | { readonly kind: 'problem'; readonly slug: 'hba-pool-line'; readonly found: PoolProblem };

type PostgresProblem = OfWord<'type' | 'method'> | Plain<'types' | 'peer' | 'cert' | 'gss'> | SharedProblem;
type PoolProblem = OfWord<'type' | 'method' | 'roles' | 'name'> | SharedProblem;
/** What both programs refuse. */
type SharedProblem =
  | OfWord<'network' | 'option'>
  | Plain<'no-database' | 'no-user' | 'no-address' | 'no-method' | 'mask' | 'families'>;

interface Plain<Name extends string> {
  readonly problem: Name;
}

interface OfWord<Name extends string> extends Plain<Name> {
  readonly word: string;
}

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
  if (dialect === 'postgres') {
    const line = readPostgres(reader);
    return 'problem' in line ? { kind: 'problem', slug: 'hba-bad-line', found: line } : { kind: 'line', line };
  }
  const line = readPgbouncer(reader);
  return 'problem' in line ? { kind: 'problem', slug: 'hba-pool-line', found: line } : { kind: 'line', line };
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

function readPostgres(reader: FieldReader): Line | PostgresProblem {
  const type = reader.one();
  if (type === undefined) return { problem: 'types' };
  if (!TYPES.postgres.includes(type.text)) return { problem: 'type', word: type.text };
  const databases = reader.list();
  const users = reader.list();
  if (databases === undefined) return { problem: 'no-database' };
  if (users === undefined) return { problem: 'no-user' };
  const source = type.text === 'local' ? ({ kind: 'local' } as const) : readSource(reader);
  if ('problem' in source) return source;
  const written = reader.one()?.text;
  if (written === undefined) return { problem: 'no-method' };
  if (!METHODS.postgres.includes(written)) return { problem: 'method', word: written };
  // PostgreSQL takes ident over a socket for peer.
  const method = type.text === 'local' && written === 'ident' ? 'peer' : written;
  if (method === 'peer' && type.text !== 'local') return { problem: 'peer' };
  if (method === 'cert' && type.text !== 'hostssl') return { problem: 'cert' };
  if (method === 'gss' && type.text === 'local') return { problem: 'gss' };
  const options = readOptions(reader);
  if ('problem' in options) return options;
  return { type: type.text as ConnectionType, databases, users, source, method, options };
}

function readSource(reader: FieldReader): Source | SharedProblem {
  const token = reader.one();
  if (token === undefined) return { problem: 'no-address' };
  for (const kind of ['all', 'samehost', 'samenet'] as const) if (isKeyword(token, kind)) return { kind };
  if (token.text.includes('/')) {
    const network = parseNetwork(token.text);
    return network === undefined ? { problem: 'network', word: token.text } : { kind: 'network', network };
  }
  const base = parseAddress(token.text);
  if (base === undefined) return { kind: 'name', name: token.text };
  return maskedNetwork(base, reader.one());
}

function maskedNetwork(base: Address, mask: Token | undefined): Source | SharedProblem {
  const bits = mask === undefined ? undefined : parseAddress(mask.text);
  if (bits === undefined) return { problem: 'mask' };
  if (bits.family !== base.family) return { problem: 'families' };
  return { kind: 'network', network: { base, mask: bits.bits } };
}

function readOptions(reader: FieldReader): ReadonlyMap<string, string> | SharedProblem {
  const options = new Map<string, string>();
  for (const { text } of reader.rest()) {
    const at = text.indexOf('=');
    if (at === -1) return { problem: 'option', word: text };
    options.set(text.slice(0, at), text.slice(at + 1));
  }
  return options;
}

function readPgbouncer(reader: FieldReader): Line | PoolProblem {
  const type = reader.one();
  if (type === undefined || !TYPES.pgbouncer.includes(type.text)) return { problem: 'type', word: type?.text ?? '' };
  const databases = reader.list();
  const users = reader.list();
  if (databases === undefined) return { problem: 'no-database' };
  if (users === undefined) return { problem: 'no-user' };
  for (const token of [...databases, ...users]) {
    if (needsRoles(token)) return { problem: 'roles', word: token.text };
  }
  const source = type.text === 'local' ? ({ kind: 'local' } as const) : readPoolSource(reader);
  if ('problem' in source) return source;
  const method = reader.one()?.text;
  if (method === undefined) return { problem: 'no-method' };
  if (!METHODS.pgbouncer.includes(method)) return { problem: 'method', word: method };
  const options = readOptions(reader);
  if ('problem' in options) return options;
  return { type: type.text as ConnectionType, databases, users, source, method, options };
}

/** PgBouncer knows no roles: it cannot ask who is a member. */
function needsRoles({ text, quoted }: Token): boolean {
  return !quoted && (text.startsWith('+') || text === 'samerole' || text === 'samegroup');
}

function readPoolSource(reader: FieldReader): Source | PoolProblem {
  const token = reader.one();
  if (token === undefined) return { problem: 'no-address' };
  if (isKeyword(token, 'all')) return { kind: 'all' };
  if (token.text.includes('/')) {
    const network = parseNetwork(token.text);
    return network === undefined ? { problem: 'network', word: token.text } : { kind: 'network', network };
  }
  const base = parseAddress(token.text);
  return base === undefined ? { problem: 'name', word: token.text } : maskedNetwork(base, reader.one());
}

/** A source that is exactly one address. */
export function oneAddress(address: Address): Source {
  return { kind: 'network', network: single(address) };
}
