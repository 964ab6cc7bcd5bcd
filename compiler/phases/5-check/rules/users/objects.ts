import type { MapNode, Node, Span } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { leaderOf } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { field, items, maps, text, textField } from '../../nodes.ts';

/** Users and databases of a cluster as its leader sees them. */
export interface ClusterObjects {
  readonly cluster: ClusterView;
  /** The declared primary, or the first member. */
  readonly leader: InventoryHost;
  readonly users: readonly MapNode[];
  /** `pg_default_roles` as written, empty when the default list applies. */
  readonly defaultRoles: readonly MapNode[];
  /** Names of all default roles, in order, written or not. */
  readonly defaultRoleNames: readonly string[];
  readonly databases: readonly MapNode[];
  /** dbsu, replicator, admin and monitor: the users the cluster itself needs. */
  readonly systemUsers: ReadonlyMap<string, SystemUser>;
}

const PASSWORDS = ['pg_dbsu_password', 'pg_admin_password', 'pg_replication_password', 'pg_monitor_password'] as const;
const SYSTEM_USERS = ['pg_dbsu', 'pg_replication_username', 'pg_admin_username', 'pg_monitor_username'] as const;

/** A parameter that names a user whom the cluster itself needs. */
export type SystemUser = (typeof SYSTEM_USERS)[number];

/**
 * Objects of every cluster. Clusters that share all lists and system users (a thousand test clusters
 * under one group) are represented by the first: what is wrong with the lists is wrong once.
 */
export function clusterObjects(context: CheckContext): readonly ClusterObjects[] {
  return context.once(clusterObjects, () => {
    const seen = new Set<string>();
    const ids = new Map<Node | undefined, number>();
    const id = (node: Node | undefined): number => ids.get(node) ?? (ids.set(node, ids.size), ids.size - 1);
    return context.clusters('pg_cluster').flatMap((cluster) => {
      const leader = leaderOf(context, cluster);
      const nodes = [
        'pg_users',
        'pg_default_roles',
        'pg_databases',
        ...SYSTEM_USERS,
        'pg_version',
        'pgbouncer_auth_query',
        'pgbouncer_enabled',
        'pg_default_service_dest',
        'pg_locale',
        'pg_encoding',
        'pg_max_conn',
        ...PASSWORDS,
      ] as const;
      const key = nodes.map((name) => id(context.parameter(leader, name).node)).join(' ');
      if (seen.has(key)) return [];
      seen.add(key);
      return [objectsOf(context, cluster, leader)];
    });
  });
}

function objectsOf(context: CheckContext, cluster: ClusterView, leader: InventoryHost): ClusterObjects {
  return {
    cluster,
    leader,
    users: maps(context.of(leader).pgUsers.node),
    defaultRoles: maps(context.of(leader).pgDefaultRoles.node),
    defaultRoleNames: context.of(leader).pgDefaultRoles.value.map(({ fields }) => fields.name.value),
    databases: maps(context.of(leader).pgDatabases.node),
    systemUsers: new Map(SYSTEM_USERS.map((name) => [context.parameter(leader, name).text, name])),
  };
}

/** Span of an object's name, or of the object. */
export function nameSpan(node: MapNode): Span {
  return field(node, 'name')?.span ?? node.span;
}

/** Names of the roles granted to a user, with their places: `roles` holds names or `{name, …}`. */
export function grantedRoles(
  user: MapNode,
): readonly { readonly name: string; readonly span: Span; readonly node: Node }[] {
  return items(field(user, 'roles')).flatMap((node) => {
    const name = text(node) ?? textField(node, 'name');
    if (name === undefined || textField(node, 'state') === 'absent') return [];
    return [{ name, span: node.kind === 'map' ? nameSpan(node) : node.span, node }];
  });
}
