import type { InventoryHost } from '../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from './context.ts';

/** PostgreSQL clusters and whom they follow, as rules see them. */

/** The declared primary, or the first member. */
export function leaderOf(context: CheckContext, cluster: ClusterView): InventoryHost {
  let leader = leaders.get(cluster);
  if (leader === undefined) {
    leader = cluster.members.find((host) => context.of(host).pgRole.value === 'primary') ?? cluster.members[0]!;
    leaders.set(cluster, leader);
  }
  return leader;
}

const leaders = new WeakMap<ClusterView, InventoryHost>();

/** The host behind an address of `pg_upstream`: its own, or for the VIP of a cluster the declared primary there. */
export function upstreamHost(context: CheckContext, address: string): InventoryHost | undefined {
  return context.host(address) ?? vipOwners(context).get(address);
}

function vipOwners(context: CheckContext): ReadonlyMap<string, InventoryHost> {
  return context.once(vipOwners, () => {
    const owners = context.clusters('pg_cluster').flatMap((cluster) => {
      const leader = leaderOf(context, cluster);
      const vip = context.of(leader).pgVipEnabled.value ? context.of(leader).pgVipAddress.value.split('/')[0]! : '';
      return vip === '' ? [] : [[vip, leader] as const];
    });
    return new Map(owners);
  });
}

/** The cluster a standby cluster follows; undefined for one that follows nobody, or nobody of this inventory. */
export function upstreamCluster(context: CheckContext, cluster: ClusterView): ClusterView | undefined {
  const leader = leaderOf(context, cluster);
  if (context.of(leader).pgRole.value !== 'primary') return undefined;
  const source = upstreamHost(context, context.of(leader).pgUpstream.value);
  const upstream = source && context.cluster('pg_cluster', context.of(source).pgCluster.value);
  return upstream === cluster ? undefined : upstream;
}

/** The cluster at the head of the upstream chain, whose copy this one is. */
export function originalCluster(context: CheckContext, cluster: ClusterView): ClusterView {
  const seen = new Set([cluster]);
  for (let at = cluster; ; seen.add(at)) {
    const next = upstreamCluster(context, at);
    if (next === undefined || seen.has(next)) return at;
    at = next;
  }
}
