import { BOTH, memberCertificate, type CertificateRequest } from '../../compiler/domain/certificate.ts';
import { certificateName } from '../../compiler/model/certificate-names.ts';
import type { Params } from '../../compiler/model/params.gen.ts';
import type { Host, PgCluster, PgInstance, Site } from '../../compiler/model/site.ts';
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
  runtime: ['runtime', 'runtime-server', 'runtime-leave'].map((name) => `emitters/pgsql/${name}.sh`),
  calls: {
    file_reserve: 'PATH SIZE',
    patroni_bootstrap: 'default|pause|remove',
    patroni_dcs: 'FILE',
    pg_home: 'USER HOME FILE…',
    pg_reload_hba: '',
    pg_run_sql: 'DATABASE FILE',
    pg_provision_role: 'NAME FILE|absent',
    pg_provision_database: 'NAME FILE [drop]',
    pgbackrest_stanza: 'local|remote|none full|skip',
  },
  settings: [INSTANCE_SETTINGS, PATRONI_SETTINGS, DCS_SETTINGS, OWN_SETTINGS, POOL_SETTINGS],
  directories: [{ parameter: 'pg_fs_main' }, { parameter: 'pg_fs_backup' }],
  noticed: { patroni: 'hand-over', PostgreSQL: 'server', pgbouncer: 'pool', 'vip-manager': 'address' },
  // A group of a Citus formation ends alone or with all of them.
  lasting: { file: INSTANCE_FACTS, line: /^PG_(?:CLUSTER|SCOPE)=["']?([\w.-]+)/gm },
  instances: ({ pg }: Host): readonly string[] => (pg === undefined ? [] : [`${pg.name} (${pg.role})`]),
  clusters: ({ pgClusters }: Site): readonly Cluster[] => pgClusters.map(clusterOf),
  turns: ({ pgClusters }: Site): readonly Turn[] =>
    followersLast(pgClusters).map((cluster) => ({
      ...clusterOf(cluster),
      waits: true,
      after: cluster.upstream?.cluster === undefined ? [] : [cluster.upstream.cluster],
    })),
  certificates: ({ pgClusters }: Site): readonly CertificateRequest[] =>
    pgClusters.flatMap((cluster) => cluster.members.map((instance) => certificateOf(cluster, instance))),
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

/** A client may reach an instance by the cluster's DNS name or virtual address, and verifies the name it used. */
function certificateOf({ name, vip }: PgCluster, instance: PgInstance): CertificateRequest {
  const suffixed = `${name}${instance.host.params.pgDnsSuffix}`;
  const names = [name, suffixed, instance.name, ...(vip === undefined ? [] : [vip.address])];
  return {
    ...memberCertificate('pgsql', instance, names, BOTH),
    organizationalUnit: 'postgres',
    sharedKey: certificateName('pgsql', name),
    identity: true,
  };
}
