/**
 * Host based authentication as data: rules of an instance expanded to lines, in the order PostgreSQL or PgBouncer
 * matches them. Pure; the text is made elsewhere.
 */
import type { HbaSpec } from '../../../compiler/model/params.gen.ts';
import type { PgInstance, Site } from '../../../compiler/model/site.ts';
import { infraAddresses, memberAddresses } from '../instance.ts';

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
  readonly title: string | undefined;
  readonly role: HbaSpec['role'];
  readonly order: number | undefined;
  /** False when the rule is meant for instances of another role: its lines are kept as comments. */
  readonly enabled: boolean;
  readonly lines: readonly HbaLine[];
}

/** Every rule of an instance in matching order: by `order` (equal ones as written, defaults first), then those without. */
export function hbaRules(site: Site, instance: PgInstance, target: HbaTarget): readonly HbaRule[] {
  const { params } = instance.host;
  const specs = target === 'postgres' ? [...params.pgDefaultHbaRules, ...params.pgHbaRules] : [...params.pgbDefaultHbaRules, ...params.pgbHbaRules];
  const ordered = specs.filter((spec) => spec.order !== undefined).sort((a, b) => a.order! - b.order!);
  return [...ordered, ...specs.filter((spec) => spec.order === undefined)].map((spec) => ({
    title: spec.title,
    role: spec.role,
    order: spec.order,
    enabled: isEnabled(spec.role, instance),
    lines: expand(site, instance, spec, target),
  }));
}

function isEnabled(role: HbaSpec['role'], instance: PgInstance): boolean {
  return role === 'default' || role === 'common' || role === instance.role || (role === 'offline' && instance.host.params.pgOfflineQuery);
}

function expand(site: Site, instance: PgInstance, spec: HbaSpec, target: HbaTarget): readonly HbaLine[] {
  if (spec.rules !== undefined && spec.rules.length > 0) return spec.rules.map((text) => ({ kind: 'raw', text }));
  const database = spec.db === '' ? 'all' : spec.db;
  const user = userName(spec.user, instance);
  const method = authMethod(spec.auth, instance, target);
  const addr = spec.addr ?? '';
  const entry = (connection: HbaConnection, address?: string): HbaEntry => ({ kind: 'entry', connection, database, user, address, method });
  // TLS is never asked of a connection that stays on the host.
  if (addr === 'local') return [entry('local')];
  if (addr === 'localhost') return [entry('local'), entry('host', '127.0.0.1/32'), entry('host', '::1/128')];
  const connection = spec.auth === 'ssl' || spec.auth === 'ssl-md5' || spec.auth === 'ssl-sha' || spec.auth === 'cert' ? 'hostssl' : 'host';
  return sourceAddresses(site, instance, addr).map((address) => entry(connection, address));
}

/** Networks behind an address alias; anything else is an address itself. */
function sourceAddresses(site: Site, instance: PgInstance, addr: string): readonly string[] {
  const single = (address: string): string => `${address}/32`;
  switch (addr) {
    case 'admin':
      return [single(site.adminIp)];
    case 'infra':
      return infraAddresses(site).map(single);
    case 'cluster':
      return memberAddresses(instance.cluster).map(single);
    case 'intra':
    case 'intranet':
      return instance.host.params.nodeFirewallIntranet;
    case 'world':
    case 'all':
      return ['0.0.0.0/0', '::/0'];
    default:
      return [addr.includes('/') ? addr : single(addr)];
  }
}

/** `${dbsu}`, `${repl}`, `${monitor}`, `${admin}` stand for system users, only as the whole name. */
function userName(user: string, instance: PgInstance): string {
  const { pgDbsu, pgReplicationUsername, pgMonitorUsername, pgAdminUsername } = instance.host.params;
  switch (user) {
    case '':
      return 'all';
    case '${dbsu}':
      return pgDbsu;
    case '${repl}':
      return pgReplicationUsername;
    case '${monitor}':
      return pgMonitorUsername;
    case '${admin}':
      return pgAdminUsername;
    default:
      return user;
  }
}

function authMethod(auth: HbaSpec['auth'], instance: PgInstance, target: HbaTarget): string {
  switch (auth) {
    case 'deny':
      return 'reject';
    case 'pwd':
    case 'ssl':
      return instance.host.params.pgPwdEnc === 'md5' ? 'md5' : 'scram-sha-256';
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
