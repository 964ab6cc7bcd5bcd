/** Connections that a site lives by, asked of the rules as the servers read them: who is locked out, and by which line. */
import { parseAddress, type Address } from '../../../../domain/address.ts';
import type { Dialect } from '../../../../domain/hba/hba-line.ts';
import { firstMatch, type Connection } from '../../../../domain/hba/match.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { Span } from '../../../../source/node.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { subjectOf, type Subject, type SubjectLine } from './subjects.ts';

/** A client, named for people. */
export interface Client {
  readonly user: string;
  /** Undefined for replication. */
  readonly database: string | undefined;
  /** Address, or `local` for the socket of the host. */
  readonly from: string;
}

/** Why a client does not get in, and where that was written. */
export interface Refusal {
  readonly host: InventoryHost;
  readonly client: Client;
  readonly why: string;
  readonly span: Span;
}

/**
 * The refusal of a client by one member; undefined when it gets in, and when only the host can tell. A client over the
 * network tries with TLS and without, as libpq does. Passwords and certificates are taken to be right.
 */
export function refusalOf(
  context: CheckContext,
  cluster: ClusterView,
  host: InventoryHost,
  client: Client,
  dialect: Dialect = 'postgres',
): Refusal | undefined {
  const subject = subjectOf(context, cluster, host, dialect);
  const answers = context.once(subject, () => new Map<string, Answer>());
  // Lines about the host itself are the only ones that tell members with one file apart.
  const self = client.from === context.address(host) ? 'self' : '';
  const key = [client.user, client.database ?? ' ', client.from, self].join('\n');
  let answer = answers.get(key);
  if (answer === undefined) answers.set(key, (answer = ask(context, subject, context.address(host), client)));
  return answer === 'admitted' ? undefined : { host, client, ...blame(context, cluster, host, dialect, answer.by) };
}

/** Refused by a line, or because there is none. */
type Answer = 'admitted' | { readonly by: SubjectLine | undefined };

/** `own` is the address of the member that is asked. */
function ask(context: CheckContext, { dialect, lines, roles, params }: Subject, own: string, client: Client): Answer {
  const from = client.from === 'local' ? 'local' : parsed(context, client.from);
  if (from === undefined) return 'admitted';
  const address = parsed(context, own);
  const server = {
    dialect,
    version: params.pgVersion.value ?? 18,
    roles,
    own: address === undefined ? [] : [{ address, network: undefined }],
  };
  const { user, database } = client;
  let by: SubjectLine | undefined;
  for (const tls of from !== 'local' && (dialect === 'postgres' || offersTls(params)) ? [false, true] : [false]) {
    const [line, certain] = firstMatch(lines, { user, database, from, tls }, server);
    if (!certain || (line !== undefined && !isRefused(line, from))) return 'admitted';
    by ??= line;
  }
  return { by };
}

/** The members of a cluster ask each other many things. */
function parsed(context: CheckContext, text: string): Address | undefined {
  const known = context.once(parsed, () => new Map<string, Address | undefined>());
  if (!known.has(text)) known.set(text, parseAddress(text));
  return known.get(text);
}

function offersTls({ pgbouncerSslmode }: Subject['params']): boolean {
  return pgbouncerSslmode.value !== 'disable';
}

function isRefused({ parsed }: SubjectLine, from: Connection['from']): boolean {
  const method = parsed.kind === 'line' ? parsed.line.method : '';
  return method === 'reject' || (method === 'peer' && from !== 'local');
}

/** The line that refuses; without one, the list that has no line for the client. */
function blame(
  context: CheckContext,
  cluster: ClusterView,
  host: InventoryHost,
  dialect: Dialect,
  line: SubjectLine | undefined,
): Pick<Refusal, 'why' | 'span'> {
  const [defaults, own] = LISTS[dialect];
  const span =
    line?.node?.span ??
    [defaults, own].map((name) => context.parameter(host, name).traced).find((traced) => traced !== undefined)?.origin
      .key ??
    cluster.span;
  if (line === undefined) return { why: 'no rule admits it', span };
  const title = line.rule.title === undefined || line.rule.title === '' ? 'a rule' : `rule \`${line.rule.title}\``;
  return { why: `${title} refuses it`, span };
}

const LISTS = {
  postgres: ['pg_default_hba_rules', 'pg_hba_rules'],
  pgbouncer: ['pgb_default_hba_rules', 'pgb_hba_rules'],
} as const;
