import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import type { Rule } from '../../rule.ts';

/** Every member of a cluster says which instance it is: pg_seq and pg_role. */
export const identified: Rule = function* (context) {
  for (const cluster of context.clusters('pg_cluster')) {
    for (const host of cluster.members) {
      const missing = ['pg_seq', 'pg_role'].filter((name) => context.node(host, name) === undefined);
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
    const host = use.hosts.find((h) => context.node(h, 'pg_cluster') === undefined);
    if (host !== undefined) yield report('pg-cluster-missing', context.span(host, 'pg_seq'), { host: host.name });
  }
};

export const uniqueSeq: Rule = function* (context) {
  for (const cluster of context.clusters('pg_cluster')) {
    const seen = new Map<string, InventoryHost>();
    for (const host of cluster.members) {
      const seq = context.text(host, 'pg_seq');
      const first = seen.get(seq);
      if (seq === '') continue;
      if (first === undefined) seen.set(seq, host);
      // One value for a whole group is reported as given at the wrong level.
      else if (context.node(first, 'pg_seq') !== context.node(host, 'pg_seq')) {
        yield report(
          'pg-seq-duplicate',
          context.span(host, 'pg_seq'),
          { seq, cluster: cluster.name, first: first.name },
          {
            related: [{ span: context.span(first, 'pg_seq'), message: 'first given here' }],
          },
        );
      }
    }
  }
};

const ROLES = ['replica', 'standby', 'offline', 'delayed'];

/** Patroni elects leaders at run time, but the inventory says who creates the data: exactly one member. */
export const onePrimary: Rule = function* (context) {
  for (const cluster of context.clusters('pg_cluster')) {
    const primaries = cluster.members.filter((host) => context.text(host, 'pg_role') === 'primary');
    // A member without a role, or with a misspelled one, is reported as that.
    if (primaries.length === 0 && cluster.members.every((host) => ROLES.includes(context.text(host, 'pg_role')))) {
      yield report('pg-no-primary', cluster.span, { cluster: cluster.name });
    }
    for (const extra of primaries.slice(1)) yield secondPrimary(context, cluster, primaries[0]!, extra);
  }
};

function secondPrimary(
  context: CheckContext,
  cluster: ClusterView,
  first: InventoryHost,
  extra: InventoryHost,
): Diagnostic {
  // Members with groups of their own are shards of one database that were given one name.
  const [group, other] = [first, extra].map((host) => context.text(host, 'pg_group'));
  return report(
    'pg-two-primaries',
    context.span(extra, 'pg_role'),
    { cluster: cluster.name, host: extra.name, first: first.name },
    {
      help:
        group === other
          ? 'declare this member `replica`'
          : `group ${other} of a Citus deployment is a cluster of its own: give it a \`pg_cluster\` of its own, and \`pg_shard\` to all`,
      related: [{ span: context.span(first, 'pg_role'), message: 'the first primary' }],
    },
  );
}

/** Reserved upstream for several instances on one host, and read by nothing. */
export const noInstances: Rule = function* (context) {
  for (const use of context.uses('pg_instances'))
    yield report('pg-instances-ignored', use.traced.origin.key ?? use.node.span, {});
};

/** Crit tuning makes every commit wait for a second member. */
export const synchronousPeers: Rule = function* (context) {
  for (const cluster of context.clusters('pg_cluster')) {
    const only = cluster.members[0]!;
    if (cluster.members.length === 1 && context.text(only, 'pg_conf') === 'crit.yml') {
      yield report('crit-single-member', context.span(only, 'pg_conf'), { cluster: cluster.name });
    }
  }
};

export const offlineMembers: Rule = function* (context) {
  for (const cluster of context.clusters('pg_cluster')) {
    for (const host of cluster.members) {
      const role = context.text(host, 'pg_role');
      if (
        role === 'primary' &&
        cluster.members.length > 1 &&
        context.node(host, 'pg_offline_query') !== undefined &&
        context.flag(host, 'pg_offline_query')
      ) {
        yield report('pg-offline-primary', context.span(host, 'pg_offline_query'), { host: host.name });
      }
      if (role === 'offline')
        yield report('pg-offline-failover', context.span(host, 'pg_role'), { host: host.name, cluster: cluster.name });
    }
  }
};
