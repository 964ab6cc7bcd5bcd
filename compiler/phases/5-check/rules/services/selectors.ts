import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { ScalarNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { selectMembers } from '../../../4-resolve/selector.ts';
import type { CheckContext, Use } from '../../context.ts';
import { field, maps, scalar } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Selectors against the members of every cluster that has the service. */
export const selectors: Rule = function* (context) {
  for (const list of ['pg_services', 'pg_default_services']) {
    for (const use of context.uses(list)) {
      const clusters = clustersOf(context, use);
      for (const service of maps(use.node)) {
        const selector = scalar(field(service, 'selector'));
        const backup = scalar(field(service, 'backup'));
        if (selector !== undefined) yield* evaluate(selector, clusters, list === 'pg_services');
        // A backup that matches nobody leaves all members active, which is common.
        if (backup !== undefined) yield* evaluate(backup, clusters, false);
      }
    }
  }
};

function clustersOf(context: CheckContext, use: Use): readonly (readonly InventoryHost[])[] {
  const names = new Set(use.hosts.map((host) => context.text(host, 'pg_cluster')));
  names.delete('');
  return [...names].map((name) => context.cluster('pg_cluster', name)!.members);
}

/** A service shared by several clusters is in order when it has members in one of them. */
function* evaluate(selector: ScalarNode, clusters: readonly (readonly InventoryHost[])[], needed: boolean): Iterable<Diagnostic> {
  const nobody: Diagnostic[] = [];
  const said = new Set<string>();
  for (const members of clusters) {
    for (const problem of selectMembers(selector, members)[1]) {
      if (problem.slug === 'selector-selects-nobody') nobody.push(problem);
      else if (!said.has(problem.slug)) {
        said.add(problem.slug);
        yield problem;
      }
    }
  }
  if (needed && nobody.length === clusters.length && nobody.length > 0) yield nobody[0]!;
}
