import type { Host, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { environmentFile } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { expectPort, httpProbe, restart, textFile } from '../toolkit/steps.ts';

interface Exporter {
  readonly unit: string;
  readonly name: string;
  readonly port: number;
  /** File systemd reads, and the variable in it that holds the command line. */
  readonly environment: string;
  readonly variable: string;
  readonly options: string;
  /** Set where the package brings no unit that reads the variable. */
  readonly ownUnit: { readonly description: string; readonly bin: string; readonly cpuQuota: string } | undefined;
}

type Component = 'node-exporter' | 'keepalived-exporter';

/** Exporters of the host itself: the kernel's metrics, and keepalived's on hosts with a VIP. */
export function exporterSteps(site: Site, host: Host): readonly Step[] {
  return [
    ...(host.params.nodeExporterEnabled ? exporter(site, host, 'node-exporter', nodeExporter(site, host)) : []),
    ...(host.nodeVip === undefined ? [] : exporter(site, host, 'keepalived-exporter', keepalivedExporter(host))),
  ];
}

/** Nothing where the platform has no such package. */
function exporter(site: Site, host: Host, component: Component, settings: Exporter): readonly Step[] {
  if (site.platform.missing.includes(component)) return [];
  return [
    { kind: 'package', stage: 'monitor', names: site.platform.packages(component, host.facts, host.params.pgVersion) },
    ...steps(host, settings),
  ];
}

function keepalivedExporter(host: Host): Exporter {
  const name = 'keepalived_exporter';
  return {
    unit: name,
    name,
    port: host.params.vipExporterPort,
    environment: `/etc/default/${name}`,
    variable: 'KEEPALIVED_EXPORTER_OPTS',
    options: '',
    ownUnit: { description: 'Metrics of keepalived', bin: `/usr/bin/${name}`, cpuQuota: '' },
  };
}

/** Debian's own package brings a unit that takes its command line from ARGS; the distribution's has none worth keeping. */
function nodeExporter(site: Site, host: Host): Exporter {
  const { params, facts } = host;
  const unit = site.platform.unit('node-exporter', facts);
  const archive = unit !== 'node_exporter';
  return {
    unit,
    name: 'node_exporter',
    port: params.nodeExporterPort,
    environment: `/etc/default/${unit}`,
    variable: archive ? 'ARGS' : 'NODE_EXPORTER_OPTS',
    options: params.nodeExporterOptions,
    ownUnit: archive
      ? undefined
      : { description: 'Metrics of the host', bin: site.platform.path('nodeExporterBin', facts), cpuQuota: '30%' },
  };
}

function steps(host: Host, exporter: Exporter): readonly Step[] {
  const { unit, ownUnit } = exporter;
  const options =
    `--web.listen-address=:${exporter.port} --web.telemetry-path=${host.params.exporterMetricsPath} ${exporter.options}`.trim();
  return [
    textFile(
      'monitor',
      exporter.environment,
      'node/exporter',
      () => environmentFile({ [exporter.variable]: options }),
      {
        effects: [restart(unit)],
      },
    ),
    ...(ownUnit === undefined
      ? []
      : [
          textFile(
            'monitor',
            `/etc/systemd/system/${unit}.service`,
            'node/exporter-unit',
            () =>
              renderTemplate('emitters/node/templates/exporter.service.njk', {
                ...ownUnit,
                environment: exporter.environment,
                variable: exporter.variable,
              }),
            { effects: [restart(unit)] },
          ),
        ]),
    expectPort('monitor', exporter.port, `${exporter.name}_port`, unit),
    { kind: 'unit', stage: 'monitor', unit, enabled: true, state: 'started' },
    httpProbe('monitor', exporter.name, exporter.port, 10),
  ];
}
