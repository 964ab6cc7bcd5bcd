import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { parameters, type ParameterInfo } from '../../../../schema/table.ts';
import { CLUSTER_NAMES } from '../../../../../emitters/modules.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { leaderOf } from '../../clusters.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';

export const commonValues: Rule = {
  codes: ['pg-members-differ', 'cluster-values-differ'],
  about:
    'Members have the same value of what a cluster, a Citus deployment, a store or a Redis cluster ' +
    'has once: one that differs would not start, replicate or find its peers, or loses it at the next ' +
    'failover.',
  *check(context) {
    yield* sameSettings(context);
    yield* sameInShard(context);
    yield* sameInModules(context);
  },
};

/** What a cluster has once: a member that differs would not start, replicate or find its peers, or loses it at the next failover. */
function* sameSettings(context: CheckContext): Iterable<Diagnostic> {
  const written = common().filter(({ name }) => context.uses(name).length > 0);
  for (const cluster of context.clusters('pg_cluster')) {
    if (cluster.members.length < 2) continue;
    const leader = leaderOf(context, cluster);
    for (const info of written) yield* differing(context, info, `cluster \`${cluster.name}\``, leader, cluster.members);
  }
}

/** What all groups of a Citus deployment have in common: they are one scope in the DCS, and log in to each other. */
function* sameInShard(context: CheckContext): Iterable<Diagnostic> {
  const shards = new Map<string, InventoryHost[]>();
  for (const cluster of context.clusters('pg_cluster')) {
    const leader = leaderOf(context, cluster);
    const shard = context.of(leader).pgMode.value === 'citus' ? context.of(leader).pgShard.value : '';
    if (shard !== '') shards.set(shard, [...(shards.get(shard) ?? []), leader]);
  }
  const written = common().filter(({ name, onePer }) => onePer === 'shard' && context.uses(name).length > 0);
  for (const [shard, leaders] of shards)
    for (const info of written) yield* differing(context, info, `shard \`${shard}\``, leaders[0]!, leaders);
}

/** Clusters of other modules have less in common, and the schema says what. */
function* sameInModules(context: CheckContext): Iterable<Diagnostic> {
  for (const identity of CLUSTER_NAMES.filter((name) => name !== 'pg_cluster')) {
    const module = parameters().get(identity)?.module;
    const written = [...parameters().values()].filter(
      (info) => info.module === module && info.onePer === 'cluster' && context.uses(info.name).length > 0,
    );
    for (const { name, members } of context.clusters(identity))
      for (const info of written)
        yield* differing(context, info, `cluster \`${name}\``, members[0]!, members, 'cluster-values-differ');
  }
}

/** Lists that every member shows to its own pool have a finding of their own. */
const SHARED_LISTS = ['pg_users', 'pg_databases', 'pg_default_roles'] as const;

/** Parameters of PostgreSQL clusters that members may not have of their own. */
function common(): readonly ParameterInfo[] {
  return (table ??= [...parameters().values()].filter(
    ({ name, module, levels, onePer }) =>
      module === 'PGSQL' &&
      (levels.includes('C') || levels.includes('G')) &&
      !levels.includes('A') &&
      onePer !== 'member' &&
      name !== 'pg_cluster' &&
      !(SHARED_LISTS as readonly string[]).includes(name),
  ));
}

let table: readonly ParameterInfo[] | undefined;

/** The first host whose value is not the one of the others. */
function* differing(
  context: CheckContext,
  info: ParameterInfo,
  whole: string,
  first: InventoryHost,
  hosts: readonly InventoryHost[],
  slug: 'pg-members-differ' | 'cluster-values-differ' = 'pg-members-differ',
): Iterable<Diagnostic> {
  const { name } = info;
  const other = hosts.find((host) => !sameValue(context, name, host, first));
  if (other === undefined) return;
  // Blame the place that was written: one of both may be a default.
  const [blamed, peer] = context.parameter(other, name).traced === undefined ? [first, other] : [other, first];
  yield report(slug, context.parameter(blamed, name).span, {
    name,
    whole,
    host: blamed.name,
    value: shown(context, info, blamed, 'one of its own'),
    peer: peer.name,
    other: shown(context, info, peer, 'another'),
  });
}

function sameValue(context: CheckContext, name: ParameterName, one: InventoryHost, other: InventoryHost): boolean {
  const [node, second] = [one, other].map((host) => context.parameter(host, name).traced?.node);
  if (node === second) return true;
  const [value, theirs] = [one, other].map((host) => context.parameter(host, name).plain ?? '');
  return typeof value === 'object' || typeof theirs === 'object'
    ? JSON.stringify(value) === JSON.stringify(theirs)
    : String(value) === String(theirs);
}

/** A value for the message; never a secret, and no list. */
function shown(context: CheckContext, { name, secret }: ParameterInfo, host: InventoryHost, hidden: string): string {
  const value = context.parameter(host, name).plain ?? '';
  if (secret !== undefined || typeof value === 'object') return hidden;
  return value === '' ? 'nothing' : `\`${String(value)}\``;
}

export const sharedLists: Rule = {
  codes: ['cluster-list-at-host'],
  about:
    "Lists of objects that the whole cluster has: the leader of the day applies them, every member's " +
    'pool admits by them.',
  *check(context) {
    for (const name of SHARED_LISTS) {
      for (const use of context.uses(name)) {
        if (use.traced.origin.scope !== 'host') continue;
        const [host] = use.hosts;
        const cluster = context.cluster('pg_cluster', context.of(host!).pgCluster.value);
        if (cluster === undefined || cluster.members.every((member) => use.hosts.includes(member))) continue;
        yield report('cluster-list-at-host', use.traced.origin.key ?? use.node.span, {
          name,
          host: host!.name,
          cluster: cluster.name,
        });
      }
    }
  },
};
