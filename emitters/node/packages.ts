import type { Host, Site } from '../../compiler/model/site.ts';
import { osData } from '../../compiler/platform/os.ts';
import { expandPackages } from '../../compiler/platform/packages.ts';
import type { Step } from '../api.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { textFile } from '../toolkit/steps.ts';

/** Default and extra packages, keepalived where a VIP is declared, and the Python environment. */
export function packageSteps(site: Site, host: Host): readonly Step[] {
  const { params, facts } = host;
  const wanted = [...(params.nodeDefaultPackages ?? osData(facts).nodePackages), ...params.nodePackages];
  // Names of node packages are package names; aliases are for pg_packages and repositories.
  const names = expandPackages(wanted, facts, params.pgVersion, () => undefined);
  return [
    ...(facts.osFamily === 'deb'
      ? [
          textFile(
            'node',
            '/usr/sbin/policy-rc.d',
            'node/policy-rc.d',
            () => renderTemplate('emitters/node/templates/policy-rc.d.njk', { units: MANAGED_UNITS.join('|') }),
            { mode: 0o755 },
          ),
        ]
      : []),
    { kind: 'package', stage: 'node', names },
    ...(host.nodeVip === undefined
      ? []
      : [
          {
            kind: 'package',
            stage: 'node',
            names: [
              ...site.platform.packages('keepalived', facts, params.pgVersion),
              ...site.platform.packages('keepalived-exporter', facts, params.pgVersion),
            ],
          } as const,
        ]),
    ...pythonSteps(host),
  ];
}

/** Units that a Debian package must not start before their configuration is here. */
const MANAGED_UNITS = [
  'nginx',
  'vector',
  'dnsmasq',
  'haproxy',
  'keepalived',
  'silo',
  'minio',
  'etcd',
  'postgresql',
  'postgresql@*',
  'pgbouncer',
  'patroni',
  'vip-manager',
  'redis',
  'redis-server',
  'redis-sentinel',
  'valkey',
  'valkey-server',
  'valkey-sentinel',
  'prometheus',
  'prometheus-*',
  'alertmanager',
  'grafana-server',
] as const;

function pythonSteps(host: Host): readonly Step[] {
  const { nodeUvEnv: dir, nodePipPackages, region } = host.params;
  if (dir === '') return [];
  return [
    { kind: 'dir', stage: 'node', path: '/etc/uv', owner: 'root', group: 'root', mode: 0o755 },
    ...(region === 'china'
      ? [
          textFile(
            'node',
            '/etc/uv/uv.toml',
            'node/uv',
            () => '[[index]]\nurl = "https://mirrors.cloud.tencent.com/pypi/simple/"\ndefault = true\n',
          ),
        ]
      : []),
    {
      kind: 'call',
      stage: 'node',
      name: 'Python environment',
      fn: 'uv_venv',
      args: [dir, ...nodePipPackages.split(/[,\s]+/).filter((name) => name !== '')],
    },
  ];
}
