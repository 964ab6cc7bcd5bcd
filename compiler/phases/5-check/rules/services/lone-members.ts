import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { remaining } from '../../../../domain/remaining.ts';
import type { MapNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { selectMembers } from '../../../4-resolve/selector.ts';
import { leaderOf } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { field, maps, scalar, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const loneMembers: Rule = {
  codes: ['service-lone-member'],
  about:
    'Services that end with one host although the cluster has more. Only services that the inventory ' +
    'writes itself: the default ones are made so that every cluster of two or more keeps reading and ' +
    'writing, and the one for slow queries is there for who has such members.',
  *check(context) {
    for (const list of ['pg_services', 'pg_default_services'] as const) {
      if (context.uses(list).length === 0) continue;
      for (const cluster of context.clusters('pg_cluster')) {
        if (cluster.members.length < 2) continue;
        for (const service of maps(context.parameter(leaderOf(context, cluster), list).node))
          yield* lone(context, cluster, service);
      }
    }
  },
};

function* lone(context: CheckContext, cluster: ClusterView, service: MapNode): Iterable<Diagnostic> {
  const name = textField(service, 'name');
  const selector = field(service, 'selector');
  if (name === undefined || selector === undefined) return;
  const select = (key: string): readonly InventoryHost[] => {
    const node = scalar(field(service, key));
    return node === undefined ? [] : selectMembers(node, cluster.members)[0];
  };
  const members = select('selector');
  const backups = select('backup').filter((host) => !members.includes(host));
  const leader = leaderOf(context, cluster);
  const served = { check: textField(service, 'check') ?? '/', members, backups };
  const left = (lost: readonly InventoryHost[]): number =>
    remaining(served, cluster.members, leader, new Set(lost)).most;
  if (left([]) === 0) return;
  const host = cluster.members.find((member) => left([member]) === 0);
  if (host !== undefined)
    yield report('service-lone-member', selector.span, { service: `${cluster.name}-${name}`, host: host.name });
}
