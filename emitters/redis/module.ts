import type { Params } from '../../compiler/model/params.gen.ts';
import type { Host, RedisCluster, Site } from '../../compiler/model/site.ts';
import type { Cluster, Module, ScrapeJob, TargetFile, Turn } from '../module.ts';

/** Redis or Valkey: standalone servers, native clusters, and sentinels that watch servers. */
export const redis = {
  name: 'redis',
  stages: ['redis'],
  cluster: 'redis_cluster',
  seq: 'redis_node',
  mark: 'redis_cluster',
  identity: ['redis_cluster'],
  ports: [{ parameter: 'redis_exporter_port', when: 'redis_exporter_enabled' }],
  runtime: ['emitters/redis/runtime.sh'],
  calls: {
    redis_config: 'ACCESS SETTINGS',
    redis_password: 'ACCESS SETTINGS',
    redis_replicaof: 'ACCESS HOST PORT',
    redis_sentinel: 'ACCESS LIST',
    redis_cluster_join: 'ACCESS SEATS',
  },
  noticed: { 'redis-*': 'store' },
  accounts: ['redis'],
  directories: [{ parameter: 'redis_fs_main' }],
  instances: ({ redis: node }: Host): readonly string[] => node?.instances.map(({ name }) => name) ?? [],
  clusters: ({ redisClusters }: Site): readonly Cluster[] => redisClusters.map(clusterOf),
  // Sentinels after the servers they watch.
  turns: ({ redisClusters }: Site): readonly Turn[] => {
    const servers = redisClusters.filter(({ mode }) => mode !== 'sentinel').map(clusterOf);
    const sentinels = redisClusters.filter(({ mode }) => mode === 'sentinel').map(clusterOf);
    const after = servers.map(({ name }) => name);
    return [...servers, ...sentinels.map((sentinel) => ({ ...sentinel, after }))];
  },
  targets: ({ platform, redisClusters }: Site): readonly TargetFile[] =>
    platform.missing.includes('redis-exporter') ? [] : redisClusters.flatMap(targetsOf),
  scrapes: (_: Site, { redisExporterPort }: Params): readonly ScrapeJob[] => [
    { name: 'redis', path: '/scrape', more: { relabel_configs: throughExporter(redisExporterPort) } },
  ],
} as const satisfies Module;

function clusterOf({ name, mode, nodes }: RedisCluster): Cluster {
  return { name, kind: `redis ${mode}`, hosts: nodes.map(({ host }) => host) };
}

function targetsOf(cluster: RedisCluster): readonly TargetFile[] {
  return cluster.nodes
    .filter(({ host }) => host.params.redisExporterEnabled)
    .map(({ host, node, instances }) => ({
      module: 'redis',
      name: `${cluster.name}-${node}`,
      groups: instances.map(({ name, port }) => ({
        targets: [`redis://${host.address}:${port}`],
        labels: { cls: cluster.name, ins: name, instance: `${host.name}:${port}` },
      })),
    }));
}

/** One exporter a host serves all its instances: `redis://host:port` becomes a parameter of a scrape of that host's exporter. */
function throughExporter(port: number): readonly object[] {
  const url = '^redis://(.*):(\\d+)$';
  return [
    { source_labels: ['__address__'], target_label: '__param_target' },
    { source_labels: ['__param_target'], regex: url, target_label: 'instance', replacement: '$1:$2' },
    { source_labels: ['__param_target'], regex: url, target_label: 'ip', replacement: '$1' },
    { source_labels: ['__param_target'], regex: url, target_label: '__address__', replacement: `$1:${port}` },
  ];
}
