import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import type { Rule } from '../../rule.ts';

export const identified: Rule = {
  codes: ['pg-identity-missing', 'pg-cluster-missing'],
  about: 'Every member of a cluster says which instance it is: pg_seq and pg_role.',
  *check(context) {
    for (const cluster of context.clusters('pg_cluster')) {
      for (const host of cluster.members) {
        const missing = (['pg_seq', 'pg_role'] as const).filter(
          (name) => context.parameter(host, name).node === undefined,
        );
        if (missing.length > 0) {
          yield report('pg-identity-missing', host.key.span, {
            host: host.name,
            cluster: cluster.name,
            missing: missing.join(' and '),
          });
        }
      }
    }
    for (const use of context.uses('pg_seq')) {
      const host = use.hosts.find((h) => context.of(h).pgCluster.node === undefined);
      if (host !== undefined) yield report('pg-cluster-missing', context.of(host).pgSeq.span, { host: host.name });
    }
  },
};

export const uniqueSeq: Rule = {
  codes: ['pg-seq-duplicate'],
  about: 'Numbers are unique in a cluster: they name instances, in the DCS and in monitoring.',
  *check(context) {
    for (const cluster of context.clusters('pg_cluster')) {
      const seen = new Map<string, InventoryHost>();
      for (const host of cluster.members) {
        const seq = context.of(host).pgSeq.text;
        const first = seen.get(seq);
        if (seq === '') continue;
        if (first === undefined) seen.set(seq, host);
        // One value for a whole group is reported as given at the wrong level.
        else if (context.of(first).pgSeq.node !== context.of(host).pgSeq.node) {
          yield report(
            'pg-seq-duplicate',
            context.of(host).pgSeq.span,
            { seq, cluster: cluster.name, first: first.name },
            {
              related: [{ span: context.of(first).pgSeq.span, message: 'first given here' }],
            },
          );
        }
      }
    }
  },
};

const ROLES = ['replica', 'standby', 'offline', 'delayed'];

export const onePrimary: Rule = {
  codes: ['pg-no-primary', 'pg-two-primaries'],
  about: 'Patroni elects leaders at run time, but the inventory says who creates the data: exactly one ' + 'member.',
  *check(context) {
    for (const cluster of context.clusters('pg_cluster')) {
      const primaries = cluster.members.filter((host) => context.of(host).pgRole.value === 'primary');
      // A member without a role, or with a misspelled one, is reported as that.
      if (primaries.length === 0 && cluster.members.every((host) => ROLES.includes(context.of(host).pgRole.value))) {
        yield report('pg-no-primary', cluster.span, { cluster: cluster.name });
      }
      for (const extra of primaries.slice(1)) yield secondPrimary(context, cluster, primaries[0]!, extra);
    }
  },
};

function secondPrimary(
  context: CheckContext,
  cluster: ClusterView,
  first: InventoryHost,
  extra: InventoryHost,
): Diagnostic {
  // Members with groups of their own are shards of one database that were given one name.
  const [group, other] = [first, extra].map((host) => context.of(host).pgGroup.text);
  return report(
    'pg-two-primaries',
    context.of(extra).pgRole.span,
    { cluster: cluster.name, host: extra.name, first: first.name },
    {
      help:
        group === other
          ? 'declare this member `replica`'
          : `group ${other} of a Citus deployment is a cluster of its own: give it a \`pg_cluster\` of its own, and \`pg_shard\` to all`,
      related: [{ span: context.of(first).pgRole.span, message: 'the first primary' }],
    },
  );
}

export const noInstances: Rule = {
  codes: ['pg-instances-ignored'],
  about: 'Reserved upstream for several instances on one host, and read by nothing.',
  *check(context) {
    for (const use of context.uses('pg_instances'))
      yield report('pg-instances-ignored', use.traced.origin.key ?? use.node.span, {});
  },
};

export const synchronousPeers: Rule = {
  codes: ['crit-single-member'],
  about: 'Crit tuning makes every commit wait for a second member.',
  *check(context) {
    for (const cluster of context.clusters('pg_cluster')) {
      const only = cluster.members[0]!;
      if (cluster.members.length === 1 && context.of(only).pgConf.value === 'crit.yml') {
        yield report('crit-single-member', context.of(only).pgConf.span, { cluster: cluster.name });
      }
    }
  },
};

export const offlineMembers: Rule = {
  codes: ['pg-offline-primary', 'pg-offline-failover'],
  about: 'Members for slow queries are replicas, and one that may become the leader is told.',
  *check(context) {
    for (const cluster of context.clusters('pg_cluster')) {
      for (const host of cluster.members) {
        const role = context.of(host).pgRole.value;
        if (
          role === 'primary' &&
          cluster.members.length > 1 &&
          context.of(host).pgOfflineQuery.node !== undefined &&
          context.of(host).pgOfflineQuery.value
        ) {
          yield report('pg-offline-primary', context.of(host).pgOfflineQuery.span, { host: host.name });
        }
        if (role === 'offline')
          yield report('pg-offline-failover', context.of(host).pgRole.span, { host: host.name, cluster: cluster.name });
      }
    }
  },
};
