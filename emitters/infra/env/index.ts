import type { Step } from '../../api.ts';
import { shellProfileExport } from '../../toolkit/quote/index.ts';
import { dir, file, type InfraContext } from '../context.ts';
import { pgadminPassword, pgadminServers, passwordLines, serviceFile } from './clients.ts';
import { patronictlConfig } from './patronictl.ts';

/** What an administrator on an infra host needs to reach every database and its DCS. */
export function environmentSteps(context: InfraContext): readonly Step[] {
  const { site, host } = context;
  if (site.pgClusters.length === 0) return [];
  const { params } = host;
  const user = params.nodeAdminEnabled ? params.nodeAdminUsername : 'root';
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const group = user === 'root' ? 'root' : 'admin';
  const own = { owner: user, group, mode: 0o600 };
  const container = { owner: 'pgadmin', group: 'pgadmin', mode: 0o600 };
  return [
    file('/infra/conf/patronictl.yml', 'infra/patronictl', (secrets) => patronictlConfig(context, secrets), {
      group: 'admin',
      mode: 0o640,
    }),
    file(`${home}/.pgpass`, 'infra/pgpass', (secrets) => passwordLines(context, secrets), {
      ...own,
      manage: 'block',
    }),
    file(`${home}/.pg_service.conf`, 'infra/pg-service', () => serviceFile(context), own),
    // pgAdmin runs in a container, as this account of its image.
    { kind: 'group', stage: 'infra', name: 'pgadmin', gid: 5050, system: true },
    {
      kind: 'user',
      stage: 'infra',
      name: 'pgadmin',
      uid: 5050,
      group: 'pgadmin',
      shell: '/usr/sbin/nologin',
      system: true,
    },
    dir('/infra/pgadmin', 'pgadmin', 'pgadmin', 0o700),
    file('/infra/pgadmin/servers.json', 'infra/pgadmin', () => pgadminServers(site), {
      ...container,
    }),
    file('/infra/pgadmin/pgpass', 'infra/pgadmin', (secrets) => pgadminPassword(context, secrets), {
      ...container,
    }),
    ...etcdctlProfile(context),
  ];
}

/** On an etcd member the etcd module writes this file. */
function etcdctlProfile({ site, host }: InfraContext): readonly Step[] {
  if (site.etcd === undefined || host.etcd !== undefined) return [];
  const endpoints = site.etcd.members
    .map((member) => `https://${member.host.address}:${member.host.params.etcdPort}`)
    .join(',');
  const text = [
    shellProfileExport('ETCDCTL_ENDPOINTS', endpoints),
    shellProfileExport('ETCDCTL_CACERT', '/etc/pki/ca.crt'),
    shellProfileExport('ETCDCTL_CERT', '/etc/pki/infra.crt'),
    shellProfileExport('ETCDCTL_KEY', '/etc/pki/infra.key'),
  ].join('\n');
  return [file('/etc/profile.d/etcdctl.sh', 'infra/etcdctl', () => `${text}\n`)];
}
