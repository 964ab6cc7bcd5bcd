import type { InventoryHost } from '../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from './context.ts';

/** PostgreSQL clusters and whom they follow, as rules see them. */

/** The declared primary, or the first member. */
export function leaderOf(context: CheckContext, { members }: ClusterView): InventoryHost {
  return members.find((host) => context.text(host, 'pg_role') === 'primary') ?? members[0]!;
}

/** The host behind an address of `pg_upstream`: its own, or for the VIP of a cluster the declared primary there. */
export function upstreamHost(context: CheckContext, address: string): InventoryHost | undefined {
  return context.host(address) ?? vipOwners(context).get(address);
}

function vipOwners(context: CheckContext): ReadonlyMap<string, InventoryHost> {
  return context.once(vipOwners, () => {
    const owners = context.clusters('pg_cluster').flatMap((cluster) => {
      const leader = leaderOf(context, cluster);
      const vip = context.flag(leader, 'pg_vip_enabled') ? context.text(leader, 'pg_vip_address').split('/')[0]! : '';
      return vip === '' ? [] : [[vip, leader] as const];
    });
    return new Map(owners);
  });
}

/** The cluster a standby cluster follows; undefined for one that follows nobody, or nobody of this inventory. */
export function upstreamCluster(context: CheckContext, cluster: ClusterView): ClusterView | undefined {
  const leader = leaderOf(context, cluster);
  if (context.text(leader, 'pg_role') !== 'primary') return undefined;
  const source = upstreamHost(context, context.text(leader, 'pg_upstream'));
  const upstream = source && context.cluster('pg_cluster', context.text(source, 'pg_cluster'));
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
