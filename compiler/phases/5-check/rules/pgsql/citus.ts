import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { leaderOf } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { refusalOf } from '../hba/reach.ts';

export const citus: Rule = {
  codes: [
    'citus-identity',
    'citus-group-duplicate',
    'citus-database',
    'citus-dbsu-password',
    'citus-libs',
    'citus-no-coordinator',
    'citus-group-gap',
    'citus-hba',
  ],
  about:
    'A Citus deployment is several clusters with one pg_shard, numbered by pg_group; group 0 is the ' + 'coordinator.',
  *check(context) {
    const shards = new Map<string, Map<number, ClusterView>>();
    for (const cluster of context.clusters('pg_cluster')) {
      const host = cluster.members[0]!;
      if (context.of(host).pgMode.value !== 'citus') continue;
      const missing = (['pg_shard', 'pg_group'] as const).filter((name) => context.parameter(host, name).text === '');
      if (missing.length > 0) {
        yield report('citus-identity', cluster.span, { cluster: cluster.name, missing: missing.join(' and ') });
        continue;
      }
      yield* settings(context, cluster);
      const group = context.of(host).pgGroup.value;
      if (group === undefined) continue;
      const shard = context.of(host).pgShard.value;
      const groups = shards.get(shard) ?? new Map<number, ClusterView>();
      shards.set(shard, groups);
      const first = groups.get(group);
      if (first === undefined) groups.set(group, cluster);
      else {
        yield report(
          'citus-group-duplicate',
          context.of(host).pgGroup.span,
          { group, shard, first: first.name },
          {
            related: [{ span: context.of(first.members[0]!).pgGroup.span, message: 'first given here' }],
          },
        );
      }
    }
    for (const [shard, groups] of shards) {
      yield* shardShape(context, shard, groups);
      yield* nodeAccess(context, [...groups.values()]);
    }
  },
};

function* shardShape(
  context: CheckContext,
  shard: string,
  groups: ReadonlyMap<number, ClusterView>,
): Iterable<Diagnostic> {
  const numbers = [...groups.keys()].sort((a, b) => a - b);
  const first = groups.get(numbers[0]!)!;
  const coordinator = groups.get(0);
  if (coordinator === undefined)
    yield report('citus-no-coordinator', context.of(first.members[0]!).pgGroup.span, { shard });
  const gap = numbers.find((number, index) => number !== numbers[0]! + index);
  if (gap !== undefined)
    yield report('citus-group-gap', context.of(groups.get(gap)!.members[0]!).pgGroup.span, { shard, group: gap });
  const database = context.of(first.members[0]!).pgPrimaryDb.value;
  for (const cluster of groups.values()) {
    const other = context.of(cluster.members[0]!).pgPrimaryDb.value;
    if (other !== database) {
      yield report('citus-database', context.of(cluster.members[0]!).pgPrimaryDb.span, {
        problem: 'differs',
        cluster: cluster.name,
        other,
        first: first.name,
        database,
      });
    }
  }
}

function* settings(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const host = cluster.members[0]!;
  const database = context.of(host).pgPrimaryDb.value;
  const defined = context.of(host).pgDatabases.value.some(({ fields }) => fields.name.value === database);
  if (database === '' || database === 'postgres') {
    yield report('citus-database', context.of(host).pgPrimaryDb.span, {
      problem: database === '' ? 'not-set' : 'of-postgres',
      cluster: cluster.name,
    });
  } else if (!defined) {
    yield report('citus-database', context.of(host).pgPrimaryDb.span, {
      problem: 'not-defined',
      database,
      cluster: cluster.name,
    });
  }
  if (context.of(host).pgDbsuPassword.value === '')
    yield report('citus-dbsu-password', context.of(host).pgMode.span, {});
  const libs = context
    .of(host)
    .pgLibs.value.split(',')
    .map((lib) => lib.trim());
  if (context.of(host).pgLibs.traced !== undefined && libs[0] !== 'citus')
    yield report('citus-libs', context.of(host).pgLibs.span, {});
}

/** Queries on distributed tables connect every node to every other, and to itself. */
function* nodeAccess(context: CheckContext, groups: readonly ClusterView[]): Iterable<Diagnostic> {
  const sources = groups.flatMap(({ members }) => members).map((host) => context.address(host));
  for (const cluster of groups) {
    const host = leaderOf(context, cluster);
    const [user, database] = [context.of(host).pgDbsu.value, context.of(host).pgPrimaryDb.value];
    const refusal = sources
      .map((from) => refusalOf(context, cluster, host, { user, database, from }))
      .find((found) => found !== undefined);
    if (refusal === undefined) continue;
    const { client, why } = refusal;
    yield report('citus-hba', context.of(leaderOf(context, cluster)).pgMode.span, {
      cluster: cluster.name,
      user: client.user,
      host: host.name,
      from: client.from,
      why,
    });
  }
}

export const citusLeftover: Rule = {
  codes: ['citus-group-ignored'],
  about: 'Citus settings on a cluster of another kind are leftovers that change nothing.',
  *check(context) {
    for (const use of context.uses('pg_group')) {
      const host = use.hosts.find(
        (h) => context.of(h).pgCluster.value !== '' && !['citus', 'gpsql'].includes(context.of(h).pgMode.value),
      );
      if (host !== undefined && toInteger(use.node.kind === 'scalar' ? use.node.value : undefined) !== undefined) {
        yield report('citus-group-ignored', use.node.span, { mode: context.of(host).pgMode.value });
      }
    }
  },
};
