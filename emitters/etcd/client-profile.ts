import type { Host, EtcdCluster } from '../../compiler/model/site.ts';
import { Lines, bashWord, shellProfileExport } from '../toolkit/index.ts';

/**
 * /etc/profile.d/etcdctl.sh. Everyone may read it, so it holds no password: root and the administrator get theirs
 * at login from /etc/etcd/etcd.pass, as far as that file lets them.
 */
export function renderClientProfile(host: Host, cluster: EtcdCluster): string {
  const { params } = host;
  const users = [
    'root',
    ...(params.nodeAdminEnabled && params.nodeAdminUsername !== '' && params.nodeAdminUsername !== 'root'
      ? [params.nodeAdminUsername]
      : []),
  ];
  return new Lines()
    .add('alias e=etcdctl', "alias em='etcdctl member'")
    .add(shellProfileExport('ETCDCTL_ENDPOINTS', clientEndpoints(cluster).join(',')))
    .add('export ETCDCTL_CACERT=/etc/etcd/ca.crt ETCDCTL_CERT=/etc/etcd/server.crt ETCDCTL_KEY=/etc/etcd/server.key')
    .add('case "$(id -un)" in')
    .add(`  ${users.map(bashWord).join('|')})`)
    .add('    if [ -r /etc/etcd/etcd.pass ]; then')
    .add('      ETCDCTL_USER=root ETCDCTL_PASSWORD="$(cat /etc/etcd/etcd.pass)"')
    .add('      export ETCDCTL_USER ETCDCTL_PASSWORD')
    .add('    fi ;;')
    .add('esac')
    .toString();
}

/** Client URL of every member, in member order. */
export function clientEndpoints(cluster: EtcdCluster): readonly string[] {
  return cluster.members.map(({ host }) => `https://${host.address}:${host.params.etcdPort}`);
}
