import type { Component } from '../../../compiler/platform/profile.ts';
import type { Step } from '../../api.ts';
import { httpProbe } from '../../toolkit/steps.ts';
import { unitFile, type UnitSection } from '../../toolkit/unit-file.ts';
import { environmentFileValue, systemdWord } from '../../toolkit/quote/index.ts';
import { file, reload, restart, unit, type InfraContext } from '../context.ts';
import { scrapeConfig } from './scrape.ts';

/** A program that is all command line: unit and environment file, both replaced by a restart. */
interface Service {
  readonly name: string;
  readonly description: string;
  readonly component: Component;
  readonly enabled: boolean;
  readonly binary: string;
  readonly port: number;
  readonly variable: string;
  readonly options: string;
  readonly user: string;
  /** Further settings of [Service]. */
  readonly service?: UnitSection;
  /** Settings of [Unit] beside the description. */
  readonly after?: string;
}

/** Metrics, logs and traces stores, rule evaluation, alert routing and probing. */
export function monitoringSteps(context: InfraContext): readonly Step[] {
  return [
    ...storeSteps(context),
    ...services(context)
      .filter((service) => service.enabled && context.has(service.component))
      .flatMap((service) => serviceSteps(service)),
  ];
}

function storeSteps(context: InfraContext): readonly Step[] {
  const { host, site, has, metricsUser } = context;
  if (!host.params.vmetricsEnabled || !(has('victoria-metrics') || has('prometheus'))) return [];
  const unitName = site.platform.unit('prometheus', host.facts);
  const promtool =
    has('prometheus') && !has('victoria-metrics')
      ? [site.platform.path('promtoolBin', host.facts), 'check', 'config', '--syntax-only', '{}']
      : undefined;
  return [
    file('/infra/prometheus.yml', 'infra/scrape', () => scrapeConfig(context), {
      owner: metricsUser,
      group: 'infra',
      effects: [reload(unitName)],
      ...(promtool === undefined ? {} : { validate: promtool }),
    }),
  ];
}

function services({ host, site, has, metricsUser }: InfraContext): readonly Service[] {
  const { params, facts } = host;
  const interval =
    typeof params.vmetricsScrapeInterval === 'number'
      ? `${params.vmetricsScrapeInterval}s`
      : params.vmetricsScrapeInterval;
  const store = `http://127.0.0.1:${params.vmetricsPort}`;
  const metrics = {
    description: 'Metrics store',
    port: params.vmetricsPort,
    variable: 'VMETRICS_OPTS',
    user: metricsUser,
    enabled: params.vmetricsEnabled,
  };
  // Routers of all infra hosts gossip, so that an alert sent to each of them is told once.
  const peers = site.infra
    .filter((node) => node.host !== host)
    .map((node) => ` --cluster.peer=${node.host.address}:9094`)
    .join('');
  return [
    {
      ...metrics,
      name: site.platform.unit('prometheus', facts),
      component: 'victoria-metrics',
      binary: '/usr/bin/victoria-metrics',
      options: words(
        `-storageDataPath=/infra/metrics -httpListenAddr=:${params.vmetricsPort} -promscrape.config=/infra/prometheus.yml`,
        params.vmetricsOptions,
      ),
      service: storeLimits(8388608),
    },
    {
      ...metrics,
      name: site.platform.unit('prometheus', facts),
      component: 'prometheus',
      enabled: params.vmetricsEnabled && !has('victoria-metrics'),
      binary: site.platform.path('prometheusBin', facts),
      // Options of VictoriaMetrics are not understood here, so vmetrics_options is not passed on.
      options: words(
        '--config.file=/infra/prometheus.yml --storage.tsdb.path=/infra/metrics ' +
          `--web.listen-address=:${params.vmetricsPort} --web.external-url=http://localhost/vmetrics ` +
          '--web.route-prefix=/',
        '',
      ),
      service: storeLimits(65536),
    },
    {
      name: 'vlogs',
      description: 'Log store',
      port: params.vlogsPort,
      component: 'victoria-logs',
      enabled: params.vlogsEnabled,
      binary: '/usr/bin/victoria-logs',
      variable: 'VLOGS_OPTS',
      user: metricsUser,
      options: words(`-storageDataPath=/infra/logs -httpListenAddr=:${params.vlogsPort}`, params.vlogsOptions),
      service: storeLimits(4194304),
    },
    {
      name: 'vtraces',
      description: 'Trace store',
      port: params.vtracesPort,
      component: 'victoria-traces',
      enabled: params.vtracesEnabled,
      binary: '/usr/bin/victoria-traces',
      variable: 'VTRACES_OPTS',
      user: metricsUser,
      options: words(`-storageDataPath=/infra/traces -httpListenAddr=:${params.vtracesPort}`, params.vtracesOptions),
      service: storeLimits(2097152),
    },
    {
      name: 'vmalert',
      description: 'Rule evaluation',
      port: params.vmalertPort,
      component: 'vmalert',
      enabled: params.vmalertEnabled && params.vmetricsEnabled,
      binary: '/usr/bin/vmalert',
      variable: 'VMALERT_OPTS',
      user: metricsUser,
      options: words(
        `-datasource.url=${store} -remoteRead.url=${store} -remoteWrite.url=${store} ` +
          `-notifier.url=http://127.0.0.1:${params.alertmanagerPort} -httpListenAddr=:${params.vmalertPort} ` +
          `-rule=/infra/rules/*.yml -evaluationInterval=${interval}`,
        params.vmalertOptions,
      ),
      after: 'vmetrics.service',
      service: storeLimits(131072),
    },
    {
      name: site.platform.unit('alertmanager', facts),
      description: 'Alert routing',
      port: params.alertmanagerPort,
      component: 'alertmanager',
      enabled: params.alertmanagerEnabled,
      binary: site.platform.path('alertmanagerBin', facts),
      variable: 'ALERTMANAGER_OPTS',
      user: 'prometheus',
      options: words(
        '--config.file=/etc/alertmanager.yml --storage.path=/infra/alertmgr ' +
          `--web.listen-address=:${params.alertmanagerPort} --web.external-url=http://localhost/alertmgr ` +
          '--web.route-prefix=/ --cluster.listen-address=0.0.0.0:9094 ' +
          `--cluster.advertise-address=${host.address}:9094${peers}`,
        params.alertmanagerOptions,
      ),
    },
    {
      name: site.platform.unit('blackbox-exporter', facts),
      description: 'Probes of addresses',
      port: params.blackboxPort,
      component: 'blackbox-exporter',
      enabled: params.blackboxEnabled,
      binary: site.platform.path('blackboxExporterBin', facts),
      variable: 'BLACKBOX_EXPORTER_OPTS',
      user: 'prometheus',
      options: words(
        `--config.file=/etc/blackbox.yml --web.listen-address=:${params.blackboxPort}`,
        params.blackboxOptions,
      ),
      // Raw sockets for echo requests, without root.
      service: [['AmbientCapabilities', 'CAP_NET_RAW']],
    },
  ];
}

function words(own: string, given: string): string {
  return given.trim() === '' ? own : `${own} ${given.trim()}`;
}

/** Stores keep many files open and are the last to be killed when memory runs out: they say why. */
function storeLimits(files: number): UnitSection {
  return [
    ['LimitNOFILE', files],
    ['OOMScoreAdjust', -1000],
    ['TimeoutStopSec', 120],
  ];
}

function serviceSteps(service: Service): readonly Step[] {
  const env = `/etc/default/${service.name}`;
  const effects = [restart(service.name)];
  return [
    file(env, `infra/${service.component}`, () => `${service.variable}=${environmentFileValue(service.options)}\n`, {
      group: 'infra',
      effects,
    }),
    file(
      `/etc/systemd/system/${service.name}.service`,
      `infra/${service.component}`,
      () =>
        unitFile(
          [
            ['Description', service.description],
            ['After', ['network-online.target', service.after].filter(Boolean).join(' ')],
            ['Wants', ['network-online.target', service.after].filter(Boolean).join(' ')],
          ],
          [
            ['User', service.user],
            ['EnvironmentFile', env],
            ['ExecStart', `${systemdWord(service.binary)} $${service.variable}`],
            ['ExecReload', '/bin/kill -HUP $MAINPID'],
            ['Restart', 'on-failure'],
            ['RestartSec', 5],
            ...(service.service ?? []),
          ],
        ),
      { effects },
    ),
    unit(service.name, true),
    httpProbe('infra', service.name, service.port, 60),
  ];
}
