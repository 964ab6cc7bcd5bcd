import { certificateName } from '../../compiler/model/certificate-names.ts';
import type { Step } from '../api.ts';
import type { Stage } from '../modules.ts';
import { certificatePair } from '../toolkit/certificates.ts';
import { dir, type InfraContext } from './context.ts';
import { usesCertbot } from './nginx/index.ts';

/** Target directories, one per module; discovery reads them all. */
export const TARGET_MODULES = [
  'node',
  'ping',
  'etcd',
  'infra',
  'pgsql',
  'pgrds',
  'redis',
  'minio',
  'patroni',
  'docker',
  'juice',
  'mysql',
  'kafka',
] as const;

/** Packages first: where they bring accounts of their own, those stay as they are. */
export function packageSteps({ site, host, has }: InfraContext): readonly Step[] {
  const { params, facts } = host;
  const wanted = [
    ...(params.nginxEnabled ? ['nginx' as const] : []),
    ...(params.dnsEnabled ? ['dnsmasq' as const] : []),
    ...(params.vmetricsEnabled ? ['victoria-metrics' as const, 'prometheus' as const] : []),
    ...(params.vlogsEnabled ? ['victoria-logs' as const] : []),
    ...(params.vtracesEnabled ? ['victoria-traces' as const] : []),
    ...(params.vmalertEnabled ? ['vmalert' as const] : []),
    ...(params.alertmanagerEnabled ? ['alertmanager' as const] : []),
    ...(params.blackboxEnabled ? ['blackbox-exporter' as const] : []),
    ...(params.grafanaEnabled ? ['grafana' as const] : []),
    ...(params.nginxEnabled && params.nginxExporterEnabled ? ['nginx-exporter' as const] : []),
  ].filter(has);
  // A running site whose repository has no such package does without.
  const additions = [
    ...(params.grafanaEnabled && params.vlogsEnabled ? ['grafana-logs-source' as const] : []),
    ...(params.nginxEnabled && usesCertbot(params) ? ['certbot' as const] : []),
  ].filter(has);
  const packagesOf = (components: typeof wanted | typeof additions): readonly string[] =>
    components.flatMap((component) => site.platform.packages(component, facts, params.pgVersion));
  const names = packagesOf(wanted);
  // `infra_packages` entries hold several names each, separated by commas or blanks.
  const extra = (params.infraPackages ?? []).flatMap((entry) => entry.split(/[\s,]+/)).filter((name) => name !== '');
  const optional = [...packagesOf(additions), ...extra];
  return [
    ...(names.length === 0 ? [] : [{ kind: 'package', stage: 'infra', names } as const]),
    ...(optional.length === 0 ? [] : [{ kind: 'package', stage: 'infra', names: optional, optional: true } as const]),
  ];
}

export function accountSteps(context: InfraContext): readonly Step[] {
  const { host, node, has, metricsUser } = context;
  const names = new Set([metricsUser, 'prometheus']);
  return [
    { kind: 'group', stage: 'infra', name: 'infra', system: true },
    // Monitoring and administration log in with it, and look at the files each time.
    ...certificatePair('infra', '/etc/pki/infra', certificateName('infra', node.name), [], {
      owner: 'root',
      group: 'infra',
      keyMode: 0o640,
    }),
    ...[...names].flatMap((name) => account(name)),
    ...(has('grafana') && host.params.grafanaEnabled ? account('grafana', '/var/lib/grafana') : []),
    ...(host.params.nginxEnabled ? nginxAccount(context, 'infra') : []),
    ...(host.params.dnsEnabled ? account('dnsmasq', '/var/lib/dnsmasq', []) : []),
  ];
}

/** What nginx runs as. */
export function nginxAccount({ site, host }: InfraContext, stage: Stage): readonly Step[] {
  return account(site.platform.path('nginxUser', host.facts), '/var/cache/nginx', [], stage);
}

function account(
  name: string,
  home?: string,
  groups: readonly string[] = ['infra'],
  stage: Stage = 'infra',
): readonly Step[] {
  return [
    { kind: 'group', stage, name, system: true },
    { kind: 'user', stage, name, group: name, groups, home, shell: '/usr/sbin/nologin', system: true },
  ];
}

/** `/infra` and what is below it. */
export function directorySteps({ host, has, metricsUser }: InfraContext): readonly Step[] {
  const { params } = host;
  const own = (path: string, owner: string, mode = 0o750): Step => dir(path, owner, 'infra', mode);
  return [
    own(params.infraData, 'root', 0o751),
    { kind: 'link', stage: 'infra', path: '/infra', target: params.infraData },
    own('/infra/conf', 'root'),
    own('/infra/tmp', 'root'),
    ...(params.alertmanagerEnabled && has('alertmanager') ? [own('/infra/alertmgr', 'prometheus', 0o700)] : []),
    ...(params.grafanaEnabled && has('grafana')
      ? [own('/infra/datasources', 'root'), own('/infra/dashboards', 'grafana')]
      : []),
    ...(['metrics', 'rules', 'bin', 'targets'] as const).map((name) => own(`/infra/${name}`, metricsUser)),
    ...(params.vlogsEnabled && has('victoria-logs') ? [own('/infra/logs', metricsUser)] : []),
    ...(params.vtracesEnabled && has('victoria-traces') ? [own('/infra/traces', metricsUser)] : []),
    ...TARGET_MODULES.map((name) => own(`/infra/targets/${name}`, metricsUser)),
  ];
}
