import type { ParameterNames } from '../../../../schema/parameter-names.gen.ts';
import type { MapNode, Node, Span } from '../../../../source/node.ts';
import { leaderOf } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import type { HostParams } from '../../typed.ts';
import { field, items, maps, text, textField } from '../../nodes.ts';

/**
 * What the checks of users and databases may read of a cluster's leader. Clusters that have all of it in common are looked at once
 * (a thousand test clusters under one group): what is wrong with the lists is wrong once.
 */
const READ = [
  'pg_users',
  'pg_default_roles',
  'pg_databases',
  'pg_dbsu',
  'pg_replication_username',
  'pg_admin_username',
  'pg_monitor_username',
  'pg_dbsu_password',
  'pg_admin_password',
  'pg_replication_password',
  'pg_monitor_password',
  'pg_pwd_enc',
  'pg_version',
  'pg_default_service_dest',
  'pg_locale',
  'pg_encoding',
  'pg_lc_collate',
  'pg_lc_ctype',
  'pg_max_conn',
  'pgbouncer_auth_query',
  'pgbouncer_enabled',
] as const;

const SYSTEM_USERS = ['pgDbsu', 'pgReplicationUsername', 'pgAdminUsername', 'pgMonitorUsername'] as const;

/** A parameter that names a user whom the cluster itself needs. */
export type SystemUser = (typeof SYSTEM_USERS)[number];

/** Users and databases of a cluster as its leader sees them. */
export interface ClusterObjects {
  readonly cluster: ClusterView;
  /** Parameters of the declared primary, or of the first member; no others, see {@link READ}. */
  readonly params: Pick<HostParams, ParameterNames[(typeof READ)[number]]>;
  readonly users: readonly MapNode[];
  /** `pg_default_roles` as written, empty when the default list applies. */
  readonly defaultRoles: readonly MapNode[];
  /** Names of all default roles, in order, written or not. */
  readonly defaultRoleNames: readonly string[];
  readonly databases: readonly MapNode[];
  /** dbsu, replicator, admin and monitor: the users the cluster itself needs. */
  readonly systemUsers: ReadonlyMap<string, SystemUser>;
}

/** Objects of every cluster; of clusters that are alike in all that checks may read, those of the first. */
export function clusterObjects(context: CheckContext): readonly ClusterObjects[] {
  return context.once(clusterObjects, () => {
    const seen = new Set<string>();
    const ids = new Map<Node | undefined, number>();
    const id = (node: Node | undefined): number => ids.get(node) ?? (ids.set(node, ids.size), ids.size - 1);
    return context.clusters('pg_cluster').flatMap((cluster) => {
      const leader = leaderOf(context, cluster);
      const key = READ.map((name) => id(context.parameter(leader, name).node)).join(' ');
      if (seen.has(key)) return [];
      seen.add(key);
      return [objectsOf(cluster, context.of(leader))];
    });
  });
}

function objectsOf(cluster: ClusterView, params: ClusterObjects['params']): ClusterObjects {
  return {
    cluster,
    params,
    users: maps(params.pgUsers.node),
    defaultRoles: maps(params.pgDefaultRoles.node),
    defaultRoleNames: params.pgDefaultRoles.value.map(({ fields }) => fields.name.value),
    databases: maps(params.pgDatabases.node),
    systemUsers: new Map(SYSTEM_USERS.map((name) => [params[name].text, name])),
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
