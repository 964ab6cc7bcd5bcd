import { BOTH, memberCertificate, type CertificateRequest } from '../../compiler/domain/certificate.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import type { Cluster, Module, ScrapeJob, TargetFile, Turn } from '../module.ts';
import { ETCD_SETTINGS } from './settings.ts';

/** The configuration store of Patroni and vip-manager. */
export const etcd = {
  name: 'etcd',
  stages: ['etcd'],
  group: 'etcd',
  cluster: 'etcd_cluster',
  seq: 'etcd_seq',
  mark: 'etcd_seq',
  identity: ['etcd_seq'],
  ports: [{ parameter: 'etcd_port' }, { parameter: 'etcd_peer_port', what: 'etcd (peers)' }],
  runtime: ['emitters/etcd/runtime.sh', 'emitters/etcd/runtime-member.sh'],
  calls: {
    etcd_bootstrap: 'NAME PEER_URL ENDPOINT,… DATA new|existing NAME=PEER_URL,… [learner]',
    etcd_auth: 'ENDPOINT v3|v2',
    etcd_members: 'ENDPOINT NAME=PEER_URL,…',
    etcd_pg_user: 'ENDPOINT v3|v2 SCOPE PREFIX PASSWORD_FILE MEMBER…',
  },
  settings: [ETCD_SETTINGS],
  accounts: ['etcd'],
  directories: [{ parameter: 'etcd_data' }],
  leaves: 3,
  lasting: { file: 'etc/etcd/etcd.conf', line: /^initial-cluster-token: *["']?([\w.-]+)/gm },
  instances: ({ etcd: member }: Host): readonly string[] => (member === undefined ? [] : [member.name]),
  clusters: clustersOf,
  // The first member waits for its quorum.
  turns: (site: Site): readonly Turn[] => clustersOf(site),
  targets: (site: Site): readonly TargetFile[] =>
    (site.etcd?.members ?? []).map(({ host, name, cluster }) => ({
      module: 'etcd',
      name,
      groups: [
        {
          targets: [`${host.address}:${host.params.etcdPort}`],
          labels: { ip: host.name, ins: name, cls: cluster.name },
        },
      ],
    })),
  certificates: (site: Site): readonly CertificateRequest[] =>
    (site.etcd?.members ?? []).map((member) =>
      memberCertificate('etcd', member, [member.name, member.cluster.name], BOTH),
    ),
  scrapes: (): readonly ScrapeJob[] => [
    { name: 'etcd', path: '/metrics', direct: true, scheme: 'https', tls: 'client' },
  ],
} as const satisfies Module;

function clustersOf({ etcd: cluster }: Site): readonly Cluster[] {
  return cluster === undefined
    ? []
    : [{ name: cluster.name, kind: 'etcd', hosts: cluster.members.map(({ host }) => host) }];
}
