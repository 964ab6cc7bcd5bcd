import type { Step } from '../../api.ts';
import { expectPort, httpProbe } from '../../toolkit/steps.ts';
import { fileNamePart } from '../../toolkit/index.ts';
import { dir, file, restart, unit, type InfraContext } from '../context.ts';
import { dashboardProvider, grafanaAccess, grafanaIni, hasLogStore, provisionedSources } from './config.ts';
import { DASHBOARDS, dashboardJson } from './dashboards/index.ts';
import { dataSources } from './sources.ts';

/** Grafana with data sources and dashboards. */
export function grafanaSteps(context: InfraContext): readonly Step[] {
  const { site, host, has } = context;
  if (!host.params.grafanaEnabled || !has('grafana')) return [];
  const name = site.platform.unit('grafana', host.facts);
  const own = { owner: 'root', group: 'grafana', mode: 0o640, effects: [restart(name)] };
  const access = '/infra/conf/grafana.access';
  return [
    dir('/etc/grafana', 'root', 'grafana', 0o755),
    dir('/etc/grafana/provisioning', 'root', 'grafana', 0o755),
    dir('/etc/grafana/provisioning/dashboards', 'root', 'grafana', 0o755),
    dir('/etc/grafana/provisioning/datasources', 'root', 'grafana', 0o755),
    dir('/var/lib/grafana/plugins', 'grafana', 'grafana', 0o755),
    file('/etc/grafana/grafana.ini', 'infra/grafana', (secrets) => grafanaIni(context, secrets), own),
    file(
      '/etc/grafana/provisioning/datasources/inventory.yml',
      'infra/grafana',
      (secrets) => provisionedSources(context, secrets),
      own,
    ),
    file('/etc/grafana/provisioning/dashboards/inventory.yml', 'infra/grafana', dashboardProvider, own),
    ...DASHBOARDS.filter(({ needs }) => needs === undefined || hasLogStore(context)).map((dashboard) =>
      file(`/infra/dashboards/${dashboard.uid}.json`, 'infra/dashboards', () => dashboardJson(dashboard), {
        owner: 'grafana',
        group: 'infra',
        mode: 0o640,
      }),
    ),
    expectPort('infra', host.params.grafanaPort, 'grafana_port', name),
    unit(name, true),
    httpProbe('infra', name, host.params.grafanaPort, 120, '/api/health'),
    file(access, 'infra/grafana', (secrets) => grafanaAccess(context, secrets), {
      mode: 0o600,
    }),
    ...dataSources(site).map((source) => {
      const path = `/infra/datasources/${fileNamePart(source.name)}.json`;
      return file(path, 'infra/datasources', source.render, {
        stage: 'monitor',
        mode: 0o600,
        effects: [{ kind: 'call', fn: 'grafana_datasource', args: [access, path] }],
      });
    }),
  ];
}
