import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { leaderOf } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { refusalOf } from '../hba/reach.ts';
import { addressOf } from '../hba/lists.ts';

/** A Citus deployment is several clusters with one pg_shard, numbered by pg_group; group 0 is the coordinator. */
export const citus: Rule = function* (context) {
  const shards = new Map<string, Map<number, ClusterView>>();
  for (const cluster of context.clusters('pg_cluster')) {
    const host = cluster.members[0]!;
    if (context.text(host, 'pg_mode') !== 'citus') continue;
    const missing = ['pg_shard', 'pg_group'].filter((name) => context.text(host, name) === '');
    if (missing.length > 0) {
      yield report('citus-identity', cluster.span, { cluster: cluster.name, missing: missing.join(' and ') });
      continue;
    }
    yield* settings(context, cluster);
    const group = context.integer(host, 'pg_group');
    if (group === undefined) continue;
    const shard = context.text(host, 'pg_shard');
    const groups = shards.get(shard) ?? new Map<number, ClusterView>();
    shards.set(shard, groups);
    const first = groups.get(group);
    if (first === undefined) groups.set(group, cluster);
    else {
      yield report(
        'citus-group-duplicate',
        context.span(host, 'pg_group'),
        { group, shard, first: first.name },
        {
          related: [{ span: context.span(first.members[0]!, 'pg_group'), message: 'first given here' }],
        },
      );
    }
  }
  for (const [shard, groups] of shards) {
    yield* shardShape(context, shard, groups);
    yield* nodeAccess(context, [...groups.values()]);
  }
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
    yield report('citus-no-coordinator', context.span(first.members[0]!, 'pg_group'), { shard });
  const gap = numbers.find((number, index) => number !== numbers[0]! + index);
  if (gap !== undefined)
    yield report('citus-group-gap', context.span(groups.get(gap)!.members[0]!, 'pg_group'), { shard, group: gap });
  const database = context.text(first.members[0]!, 'pg_primary_db');
  for (const cluster of groups.values()) {
    const other = context.text(cluster.members[0]!, 'pg_primary_db');
    if (other !== database) {
      yield report('citus-database', context.span(cluster.members[0]!, 'pg_primary_db'), {
        problem: `${cluster.name} uses \`${other}\`, ${first.name} uses \`${database}\``,
      });
    }
  }
}

function* settings(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const host = cluster.members[0]!;
  const database = context.text(host, 'pg_primary_db');
  const defined = context
    .list(host, 'pg_databases')
    .some((item) => (item as { name?: unknown } | null)?.name === database);
  if (database === '' || database === 'postgres') {
    yield report('citus-database', context.span(host, 'pg_primary_db'), {
      problem: `\`pg_primary_db\` of ${cluster.name} is ${database === '' ? 'not set' : '`postgres`'}`,
    });
  } else if (!defined) {
    yield report('citus-database', context.span(host, 'pg_primary_db'), {
      problem: `\`${database}\` is not in \`pg_databases\` of ${cluster.name}`,
    });
  }
  if (context.text(host, 'pg_dbsu_password') === '')
    yield report('citus-dbsu-password', context.span(host, 'pg_mode'), {});
  const libs = context
    .text(host, 'pg_libs')
    .split(',')
    .map((lib) => lib.trim());
  if (context.traced(host, 'pg_libs') !== undefined && libs[0] !== 'citus')
    yield report('citus-libs', context.span(host, 'pg_libs'), {});
}

/** Queries on distributed tables connect every node to every other, and to itself. */
function* nodeAccess(context: CheckContext, groups: readonly ClusterView[]): Iterable<Diagnostic> {
  const sources = groups.flatMap(({ members }) => members).map((host) => addressOf(context, host));
  for (const cluster of groups) {
    const host = leaderOf(context, cluster);
    const [user, database] = [context.text(host, 'pg_dbsu'), context.text(host, 'pg_primary_db')];
    const refusal = sources
      .map((from) => refusalOf(context, cluster, host, { user, database, from }))
      .find((found) => found !== undefined);
    if (refusal === undefined) continue;
    const { client, why } = refusal;
    yield report('citus-hba', context.span(leaderOf(context, cluster), 'pg_mode'), {
      cluster: cluster.name,
      user: client.user,
      host: host.name,
      from: client.from,
      why,
    });
  }
}

/** Citus settings on a cluster of another kind are leftovers that change nothing. */
export const citusLeftover: Rule = function* (context) {
  for (const use of context.uses('pg_group')) {
    const host = use.hosts.find(
      (h) => context.text(h, 'pg_cluster') !== '' && !['citus', 'gpsql'].includes(context.text(h, 'pg_mode')),
    );
    if (host !== undefined && toInteger(use.node.kind === 'scalar' ? use.node.value : undefined) !== undefined) {
      yield report('citus-group-ignored', use.node.span, { mode: context.text(host, 'pg_mode') });
    }
  }
};
