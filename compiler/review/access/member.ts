/** What decides over access to one instance, read from the model: rules in matching order, roles, databases, the pool's lists. */
import type { DatabaseSpec, UserSpec } from '../../model/params.gen.ts';
import type { PgCluster, PgInstance, Site } from '../../model/site.ts';
import { hbaRules, type HbaRule } from '../../domain/hba/model.ts';
import { representableLine } from '../../domain/hba/text.ts';
import { instanceView, isEmptySecret, type InstanceView } from '../../../emitters/pgsql/instance.ts';
import { INITIAL_DATABASES, listenAddresses, originalOf } from '../../domain/pgsql-cluster.ts';
import { pooledDatabases, pooledUsers } from '../../../emitters/pgsql/pgbouncer/lists.ts';
import { passwordKind, systemPasswords } from '../../../emitters/pgsql/sql/role.ts';
import { parseAddress, type Network } from '../../domain/address.ts';
import { parseLine, type Dialect, type Parsed } from '../../domain/hba/hba-line.ts';
import type { Server } from '../../domain/hba/match.ts';
import { createdRoles, Roles, type Role, type WrittenRole } from '../../domain/hba/roles.ts';

/** One line of the file, with the rule it comes from. */
export interface RuleLine {
  readonly dialect: Dialect;
  readonly rule: HbaRule;
  /** Place of the line in its rule. */
  readonly index: number;
  readonly text: string;
  readonly parsed: Parsed;
}

export interface Member {
  readonly instance: PgInstance;
  readonly view: InstanceView;
  readonly databases: ReadonlyMap<string, Database>;
  /** In matching order, those of other roles left out. */
  readonly lines: Readonly<Record<Dialect, readonly RuleLine[]>>;
  readonly servers: Readonly<Record<Dialect, Server>>;
  /** Addresses the server listens on, as `pg_listen` gives them. */
  readonly listens: readonly string[];
  /** Users the pool knows, with the kind of verifier it has; undefined is an empty password. */
  readonly poolUsers: ReadonlyMap<string, Role['password']>;
  readonly poolDatabases: ReadonlySet<string>;
}

export interface Database {
  readonly owner: string;
  readonly allowsConnections: boolean;
  /** Roles that may connect, undefined when all may. */
  readonly connectors: readonly string[] | undefined;
}

/** @param networks networks of the host's interfaces by address, from its facts */
export function memberOf(site: Site, instance: PgInstance, networks: ReadonlyMap<string, Network> = new Map()): Member {
  const view = instanceView(site, instance.host)!;
  const { params } = instance.host;
  const source = originalOf(site, instance.cluster);
  const roles = new Roles(rolesOf(instanceView(site, source.primary.host)!));
  const own = ['127.0.0.1', '::1', instance.host.address].flatMap((text) => {
    const address = parseAddress(text);
    return address === undefined ? [] : [{ address, network: LOOPBACK_NETWORKS.get(text) ?? networks.get(text) }];
  });
  const server = (dialect: Dialect): Server => ({ dialect, version: params.pgVersion, roles, own });
  return {
    instance,
    view,
    databases: databasesOf(source),
    lines: { postgres: linesOf(site, instance, 'postgres'), pgbouncer: linesOf(site, instance, 'pgbouncer') },
    servers: { postgres: server('postgres'), pgbouncer: server('pgbouncer') },
    listens: listenAddresses(view).split(','),
    poolUsers: new Map(
      pooledUsers(view).map(({ name, password }) => [
        name,
        password === undefined ? undefined : passwordKind(view, password),
      ]),
    ),
    poolDatabases: new Set(pooledDatabases(params.pgDatabases).map(({ name }) => name)),
  };
}

const LOOPBACK_NETWORKS: ReadonlyMap<string, Network> = new Map([
  ['127.0.0.1', { base: parseAddress('127.0.0.0')!, mask: 0xff000000n }],
  ['::1', { base: parseAddress('::1')!, mask: (1n << 128n) - 1n }],
]);

function linesOf(site: Site, instance: PgInstance, dialect: Dialect): readonly RuleLine[] {
  return hbaRules(site, instance, dialect)
    .filter((rule) => rule.enabled)
    .flatMap((rule) =>
      rule.lines.flatMap((line, index): readonly RuleLine[] => {
        const text = representableLine(line);
        return text === undefined ? [] : [{ dialect, rule, index, text, parsed: parseLine(text, dialect) }];
      }),
    );
}

function rolesOf(view: InstanceView): readonly Role[] {
  const { params } = view.host;
  const passwords = systemPasswords(view);
  const listed = [...params.pgDefaultRoles, ...params.pgUsers]
    .filter(({ state }) => state !== 'absent')
    .map((role) => ({ ...role, granted: role.roles.flatMap(grantOf) }));
  return createdRoles(listed, params.pgDbsu, (name, written) => {
    const password = passwords.get(name) ?? written?.password;
    return password === undefined || isEmptySecret(password) ? undefined : passwordKind(view, password);
  });
}

function grantOf(membership: UserSpec['roles'][number]): WrittenRole['granted'] {
  if (typeof membership === 'string') return [{ role: membership }];
  return membership.state === 'grant' ? [{ role: membership.name, inherits: membership.inherit }] : [];
}

function databasesOf(cluster: PgCluster): ReadonlyMap<string, Database> {
  const { params } = cluster.primary.host;
  const open: Database = { owner: params.pgDbsu, allowsConnections: true, connectors: undefined };
  const databases = new Map<string, Database>([
    ...INITIAL_DATABASES.map((name) => [name, { ...open, allowsConnections: name !== 'template0' }] as const),
  ]);
  const privileged = [params.pgReplicationUsername, params.pgMonitorUsername, params.pgAdminUsername];
  for (const spec of params.pgDatabases) {
    if (spec.state !== 'absent') databases.set(spec.name, databaseOf(spec, params.pgDbsu, privileged));
  }
  return databases;
}

function databaseOf(spec: DatabaseSpec, dbsu: string, privileged: readonly string[]): Database {
  const owner = spec.owner === undefined || spec.owner === '' ? dbsu : spec.owner;
  return {
    owner,
    allowsConnections: spec.allowconn !== false,
    connectors: spec.revokeconn === true ? [owner, ...privileged] : undefined,
  };
}
