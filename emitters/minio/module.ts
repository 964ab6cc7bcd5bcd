import { memberCertificate, type CertificateRequest } from '../../compiler/domain/certificate.ts';
import type { Params } from '../../compiler/model/params.gen.ts';
import type { Host, MinioMember, Site } from '../../compiler/model/site.ts';
import type { Cluster, Module, RecordFile, ScrapeJob, TargetFile, Turn } from '../module.ts';
import { MINIO_SETTINGS } from './settings.ts';

/** Object storage, where backups go. */
export const minio = {
  name: 'minio',
  stages: ['minio'],
  cluster: 'minio_cluster',
  seq: 'minio_seq',
  mark: 'minio_seq',
  identity: ['minio_cluster', 'minio_seq'],
  ports: [{ parameter: 'minio_port' }, { parameter: 'minio_admin_port', what: 'minio (console)' }],
  runtime: ['emitters/minio/runtime.sh'],
  calls: {
    minio_provision: 'FILE',
    minio_alias: 'FILE',
  },
  settings: [MINIO_SETTINGS],
  accounts: ['minio'],
  directories: [{ parameter: 'minio_data' }],
  leaves: 3,
  noticed: { minio: 'objects', silo: 'objects' },
  instances: ({ minio: member }: Host): readonly string[] => (member === undefined ? [] : [member.name]),
  clusters: clustersOf,
  // A server waits for its pool.
  turns: (site: Site): readonly Turn[] => clustersOf(site),
  targets: (site: Site): readonly TargetFile[] =>
    watched(site).map(({ host, name, cluster }) => ({
      module: 'minio',
      name,
      groups: [
        {
          targets: [`${host.address}:${host.params.minioPort}`],
          labels: { ip: host.name, ins: name, cls: cluster.name, flavor: host.params.minioType },
        },
      ],
    })),
  scrapes: (site: Site, watcher: Params): readonly ScrapeJob[] => {
    const tls = site.minioClusters[0]?.members[0]?.host.params.minioHttps ?? watcher.minioHttps;
    return [
      {
        name: 'minio',
        path: '/minio/metrics/v3',
        direct: true,
        scheme: tls ? 'https' : 'http',
        tls: tls ? 'client' : undefined,
        // Series of single buckets are as many as buckets.
        more: { metric_relabel_configs: [{ source_labels: ['bucket'], regex: '.+', action: 'drop' }] },
      },
    ];
  },
  certificates: ({ minioClusters }: Site): readonly CertificateRequest[] =>
    minioClusters
      .flatMap(({ members }) => members)
      .filter(({ host }) => host.params.minioHttps)
      .map((member) => {
        const names = [member.nodeName, member.cluster.name, member.name, member.host.params.minioDomain];
        return memberCertificate('minio', member, names, ['serverAuth']);
      }),
  knownNames: ({ minioClusters }: Site): readonly string[] =>
    minioClusters.flatMap(({ members }) => members.map(({ host, nodeName }) => `${host.address} ${nodeName}`)),
  records: (site: Site): readonly RecordFile[] =>
    watched(site).map(({ host, name, nodeName }) => ({
      name,
      records: [nodeName === name ? [host.address, name] : [host.address, nodeName, name]],
    })),
} as const satisfies Module;

function clustersOf({ minioClusters }: Site): readonly Cluster[] {
  return minioClusters.map(({ name, members }) => ({ name, kind: 'minio', hosts: members.map(({ host }) => host) }));
}

/** Members that run: none where the platform has no package. */
function watched({ platform, minioClusters }: Site): readonly MinioMember[] {
  return platform.missing.includes('minio') ? [] : minioClusters.flatMap(({ members }) => members);
}
