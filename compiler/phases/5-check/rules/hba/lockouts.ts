import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { leaderOf, originalCluster, upstreamCluster, upstreamHost } from '../../clusters.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { flag, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { refusalOf, type Client, type Refusal } from './reach.ts';
import { subjectOf } from './subjects.ts';

export const lockouts: Rule = {
  codes: ['hba-locks-out', 'hba-unreachable'],
  about:
    'The superuser, the exporter, the members and other parts of a site get in where the cluster ' +
    'cannot do without them.',
  *check(context) {
    yield* insiders(context);
    yield* outsiders(context);
  },
};

/** A question of a cluster: who must get in, and what for. */
interface Need {
  readonly host: InventoryHost;
  readonly client: Client;
  readonly purpose: string;
}

/** What a cluster cannot live without: the superuser and the exporter on the host itself, and the members each other. */
function* insiders(context: CheckContext): Iterable<Diagnostic> {
  const said = new Set<string>();
  for (const cluster of context.clusters('pg_cluster')) {
    const locals = distinct(context, cluster).map(([host]) => host!);
    const needs = [...locals.flatMap((host) => localNeeds(context, cluster, host)), ...peers(context, cluster)];
    yield* tell(context, cluster, needs, 'hba-locks-out', said);
  }
}

/** What other parts of a site want of a cluster, from networks and through devices that the inventory may not know. */
function* outsiders(context: CheckContext): Iterable<Diagnostic> {
  const said = new Set<string>();
  for (const cluster of context.clusters('pg_cluster')) {
    yield* tell(context, cluster, [...standbys(context, cluster), ...infra(context, cluster)], 'hba-unreachable', said);
  }
}

/** One finding for each place, however many connections fail by it, and however many clusters have it. */
function* tell(
  context: CheckContext,
  cluster: ClusterView,
  needs: readonly Need[],
  slug: 'hba-locks-out' | 'hba-unreachable',
  said: Set<string>,
): Iterable<Diagnostic> {
  const places = new Map<string, { readonly first: Refusal; readonly users: Map<string, Kept> }>();
  for (const { host, client, purpose } of needs) {
    const refusal = refusalOf(context, cluster, host, client);
    if (refusal === undefined) continue;
    const key = `${refusal.span.file.path}:${refusal.span.start}`;
    const place = places.get(key) ?? { first: refusal, users: new Map<string, Kept>() };
    places.set(key, place);
    const kept = place.users.get(client.user) ?? { refusal, purposes: new Set() };
    place.users.set(client.user, kept);
    kept.purposes.add(purpose);
  }
  for (const [key, { first, users }] of places) {
    if (!said.has(key))
      yield report(slug, first.span, { who: [...users.values()].map(nameOf).join(', '), why: first.why });
    said.add(key);
  }
}

/** A user that is kept out, the first connection it fails with, and all it wanted. */
interface Kept {
  readonly refusal: Refusal;
  readonly purposes: Set<string>;
}

function nameOf({ refusal: { client, host }, purposes }: Kept): string {
  const from = client.from === 'local' ? 'on the host itself' : `from ${client.from}`;
  return `\`${client.user}\` at ${host.name} ${from} (${[...purposes].join(', ')})`;
}

/** apply.sh and Patroni come as the superuser by the socket, the exporter as the monitor user. */
function localNeeds(context: CheckContext, cluster: ClusterView, host: InventoryHost): readonly Need[] {
  const dbsu = context.of(host).pgDbsu.value;
  const { databases } = subjectOf(context, cluster, host, 'postgres');
  const superuser = [...databases]
    .filter((database) => !['template0', 'pgbouncer'].includes(database))
    .map((database) => ({
      host,
      client: { user: dbsu, database, from: 'local' },
      purpose: 'Patroni and apply.sh',
    }));
  if (!context.of(host).pgExporterEnabled.value || context.of(host).pgExporterUrl.value !== '') return superuser;
  const from = /^(\/|$)/.test(context.of(host).pgLocalhost.value) ? 'local' : '127.0.0.1';
  const monitor = { user: context.of(host).pgMonitorUsername.value, database: 'postgres', from };
  return [...superuser, { host, client: monitor, purpose: 'monitoring' }];
}

/** Any member may lead tomorrow, so each must let in all others. */
function peers(context: CheckContext, cluster: ClusterView): readonly Need[] {
  const sources = [...new Set(cluster.members.map((member) => context.address(member)))];
  return distinct(context, cluster).flatMap((hosts) =>
    sources.flatMap((from) => {
      const host = hosts.find((candidate) => context.address(candidate) !== from);
      return host === undefined ? [] : replication(context, host, from);
    }),
  );
}

/** Members by the file they have: two of each are enough to ask, so that large clusters cost no more than their addresses. */
function distinct(context: CheckContext, cluster: ClusterView): readonly (readonly InventoryHost[])[] {
  const found = new Map<unknown, InventoryHost[]>();
  for (const host of cluster.members) {
    const subject = subjectOf(context, cluster, host, 'postgres');
    const hosts = found.get(subject);
    if (hosts === undefined) found.set(subject, [host]);
    else if (hosts.length < 2) hosts.push(host);
  }
  return [...found.values()];
}

/** Streaming, and the look at another member that pg_rewind takes. */
function replication(context: CheckContext, host: InventoryHost, from: string): readonly Need[] {
  const user = context.of(host).pgReplicationUsername.value;
  return [
    { host, client: { user, database: undefined, from }, purpose: 'replication' },
    { host, client: { user, database: 'postgres', from }, purpose: 'pg_rewind' },
  ];
}

/** Leaders of standby clusters stream from the host they name. */
function standbys(context: CheckContext, cluster: ClusterView): readonly Need[] {
  return followers(context, cluster).flatMap((standby) => {
    const leader = leaderOf(context, standby);
    const source = upstreamHost(context, context.of(leader).pgUpstream.value);
    if (source === undefined) return [];
    const [stream] = replication(context, source, context.address(leader));
    return [{ ...stream!, purpose: `replication to standby cluster \`${standby.name}\`` }];
  });
}

function followers(context: CheckContext, cluster: ClusterView): readonly ClusterView[] {
  const all = context.once(followers, () => {
    const found = new Map<ClusterView, ClusterView[]>();
    for (const standby of context.clusters('pg_cluster')) {
      const upstream = upstreamCluster(context, standby);
      if (upstream !== undefined) found.set(upstream, [...(found.get(upstream) ?? []), standby]);
    }
    return found;
  });
  return all.get(cluster) ?? [];
}

/** Data sources of Grafana read as the monitor user, from wherever it runs. */
function infra(context: CheckContext, cluster: ClusterView): readonly Need[] {
  const hosts = context.members('infra').filter((host) => context.of(host).grafanaEnabled.value);
  return distinct(context, cluster).flatMap(([host]) =>
    hosts.map((from) => ({
      host: host!,
      client: {
        user: context.of(host!).pgMonitorUsername.value,
        database: 'postgres',
        from: context.address(from),
      },
      purpose: 'the data sources of Grafana',
    })),
  );
}

export const pooledUsers: Rule = {
  codes: ['pool-unreachable'],
  about: 'Users of the pool that no proxy of the cluster may bring there.',
  *check(context) {
    const said = new Set<string>();
    for (const cluster of context.clusters('pg_cluster')) {
      const leader = leaderOf(context, cluster);
      if (!context.of(leader).pgbouncerEnabled.value || !leadsToPool(context, leader)) continue;
      const refused = maps(context.of(leader).pgUsers.node).flatMap((user) => {
        const name = textField(user, 'name');
        if (name === undefined || flag(user, 'pgbouncer') !== true || textField(user, 'state') === 'absent') return [];
        const refusal = poolRefusal(context, cluster, leader, name);
        return refusal === undefined ? [] : [{ name, refusal }];
      });
      if (refused.length === 0) continue;
      const { span, why, client } = refused[0]!.refusal;
      const users = refused.map(({ name }) => `\`${name}\``).join(', ');
      const key = `${span.file.path}:${span.start}`;
      if (!said.has(key))
        yield report('pool-unreachable', span, { users, cluster: cluster.name, from: client.from, why });
      said.add(key);
    }
  },
};

function leadsToPool(context: CheckContext, leader: InventoryHost): boolean {
  return context.of(leader).pgDefaultServiceDest.value === 'pgbouncer';
}

/** A refusal when no proxy can bring the user to any database of the pool. */
function poolRefusal(
  context: CheckContext,
  cluster: ClusterView,
  leader: InventoryHost,
  user: string,
): Refusal | undefined {
  const provider = context.members(context.of(leader).pgServiceProvider.value);
  const proxies = (provider.length > 0 ? provider : cluster.members).map((host) => context.address(host));
  const databases = maps(context.of(leaderOf(context, originalCluster(context, cluster))).pgDatabases.node)
    .filter((database) => flag(database, 'pgbouncer') !== false)
    .map((database) => textField(database, 'name') ?? '');
  let refusal: Refusal | undefined;
  for (const from of proxies)
    for (const database of databases) {
      const found = refusalOf(context, cluster, leader, { user, database, from }, 'pgbouncer');
      if (found === undefined) return undefined;
      refusal ??= found;
    }
  return refusal;
}
