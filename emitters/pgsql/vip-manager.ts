import { namedInterface } from '../../compiler/model/interface.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import { atLeast } from '../../compiler/platform/profile.ts';
import { etcdApi } from '../../compiler/domain/etcd-api.ts';
import { yamlDocument } from '../toolkit/yaml.ts';
import { componentVersion, etcdPassword, type InstanceView } from './instance.ts';
import { etcdEndpoints } from '../../compiler/domain/pgsql-cluster.ts';

/** /etc/default/vip-manager.yml: binds the cluster's address on the member that holds Patroni's leader key. */
export function renderVipManagerYml(view: InstanceView, secrets: SecretSink): string {
  const { cluster, instance, host, site } = view;
  const { vip } = cluster;
  if (vip === undefined) throw new Error(`cluster ${cluster.name} has no VIP`);
  const group = cluster.group === undefined ? '' : `/${cluster.group}`;
  // Releases before 2 read the key of Patroni's v2 layout, the later ones speak the v3 API.
  const modern = atLeast(componentVersion(site, 'vip-manager'), 2);
  const document = {
    interval: 1000,
    'trigger-key': `${host.params.pgNamespace}/${cluster.scope}${group}/leader`,
    'trigger-value': instance.name,
    ip: vip.address,
    netmask: vip.mask,
    interface: namedInterface(host.params.pgVipInterface),
    [modern ? 'hosting-type' : 'manager-type']: 'basic',
    'dcs-type': 'etcd',
    'dcs-endpoints': etcdEndpoints(view.site).map((endpoint) => `https://${endpoint}`),
    'etcd-ca-file': '/pg/cert/ca.crt',
    'etcd-cert-file': '/pg/cert/server.crt',
    'etcd-key-file': '/pg/cert/server.key',
    // The v2 API knows the instance by its certificate.
    ...(modern ? { 'etcd-user': cluster.scope, 'etcd-password': etcdPassword(view, secrets) } : {}),
    'retry-num': 2,
    'retry-after': 250,
    verbose: false,
  };
  return `---\n${yamlDocument(document, {
    comments: {
      interval:
        `address ${vip.address}/${vip.mask} of ${cluster.name}, claimed by ${instance.name} at ${host.address}; ` +
        'times in milliseconds',
      'trigger-key': 'the member named in this key of the DCS holds the address',
      'dcs-type': etcdApi(site.platform) === 'v3' ? 'etcd v3 API' : 'etcd v2 API',
    },
  })}`;
}
