import type { Params } from '../../compiler/model/params.gen.ts';
import type { Host, PgCluster, Site } from '../../compiler/model/site.ts';
import type { Cluster, Module, ScrapeJob, Turn } from '../module.ts';
import { DCS_SETTINGS, INSTANCE_SETTINGS, OWN_SETTINGS, PATRONI_SETTINGS, POOL_SETTINGS } from './settings.ts';

const INSTANCE_FACTS = 'etc/pigstyc/instance.env';

/** PostgreSQL with Patroni, PgBouncer, pgBackRest and its exporters. */
export const pgsql = {
  name: 'pgsql',
  stages: ['pgsql'],
  cluster: 'pg_cluster',
  seq: 'pg_seq',
  role: 'pg_role',
  mark: 'pg_cluster',
  identity: ['pg_cluster', 'pg_seq'],
  ports: [
    { parameter: 'pg_port', what: 'postgres' },
    { parameter: 'patroni_port', when: 'patroni_enabled' },
    { parameter: 'pgbouncer_port', when: 'pgbouncer_enabled' },
    { parameter: 'pg_exporter_port', when: 'pg_exporter_enabled' },
    { parameter: 'pgbouncer_exporter_port', when: 'pgbouncer_exporter_enabled' },
    { parameter: 'pgbackrest_exporter_port', when: 'pgbackrest_exporter_enabled' },
  ],
  runtime: ['emitters/pgsql/runtime.sh', 'emitters/pgsql/runtime-server.sh'],
  settings: [INSTANCE_SETTINGS, PATRONI_SETTINGS, DCS_SETTINGS, OWN_SETTINGS, POOL_SETTINGS],
  noticed: { patroni: 'hand-over', PostgreSQL: 'server', pgbouncer: 'pool', 'vip-manager': 'address' },
  lasting: { file: INSTANCE_FACTS, line: /^PG_SCOPE=["']?([\w.-]+)/m },
  instances: ({ pg }: Host): readonly string[] => (pg === undefined ? [] : [`${pg.name} (${pg.role})`]),
  clusters: ({ pgClusters }: Site): readonly Cluster[] => pgClusters.map(clusterOf),
  turns: ({ pgClusters }: Site): readonly Turn[] =>
    followersLast(pgClusters).map((cluster) => ({
      ...clusterOf(cluster),
      waits: true,
      after: cluster.upstream?.cluster === undefined ? [] : [cluster.upstream.cluster],
    })),
  scrapes: ({ pgClusters }: Site, { exporterMetricsPath: path }: Params): readonly ScrapeJob[] => [
    { name: 'pgsql', path },
    ...(pgClusters.some(({ members }) => members.some(({ host }) => host.params.patroniSslEnabled))
      ? [
          {
            name: 'pgsql-patroni',
            path: '/metrics',
            module: 'patroni',
            honorsLabels: true,
            scheme: 'https',
            tls: 'authority',
          } as const,
        ]
      : []),
    { name: 'pgrds', path },
  ],
} as const satisfies Module;

function clusterOf({ name, scope, members, vip }: PgCluster): Cluster {
  return { name, kind: 'pgsql', hosts: members.map(({ host }) => host), vip: vip?.address, aliases: [scope] };
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
