import { report } from '../../../../diagnostics/report.ts';
import { CLUSTER_NAMES } from '../../../../../emitters/modules.ts';
import type { Group } from '../../../2-merge/inventory.ts';
import type { Rule } from '../../rule.ts';

/** Variables that make a group a cluster: a host can be in one cluster of a kind only, the last group's value wins. */
const IDENTITIES = [...CLUSTER_NAMES, 'kafka_cluster', 'mysql_cluster'] as const;

export const oneCluster: Rule = {
  codes: ['host-in-two-clusters'],
  about: 'A host is in one cluster of a kind: of two values the one wins that comes last by name.',
  *check(context) {
    for (const name of IDENTITIES) {
      const groups = [...context.groups.values()].filter(
        (group) => group.name !== 'all' && context.groupVar(group, name) !== undefined,
      );
      if (groups.length < 2) continue;
      const owner = new Map<string, Group>();
      for (const group of groups) {
        for (const host of group.hosts) {
          const first = owner.get(host);
          if (first === undefined) owner.set(host, group);
          else if (value(first, name) !== value(group, name)) {
            yield report(
              'host-in-two-clusters',
              group.key?.span,
              { host, name, first: first.name, second: group.name },
              first.key && { related: [{ span: first.key.span, message: 'the other group' }] },
            );
          }
        }
      }
    }
  },
};

function value(group: Group, name: string): unknown {
  const node = group.vars.find((entry) => entry.key.text === name)?.value;
  return node?.kind === 'scalar' ? node.value : undefined;
}
