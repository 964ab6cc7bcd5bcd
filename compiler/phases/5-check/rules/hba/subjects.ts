import type { Dialect } from '../../../../domain/hba/hba-line.ts';
import { createdRoles, Roles, type WrittenRole } from '../../../../domain/hba/roles.ts';
import { inOrder } from '../../../../domain/hba/model.ts';
import { INITIAL_DATABASES } from '../../../../domain/pgsql-cluster.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { leaderOf, originalCluster } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { toBoolean } from '../../nodes.ts';
import type { Fields, HostParams, Item, Typed } from '../../typed.ts';
import { HbaLists, LISTS, type SubjectLine, type SubjectParams } from './lists.ts';

export type { SubjectLine } from './lists.ts';

/** The file of one member, as it will be written. */
export interface Subject {
  readonly dialect: Dialect;
  readonly cluster: ClusterView;
  readonly host: InventoryHost;
  /** Parameters of the member; no others, because members with the same file share it. */
  readonly params: SubjectParams;
  readonly roles: Roles;
  readonly databases: ReadonlySet<string>;
  /** False for a copy of another cluster, whose users and databases are declared there. */
  readonly complete: boolean;
  readonly lines: readonly SubjectLine[];
}

/** Files of all members with a rule of their own; those that would be equal in all that rules can say are looked at once. */
export function subjects(context: CheckContext): readonly Subject[] {
  return context.once(subjects, () => [
    ...new Set(
      context
        .clusters('pg_cluster')
        .flatMap((cluster) =>
          cluster.members.flatMap((host) =>
            DIALECTS.flatMap((dialect) =>
              LISTS[dialect].every((name) => context.parameter(host, name).node === undefined)
                ? []
                : [subjectOf(context, cluster, host, dialect)],
            ),
          ),
        ),
    ),
  ]);
}

/** The file of one member; members whose files are equal share one. */
export function subjectOf(context: CheckContext, cluster: ClusterView, host: InventoryHost, dialect: Dialect): Subject {
  const known = context.once(DIALECTS, () => ({
    postgres: new Map<InventoryHost, Subject>(),
    pgbouncer: new Map<InventoryHost, Subject>(),
  }))[dialect];
  let subject = known.get(host);
  if (subject === undefined) known.set(host, (subject = sharedSubject(context, cluster, host, dialect)));
  return subject;
}

function sharedSubject(context: CheckContext, cluster: ClusterView, host: InventoryHost, dialect: Dialect): Subject {
  const { byKey, lists } = context.once(sharedSubject, () => ({
    byKey: new Map<string, Subject>(),
    lists: new HbaLists(context),
  }));
  const original = originalOf(context, cluster);
  const keys = LISTS[dialect].map((list) => lists.keyOf(cluster, host, list));
  const key = [...keys, ...OBJECTS.map((name) => lists.id(context.parameter(original, name).node))].join(' ');
  let subject = byKey.get(key);
  if (subject === undefined) {
    subject = {
      dialect,
      cluster,
      host,
      params: context.of(host),
      ...context.once(original, () => ({
        roles: rolesOf(context, original),
        databases: databaseNames(context, original),
      })),
      complete: context.of(original).pgUpstream.value === '',
      lines: inOrder(LISTS[dialect].flatMap((list, i) => lists.rules(keys[i]!, cluster, host, dialect, list))).flatMap(
        ({ lines }) => lines,
      ),
    };
    byKey.set(key, subject);
  }
  return subject;
}

/** Where the users and databases of a cluster are declared. */
function originalOf(context: CheckContext, cluster: ClusterView): InventoryHost {
  const known = context.once(originalOf, () => new Map<ClusterView, InventoryHost>());
  let original = known.get(cluster);
  if (original === undefined) known.set(cluster, (original = leaderOf(context, originalCluster(context, cluster))));
  return original;
}

const DIALECTS = ['postgres', 'pgbouncer'] as const;
const OBJECTS = ['pg_users', 'pg_default_roles', 'pg_databases'] as const;

/** Those of a list that are to be there. */
function present<T extends { readonly state: unknown }>(list: readonly Item<T>[]): readonly Fields<T>[] {
  return list.map(({ fields }) => fields).filter((fields) => (fields.state as Typed<string>).value !== 'absent');
}

/** Also under the names that parameters give the cluster's own users, where the lists have others. */
function rolesOf(context: CheckContext, leader: InventoryHost): Roles {
  const { pgDefaultRoles, pgUsers, pgDbsu, pgReplicationUsername, pgMonitorUsername, pgAdminUsername } =
    context.of(leader);
  const own = [pgReplicationUsername, pgMonitorUsername, pgAdminUsername].map(({ value: name }) => ({
    name,
    granted: [],
  }));
  // Most clusters share the list of roles.
  const defaults = context.once(pgDefaultRoles.value, () => listedRoles(pgDefaultRoles.value));
  const listed = [...own, ...defaults, ...listedRoles(pgUsers.value)];
  return new Roles(createdRoles(listed, pgDbsu.value, () => undefined));
}

function listedRoles(list: HostParams['pgUsers' | 'pgDefaultRoles']['value']): readonly WrittenRole[] {
  return present([...list]).map(({ name, login, superuser, replication, inherit, roles }) => ({
    name: name.value,
    login: toBoolean(login.plain),
    superuser: toBoolean(superuser.plain),
    replication: toBoolean(replication.plain),
    inherit: toBoolean(inherit.plain),
    granted: roles.value.flatMap(({ text, fields }) => {
      if (text !== '') return [{ role: text }];
      const isGranted = fields.name.value !== '' && fields.state.value === 'grant';
      return isGranted ? [{ role: fields.name.value, inherits: toBoolean(fields.inherit.plain) }] : [];
    }),
  }));
}

/** Of the server and of its pool. */
function databaseNames(context: CheckContext, leader: InventoryHost): ReadonlySet<string> {
  return new Set([
    ...INITIAL_DATABASES,
    'pgbouncer',
    ...present(context.of(leader).pgDatabases.value).map(({ name }) => name.value),
  ]);
}
