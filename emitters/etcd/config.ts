import type { EtcdCluster, EtcdMember, Site } from '../../compiler/model/site.ts';
import { yamlDocument } from '../toolkit/index.ts';
import { etcdApi } from '../../compiler/domain/etcd-api.ts';
import { atLeast } from '../../compiler/platform/profile.ts';

const TLS = {
  'cert-file': '/etc/etcd/server.crt',
  'key-file': '/etc/etcd/server.key',
  'trusted-ca-file': '/etc/etcd/ca.crt',
} as const;

const COMMENTS = {
  'initial-cluster-token': '\nRead only while the data directory is empty',
  'listen-peer-urls': '\nAddresses',
  'election-timeout': '\nMilliseconds; at least five heartbeats, and at most 50 s',
  'quota-backend-bytes': '\n8 GiB instead of 2 GiB; a day of history, the rest is compacted',
  'enable-v2': '\nvip-manager 1 and with it Patroni use the version 2 API',
  'enable-grpc-gateway':
    '\nPatroni speaks JSON to the version 3 API; etcd 3.4 with a configuration file has that off unless told',
  logger: '\nThe only one that is left since etcd 3.5; 3.4 warns of its own default',
  'client-transport-security':
    '\nA client needs a certificate of the same CA: etcd asks for one as soon as it knows a CA',
  'client-transport-security.client-cert-auth': 'and in version 2 its name is the user',
} as const;

/** /etc/etcd/etcd.conf of one member (YAML). Members are listed sorted by address, so all members have the same list. */
export function renderEtcdConfig(site: Site, member: EtcdMember): string {
  const { host, cluster } = member;
  const { params } = host;
  const peerUrl = peerUrlOf(member);
  const clientUrl = `https://${host.address}:${params.etcdPort}`;
  return yamlDocument(
    {
      name: member.name,
      'data-dir': params.etcdData,
      'initial-cluster-token': cluster.name,
      'initial-cluster-state': params.etcdInit,
      'initial-cluster': membership(cluster).join(','),
      'initial-advertise-peer-urls': peerUrl,
      'listen-peer-urls': peerUrl,
      'listen-client-urls': `${clientUrl},https://127.0.0.1:${params.etcdPort}`,
      'advertise-client-urls': clientUrl,
      'election-timeout': params.etcdElectionTimeout,
      'heartbeat-interval': params.etcdHeartbeatInterval,
      'quota-backend-bytes': 8 * 1024 ** 3,
      'auto-compaction-mode': 'periodic',
      'auto-compaction-retention': '24h',
      'enable-v2': etcdApi(site.platform) === 'v2' ? true : undefined,
      'enable-grpc-gateway': true,
      logger: atLeast(site.platform.versions.etcd, 3, 5) ? undefined : 'zap',
      'client-transport-security': etcdApi(site.platform) === 'v2' ? { ...TLS, 'client-cert-auth': true } : TLS,
      'peer-transport-security': TLS,
    },
    { comments: COMMENTS },
  );
}

/** `name=peer URL` of every member. */
export function membership(cluster: EtcdCluster): readonly string[] {
  return cluster.members.map((member) => `${member.name}=${peerUrlOf(member)}`);
}

export function peerUrlOf(member: EtcdMember): string {
  return `https://${member.host.address}:${member.host.params.etcdPeerPort}`;
}
