import type { Host, Site } from '../../model/site.ts';
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

/** The deployment as a DAG: node → etcd → infra, minio → pgsql, redis → monitor; a standby cluster after the cluster it follows. */
export function deploymentGroups(site: Site, hosts: readonly Host[]): readonly Group[] {
  const selected = new Set(hosts.map((host) => host.name));
  const groups: Group[] = [];
  const add = (stage: Stage, name: string, members: readonly Host[], after: readonly string[] = []): void => {
    const unique = [...new Set(members)].filter((host) => selected.has(host.name));
    if (unique.length > 0) groups.push({ stage, name, hosts: unique, after: [...unique.map((host) => groupId('node', host.name)), ...after] });
  };
  for (const host of hosts) groups.push({ stage: 'node', name: host.name, hosts: [host], after: [] });
  if (site.etcd !== undefined) add('etcd', site.etcd.name, site.etcd.members.map((member) => member.host));
  for (const node of site.infra) add('infra', node.host.name, [node.host]);
  for (const cluster of site.minioClusters) add('minio', cluster.name, cluster.members.map((member) => member.host));
  const base = groups.filter((group) => group.stage !== 'node').map((group) => groupId(group.stage, group.name));
  const clusters = new Set(site.pgClusters.map((cluster) => cluster.name));
  for (const cluster of site.pgClusters) {
    const upstream = cluster.upstream?.cluster;
    const follows = upstream !== undefined && upstream !== cluster.name && clusters.has(upstream) ? [groupId('pgsql', upstream)] : [];
    add('pgsql', cluster.name, cluster.members.map((member) => member.host), [...base, ...follows]);
  }
  for (const cluster of site.redisClusters) add('redis', cluster.name, cluster.nodes.map((node) => node.host));
  const made = new Set(groups.map((group) => groupId(group.stage, group.name)));
  const complete = groups.map((group) => ({ ...group, after: group.after.filter((id) => made.has(id)) }));
  for (const host of hosts) {
    const after = complete.filter((group) => group.hosts.includes(host)).map((group) => groupId(group.stage, group.name));
    complete.push({ stage: 'monitor', name: host.name, hosts: [host], after });
  }
  return complete;
}
