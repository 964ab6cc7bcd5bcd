import { repositoryHosts, usesLocalRepository } from '../../model/repository.ts';
import type { Host, PgCluster, Site } from '../../model/site.ts';
import type { Stage } from '../../../emitters/api.ts';

/**
 * A set of hosts that take one stage together. Members of a cluster must start at the same time: the first etcd member waits for
 * its quorum, a replica for its primary, a MinIO server for its pool.
 */
export interface Group {
  readonly stage: Stage;
  /** Cluster name, or host name for stages every host takes on its own. */
  readonly name: string;
  readonly hosts: readonly Host[];
  /** Groups that must be done before. */
  readonly after: readonly string[];
}

/** Name of a group in {@link Group.after} and in the Makefile: `pgsql.pg-test`. */
export function groupId(stage: Stage, name: string): string {
  return `${stage}.${name.replace(/[^A-Za-z0-9_.-]/g, '_')}`;
}

/**
 * The deployment as a DAG: repo → node → etcd → infra, minio → pgsql, redis → monitor; a standby cluster after the cluster it follows,
 * sentinels after the servers they watch.
 * A host takes one stage at a time, so a group also follows the group before it on each of its hosts.
 */
export function deploymentGroups(site: Site, hosts: readonly Host[]): readonly Group[] {
  const selected = new Set(hosts);
  const groups: Group[] = [];
  const last = new Map<Host, string>();
  const made = new Set<string>();
  const add = (stage: Stage, name: string, members: readonly Host[], after: readonly string[] = []): void => {
    const unique = [...new Set(members)].filter((host) => selected.has(host));
    if (unique.length === 0) return;
    const id = groupId(stage, name);
    const before = unique.flatMap((host) => last.get(host) ?? []);
    groups.push({
      stage,
      name,
      hosts: unique,
      after: [...new Set([...before, ...after.filter((other) => made.has(other))])],
    });
    made.add(id);
    for (const host of unique) last.set(host, id);
  };
  // The host that has the packages opens its firewall in the next stage; only then the others can ask it.
  const repositories = repositoryHosts(site);
  for (const host of repositories) {
    add('repo', host.name, [host]);
    add('node', host.name, [host]);
  }
  const served = repositories.map((host) => groupId('node', host.name));
  for (const host of hosts)
    if (!repositories.includes(host)) add('node', host.name, [host], usesLocalRepository(host) ? served : []);
  if (site.etcd !== undefined)
    add(
      'etcd',
      site.etcd.name,
      site.etcd.members.map((member) => member.host),
    );
  for (const node of site.infra) add('infra', node.host.name, [node.host]);
  for (const cluster of site.minioClusters)
    add(
      'minio',
      cluster.name,
      cluster.members.map((member) => member.host),
    );
  const base = groups
    .filter(({ stage }) => stage !== 'repo' && stage !== 'node')
    .map((group) => groupId(group.stage, group.name));
  for (const cluster of followersLast(site.pgClusters)) {
    const upstream = cluster.upstream?.cluster;
    const follows = upstream === undefined ? [] : [groupId('pgsql', upstream)];
    add(
      'pgsql',
      cluster.name,
      cluster.members.map((member) => member.host),
      [...base, ...follows],
    );
  }
  const servers = site.redisClusters.filter(({ mode }) => mode !== 'sentinel');
  const sentinels = site.redisClusters.filter(({ mode }) => mode === 'sentinel');
  for (const cluster of servers)
    add(
      'redis',
      cluster.name,
      cluster.nodes.map((node) => node.host),
    );
  for (const cluster of sentinels)
    add(
      'redis',
      cluster.name,
      cluster.nodes.map((node) => node.host),
      servers.map(({ name }) => groupId('redis', name)),
    );
  for (const host of hosts) add('monitor', host.name, [host]);
  return groups;
}

/** A cluster behind the one it follows; otherwise in the order given. */
function followersLast(clusters: readonly PgCluster[]): readonly PgCluster[] {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const ordered = new Set<PgCluster>();
  const visit = (cluster: PgCluster, seen: ReadonlySet<PgCluster>): void => {
    const upstream = cluster.upstream?.cluster === undefined ? undefined : byName.get(cluster.upstream.cluster);
    if (upstream !== undefined && !seen.has(upstream)) visit(upstream, new Set([...seen, upstream]));
    ordered.add(cluster);
  };
  for (const cluster of clusters) visit(cluster, new Set([cluster]));
  return [...ordered];
}
