import { report } from '../../../../diagnostics/report.ts';
import type { Rule } from '../../rule.ts';

const VALID = /^[A-Za-z0-9-]+$/;

export const clusterName: Rule = {
  codes: ['pg-cluster-name'],
  about: '`root` is the administrator of etcd, where every cluster gets a user of its own name.',
  *check(context) {
    for (const use of context.uses('pg_cluster')) {
      const name = use.node.kind === 'scalar' ? String(use.node.value ?? '') : '';
      if (use.node.kind === 'scalar' && use.node.value !== null && (!VALID.test(name) || name === 'root')) {
        yield report('pg-cluster-name', use.node.span, { name });
      }
    }
  },
};

export const groupName: Rule = {
  codes: ['pg-group-name'],
  about:
    "Operators select a cluster by the group's name: a group that names another cluster than its own " +
    'misleads them.',
  *check(context) {
    for (const group of context.groups.values()) {
      const entry = context.groupVar(group, 'pg_cluster');
      if (entry === undefined || group.name === 'all' || entry.value.kind !== 'scalar' || group.hosts.length === 0)
        continue;
      const name = String(entry.value.value ?? '');
      if (VALID.test(name) && name !== group.name) {
        yield report(
          'pg-group-name',
          entry.value.span,
          { group: group.name, name },
          group.key && { related: [{ span: group.key.span, message: 'the group' }] },
        );
      }
    }
  },
};
