/**
 * Host based authentication as data: rules of an instance expanded to lines, in the order PostgreSQL or PgBouncer
 * matches them. Pure; the text is made elsewhere.
 */
import type { HbaSpec } from '../../model/params.gen.ts';
import type { PgInstance, PgRole, Site } from '../../model/site.ts';
import { infraAddresses, memberAddresses } from '../pgsql-cluster.ts';

export type HbaTarget = 'postgres' | 'pgbouncer';
export type HbaConnection = 'local' | 'host' | 'hostssl';

export interface HbaEntry {
  readonly kind: 'entry';
  readonly connection: HbaConnection;
  /** Comma separated names or keywords, as PostgreSQL reads them. */
  readonly database: string;
  readonly user: string;
  /** CIDR or address; undefined for `local`. */
  readonly address: string | undefined;
  readonly method: string;
}

/** A line an inventory gives verbatim. */
export interface HbaRaw {
  readonly kind: 'raw';
  readonly text: string;
}

export type HbaLine = HbaEntry | HbaRaw;

export interface HbaRule {
  /** Which list the rule is from, and its place in it. */
  readonly list: 'default' | 'own';
  readonly index: number;
  readonly title: string | undefined;
  readonly role: HbaSpec['role'];
  readonly order: number | undefined;
  /** False when the rule is meant for instances of another role: its lines are kept as comments. */
  readonly enabled: boolean;
  readonly lines: readonly HbaLine[];
}

/** What names in rules stand for on one instance. */
export interface HbaScope {
  readonly role: PgRole;
  readonly offlineQuery: boolean;
  readonly passwordEncryption: string;
  readonly users: { readonly dbsu: string; readonly repl: string; readonly monitor: string; readonly admin: string };
  readonly addresses: {
    readonly admin: string;
    readonly infra: readonly string[];
    readonly cluster: readonly string[];
    readonly intranet: readonly string[];
  };
}

/** Every rule of an instance in matching order. */
export function hbaRules(site: Site, instance: PgInstance, target: HbaTarget): readonly HbaRule[] {
  const { params } = instance.host;
  const scope = hbaScope(instance.role, params, {
    admin: site.adminIp,
    infra: infraAddresses(site),
    cluster: memberAddresses(instance.cluster),
  });
  return target === 'postgres'
    ? orderedRules(scope, params.pgDefaultHbaRules, params.pgHbaRules, target)
    : orderedRules(scope, params.pgbDefaultHbaRules, params.pgbHbaRules, target);
}

/** Parameters of a host that say what names in rules stand for. */
export type HbaParams = Pick<
  PgInstance['host']['params'],
  | 'pgOfflineQuery'
  | 'pgPwdEnc'
  | 'pgDbsu'
  | 'pgReplicationUsername'
  | 'pgMonitorUsername'
  | 'pgAdminUsername'
  | 'nodeFirewallIntranet'
>;

/** What names in rules stand for on an instance with these parameters. */
export function hbaScope(
  role: PgRole,
  params: HbaParams,
  addresses: Omit<HbaScope['addresses'], 'intranet'>,
): HbaScope {
  return {
    role,
    offlineQuery: params.pgOfflineQuery,
    passwordEncryption: params.pgPwdEnc,
    users: {
      dbsu: params.pgDbsu,
      repl: params.pgReplicationUsername,
      monitor: params.pgMonitorUsername,
      admin: params.pgAdminUsername,
    },
    addresses: { ...addresses, intranet: params.nodeFirewallIntranet },
  };
}

/** Rules by `order` (equal ones as written, defaults first), then those without. */
export function orderedRules(
  scope: HbaScope,
  defaults: readonly HbaSpec[],
  own: readonly HbaSpec[],
  target: HbaTarget,
): readonly HbaRule[] {
  return inOrder([
    ...defaults.map((spec, index) => toRule(scope, spec, 'default', index, target)),
    ...own.map((spec, index) => toRule(scope, spec, 'own', index, target)),
  ]);
}

/** Rules of both lists, the defaults first, as a program gets them. */
export function inOrder<T extends Pick<HbaRule, 'order'>>(rules: readonly T[]): readonly T[] {
  const ordered = rules.filter((rule) => rule.order !== undefined).sort((a, b) => a.order! - b.order!);
  return [...ordered, ...rules.filter((rule) => rule.order === undefined)];
}

/** One rule of a list as it is on an instance. */
export function toRule(
  scope: HbaScope,
  spec: HbaSpec,
  list: HbaRule['list'],
  index: number,
  target: HbaTarget,
): HbaRule {
  return {
    list,
    index,
    title: spec.title,
    role: spec.role,
    order: spec.order,
    enabled: isEnabled(spec.role, scope),
    lines: expand(scope, spec, target),
  };
}

/** Whether a rule for a role is meant for an instance. */
export function isEnabled(role: HbaSpec['role'], scope: Pick<HbaScope, 'role' | 'offlineQuery'>): boolean {
  return role === 'default' || role === 'common' || role === scope.role || (role === 'offline' && scope.offlineQuery);
}

function expand(scope: HbaScope, spec: HbaSpec, target: HbaTarget): readonly HbaLine[] {
  if (spec.rules !== undefined && spec.rules.length > 0) return spec.rules.map((text) => ({ kind: 'raw', text }));
  const database = spec.db === '' ? 'all' : spec.db;
  const user = userName(spec.user, scope);
  const method = authMethod(spec.auth, scope, target);
  const addr = spec.addr ?? '';
  const entry = (connection: HbaConnection, address?: string): HbaEntry => ({
    kind: 'entry',
    connection,
    database,
    user,
    address,
    method,
  });
  // TLS is never asked of a connection that stays on the host.
  if (addr === 'local') return [entry('local')];
  if (addr === 'localhost') return [entry('local'), entry('host', '127.0.0.1/32'), entry('host', '::1/128')];
  const connection =
    spec.auth === 'ssl' || spec.auth === 'ssl-md5' || spec.auth === 'ssl-sha' || spec.auth === 'cert'
      ? 'hostssl'
      : 'host';
  return sourceAddresses(scope, addr).map((address) => entry(connection, address));
}

/** Networks behind an address alias; anything else is an address itself. */
function sourceAddresses({ addresses }: HbaScope, addr: string): readonly string[] {
  const single = (address: string): string => `${address}/32`;
  switch (addr) {
    case 'admin':
      return [single(addresses.admin)];
    case 'infra':
      return addresses.infra.map(single);
    case 'cluster':
      return addresses.cluster.map(single);
    case 'intra':
    case 'intranet':
      return addresses.intranet;
    case 'world':
    case 'all':
      return ['0.0.0.0/0', '::/0'];
    default:
      return [addr.includes('/') ? addr : single(addr)];
  }
}

/** `${dbsu}`, `${repl}`, `${monitor}`, `${admin}` stand for system users, only as the whole name. */
function userName(user: string, { users }: HbaScope): string {
  switch (user) {
    case '':
      return 'all';
    case '${dbsu}':
      return users.dbsu;
    case '${repl}':
      return users.repl;
    case '${monitor}':
      return users.monitor;
    case '${admin}':
      return users.admin;
    default:
      return user;
  }
}

function authMethod(auth: HbaSpec['auth'], scope: HbaScope, target: HbaTarget): string {
  switch (auth) {
    case 'deny':
      return 'reject';
    case 'pwd':
    case 'ssl':
      return scope.passwordEncryption === 'md5' ? 'md5' : 'scram-sha-256';
    case 'sha':
    case 'ssl-sha':
      return 'scram-sha-256';
    case 'ssl-md5':
      return 'md5';
    case 'os':
    case 'ident':
      return target === 'postgres' ? 'ident' : 'peer';
    default:
      return auth;
  }
}
