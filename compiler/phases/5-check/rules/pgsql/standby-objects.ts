import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { leaderOf, originalCluster } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { flag, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { nameSpan } from '../users/objects.ts';

export const standbyObjects: Rule = {
  codes: ['pg-standby-objects', 'pg-standby-pool'],
  about:
    'A standby cluster is a copy of another one, its users and databases included. Its own lists fill ' +
    'the lists of its pools, so they must say what the original says.',
  *check(context) {
    for (const cluster of context.clusters('pg_cluster')) {
      const original = originalCluster(context, cluster);
      if (original === cluster) continue;
      const pair = { cluster, leader: leaderOf(context, cluster), original, source: leaderOf(context, original) };
      yield* strangers(context, pair, 'pg_users', 'user', sameUser);
      yield* strangers(context, pair, 'pg_databases', 'database');
      yield* systemPasswords(context, pair);
      yield* missingObjects(context, pair);
    }
  },
};

/** A list of what a cluster's leader creates. */
type ObjectList = 'pg_users' | 'pg_databases';

interface Pair {
  readonly cluster: ClusterView;
  readonly leader: InventoryHost;
  readonly original: ClusterView;
  readonly source: InventoryHost;
}

function present(context: CheckContext, host: InventoryHost, list: ObjectList): ReadonlyMap<string, MapNode> {
  const objects = maps(context.parameter(host, list).node).filter((object) => textField(object, 'state') !== 'absent');
  return new Map(objects.map((object) => [textField(object, 'name') ?? '', object]));
}

/** Objects that only the copy declares, or declares otherwise. */
function* strangers(
  context: CheckContext,
  { cluster, leader, original, source }: Pair,
  list: ObjectList,
  kind: string,
  compare?: (mine: MapNode, theirs: MapNode) => 'password' | undefined,
): Iterable<Diagnostic> {
  if (context.parameter(leader, list).node === context.parameter(source, list).node) return;
  const theirs = present(context, source, list);
  const everywhere = new Set(context.of(source).pgDefaultRoles.value.map(({ fields }) => fields.name.value));
  for (const [name, object] of present(context, leader, list)) {
    if (name === '' || (kind === 'user' && everywhere.has(name))) continue;
    const other = theirs.get(name);
    const place = nameSpan(object);
    const who = { kind, name, cluster: cluster.name };
    const difference = other && compare?.(object, other);
    if (other === undefined)
      yield report('pg-standby-objects', place, { ...who, problem: 'absent', original: original.name });
    else if (difference !== undefined)
      yield report(
        'pg-standby-objects',
        place,
        { ...who, problem: difference },
        { related: [{ span: nameSpan(other), message: 'the original' }] },
      );
  }
}

function sameUser(mine: MapNode, theirs: MapNode): 'password' | undefined {
  const [password, other] = [textField(mine, 'password'), textField(theirs, 'password')];
  return password === undefined || password === other ? undefined : 'password';
}

/** The pool's own users log in with the verifiers of the original. */
function* systemPasswords(context: CheckContext, { cluster, leader, source }: Pair): Iterable<Diagnostic> {
  for (const [user, parameter] of SYSTEM_USERS) {
    if (context.parameter(leader, parameter).text === context.parameter(source, parameter).text) continue;
    yield report(
      'pg-standby-objects',
      context.parameter(context.parameter(leader, parameter).traced === undefined ? source : leader, parameter).span,
      {
        kind: 'user',
        name: context.parameter(leader, user).text,
        cluster: cluster.name,
        problem: 'parameter',
        parameter,
      },
    );
  }
}

const SYSTEM_USERS = [
  ['pg_monitor_username', 'pg_monitor_password'],
  ['pg_admin_username', 'pg_admin_password'],
] as const;

/** Users and databases that one reaches through the pools of the original, and not through those of the copy. */
function* missingObjects(context: CheckContext, { cluster, leader, original, source }: Pair): Iterable<Diagnostic> {
  if (!context.of(leader).pgbouncerEnabled.value) return;
  const missing = (list: ObjectList, pooled: (object: MapNode) => boolean): readonly MapNode[] => {
    const mine = present(context, leader, list);
    return [...present(context, source, list)].flatMap(([name, object]) =>
      mine.has(name) || !pooled(object) ? [] : [object],
    );
  };
  const users = context.of(leader).pgbouncerAuthQuery.value
    ? []
    : missing('pg_users', (user) => flag(user, 'pgbouncer') === true);
  const objects = [...users, ...missing('pg_databases', (database) => flag(database, 'pgbouncer') !== false)];
  if (objects.length === 0) return;
  const names = objects.map((object) => `\`${textField(object, 'name') ?? ''}\``).join(', ');
  yield report(
    'pg-standby-pool',
    cluster.span,
    { cluster: cluster.name, original: original.name, names },
    { related: [{ span: nameSpan(objects[0]!), message: 'declared there' }] },
  );
}
