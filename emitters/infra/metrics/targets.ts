import type { Host, PgInstance, Site } from '../../../compiler/model/site.ts';
import type { Component } from '../../../compiler/platform/profile.ts';
import type { TargetFile, TargetGroup } from '../../module.ts';
import { MODULES } from '../../modules.ts';
import { yamlDocument } from '../../toolkit/yaml.ts';
import { agentsOf } from './agents.ts';

/** Every instance of every module that has something to scrape on this platform, as the infra host `watcher` sees it. */
export function targetFiles(site: Site, watcher: Host): readonly TargetFile[] {
  const has = (component: Component): boolean => !site.platform.missing.includes(component);
  const files = [
    ...site.hosts.flatMap((host) => nodeTargets(host, has)),
    ...site.infra.map(({ host, name, seq }) => target('infra', name, infraGroups(host, seq, has))),
    ...MODULES.flatMap((module) => module.targets?.(site) ?? []),
    ...site.pgClusters.flatMap((cluster) => cluster.members.flatMap((instance) => pgsqlTargets(instance, has))),
    ...(has('pg-exporter')
      ? remoteTargets(site.hosts.filter((host) => host === watcher || host.infra === undefined))
      : []),
  ];
  return files.filter(({ groups }) => groups.length > 0);
}

export function targetText(file: TargetFile): string {
  return yamlDocument(file.groups);
}

function target(module: TargetFile['module'], name: string, groups: readonly TargetGroup[]): TargetFile {
  return { module, name, groups: groups.filter(({ targets }) => targets.length > 0) };
}

function group(addresses: readonly (readonly [Host, number])[], labels: Readonly<Record<string, string>>): TargetGroup {
  return { targets: addresses.map(([host, port]) => `${host.address}:${port}`), labels };
}

function nodeTargets(host: Host, has: (component: Component) => boolean): readonly TargetFile[] {
  const labels = { ip: host.name, ins: host.nodename, cls: host.nodeCluster };
  const vip = host.nodeVip?.address;
  const ofVip = (agent: { readonly component: Component }): boolean => agent.component === 'keepalived-exporter';
  const agents = agentsOf(host, 'node', has);
  const groupOf = (of: typeof agents, extra: Readonly<Record<string, string>>): TargetGroup =>
    group(
      of.map((agent) => [host, agent.port(host.params)]),
      { ...labels, ...extra },
    );
  return [
    target('node', host.name, [
      groupOf(
        agents.filter((agent) => !ofVip(agent)),
        {},
      ),
      ...(vip === undefined ? [] : [groupOf(agents.filter(ofVip), { vip })]),
    ]),
    ...(has('blackbox-exporter') ? pingTargets(host, labels) : []),
  ];
}

/** Every host, and every virtual address once for each host that may hold it. */
function pingTargets(host: Host, labels: Readonly<Record<string, string>>): readonly TargetFile[] {
  const nodeVip = host.nodeVip?.address;
  const pgVip = host.pg?.cluster.vip?.address;
  return [
    target('ping', host.name, [{ targets: [host.address], labels }]),
    ...(nodeVip === undefined
      ? []
      : [
          target('ping', `${nodeVip}---${host.name}`, [
            { targets: [nodeVip], labels: { ...labels, vip: nodeVip, job: 'node-vip' } },
          ]),
        ]),
    ...(pgVip === undefined
      ? []
      : [
          target('ping', `${pgVip}---${host.name}`, [
            {
              targets: [pgVip],
              labels: { ip: host.name, ins: host.pg!.name, cls: host.pg!.cluster.name, vip: pgVip, job: 'pgsql-vip' },
            },
          ]),
        ]),
  ];
}

function infraGroups(host: Host, seq: number, has: (component: Component) => boolean): readonly TargetGroup[] {
  const { params } = host;
  const services: readonly (readonly [string, boolean, number])[] = [
    ['nginx', params.nginxEnabled && params.nginxExporterEnabled && has('nginx-exporter'), params.nginxExporterPort],
    ['vmetrics', params.vmetricsEnabled && has('victoria-metrics'), params.vmetricsPort],
    ['prometheus', params.vmetricsEnabled && has('prometheus'), params.vmetricsPort],
    ['vlogs', params.vlogsEnabled && has('victoria-logs'), params.vlogsPort],
    ['vtraces', params.vtracesEnabled && has('victoria-traces'), params.vtracesPort],
    ['vmalert', params.vmalertEnabled && params.vmetricsEnabled && has('vmalert'), params.vmalertPort],
    ['alertmanager', params.alertmanagerEnabled && has('alertmanager'), params.alertmanagerPort],
    ['blackbox', params.blackboxEnabled && has('blackbox-exporter'), params.blackboxPort],
    ['grafana', params.grafanaEnabled && has('grafana'), params.grafanaPort],
  ];
  return services
    .filter(([, on]) => on)
    .map(([name, , port]) => group([[host, port]], { ip: host.name, ins: `${name}-${seq}`, cls: name }));
}

function pgsqlTargets(instance: PgInstance, has: (component: Component) => boolean): readonly TargetFile[] {
  const { host } = instance;
  const labels = { cls: instance.cluster.name, ins: instance.name, ip: host.name };
  const withTls = (agent: { readonly component: Component }): boolean =>
    agent.component === 'patroni' && host.params.patroniSslEnabled;
  const agents = agentsOf(host, 'pgsql', has);
  const addresses = (of: typeof agents): readonly (readonly [Host, number])[] =>
    of.map((agent) => [host, agent.port(host.params)]);
  return [
    target('pgsql', instance.name, [group(addresses(agents.filter((agent) => !withTls(agent))), labels)]),
    // Scraped with TLS by a job of its own, which takes the label of the plain job.
    target('patroni', instance.name, [group(addresses(agents.filter(withTls)), { job: 'pgsql', ...labels })]),
  ];
}

/**
 * Databases elsewhere, one file per cluster. Infra hosts that share their declaration each run the same exporters, and each
 * scrapes its own.
 */
function remoteTargets(hosts: readonly Host[]): readonly TargetFile[] {
  const exporters = hosts.flatMap((host) =>
    [...(host.params.pgExporters ?? [])].map(([port, remote]) => ({ host, port: Number(port), remote })),
  );
  const clusters = [...new Set(exporters.map(({ remote }) => remote.pgCluster))];
  return clusters.map((cluster) =>
    target(
      'pgrds',
      cluster,
      exporters
        .filter(({ remote }) => remote.pgCluster === cluster)
        .map(({ host, port, remote }) =>
          group([[host, port]], { cls: cluster, ins: `${cluster}-${remote.pgSeq}`, ip: remote.pgHost }),
        ),
    ),
  );
}
