import type { EtcdCluster, EtcdMember, Host } from '../../model/site.ts';
import type { Draft } from './build-site.ts';

/**
 * The DCS: the group called `etcd` (Patroni and vip-manager look there and nowhere else), named by etcd_cluster.
 * Members are sorted by address as strings, like upstream's endpoint lists.
 */
export function buildEtcd(groups: ReadonlyMap<string, readonly Host[]>): EtcdCluster | undefined {
  const hosts = groups.get('etcd');
  if (hosts === undefined || hosts.length === 0) return undefined;
  const name = hosts[0]!.params.etcdCluster;
  const cluster: Draft<EtcdCluster> = { name, members: [] };
  const members = hosts.map((host, i): EtcdMember => {
    const seq = host.params.etcdSeq ?? i + 1;
    const member: EtcdMember = { host, seq, name: `${name}-${seq}`, cluster };
    (host as Draft<Host>).etcd = Object.freeze(member);
    return member;
  });
  members.sort((a, b) => (a.host.address < b.host.address ? -1 : a.host.address > b.host.address ? 1 : 0));
  cluster.members = members;
  return Object.freeze(cluster);
}
