import { atLeast } from '../../../compiler/platform/profile.ts';
import type { SecretSink } from '../../../compiler/model/secret.ts';
import { yamlDocument } from '../../toolkit/yaml.ts';
import type { InfraContext } from '../context.ts';

/** What `patronictl -c` needs on an infra host to reach every cluster: the DCS and the REST interfaces. */
export function patronictlConfig({ site, host }: InfraContext, secrets: SecretSink): string {
  const { params } = host;
  const members = site.etcd?.members ?? [];
  const endpoints =
    members.length === 0
      ? [`${site.adminIp}:${params.etcdPort}`]
      : members.map((member) => `${member.host.address}:${member.host.params.etcdPort}`);
  const tls = { cacert: '/etc/pki/ca.crt', cert: '/etc/pki/infra.crt', key: '/etc/pki/infra.key' };
  // Where Patroni speaks the version 2 interface of etcd, so does its client; that store has a root user as well.
  const v3 = atLeast(site.platform.versions.etcd, 3, 5);
  return yamlDocument({
    namespace: `${params.pgNamespace}/`,
    [v3 ? 'etcd3' : 'etcd']: {
      hosts: endpoints,
      protocol: 'https',
      ...tls,
      username: 'root',
      password: secrets.reveal(params.etcdRootPassword),
    },
    restapi: {
      authentication: { username: params.patroniUsername, password: secrets.reveal(params.patroniPassword) },
    },
    ctl: {
      insecure: !params.patroniSslEnabled,
      authentication: { username: params.patroniUsername, password: secrets.reveal(params.patroniPassword) },
      ...(params.patroniSslEnabled ? { cacert: tls.cacert, certfile: tls.cert, keyfile: tls.key } : {}),
    },
  });
}
