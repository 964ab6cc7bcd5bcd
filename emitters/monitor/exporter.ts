import type { SecretSink } from '../../compiler/model/secret.ts';
import type { Host, Site } from '../../compiler/model/site.ts';
import type { Component } from '../../compiler/platform/profile.ts';
import type { FileStep, Step } from '../api.ts';
import { systemdValue } from '../toolkit/quote/index.ts';
import { httpProbe } from '../toolkit/steps.ts';
import { unitFile, type UnitSection } from '../toolkit/unit-file.ts';

export const STAGE = 'monitor';

/** One exporter process: environment, unit, and who runs it. */
export interface Exporter {
  readonly name: string;
  readonly description: string;
  readonly documentation: string;
  readonly component: Component;
  readonly command: string;
  readonly user: string;
  readonly env: (secrets: SecretSink) => string;
  readonly port: number;
  /** Further settings of its unit. */
  readonly service?: UnitSection;
}

/** Package, environment and unit of an exporter. */
export function exporterSteps(site: Site, { facts, params }: Host, exporter: Exporter): readonly Step[] {
  const unit = exporter.name;
  const file = (path: string, mode: number, render: FileStep['render']): FileStep => ({
    kind: 'file',
    stage: STAGE,
    path,
    owner: 'root',
    group: 'root',
    mode,
    effects: [{ kind: 'restart', unit }],
    source: 'monitor/postgres-exporters',
    render,
  });
  return [
    { kind: 'package', stage: STAGE, names: site.platform.packages(exporter.component, facts, params.pgVersion) },
    file(`/etc/default/${exporter.name}`, 0o600, exporter.env),
    file(`/etc/systemd/system/${unit}.service`, 0o644, () => unitText(exporter)),
    { kind: 'unit', stage: STAGE, unit, enabled: true, state: 'started' },
    httpProbe(STAGE, unit, exporter.port, 30),
  ];
}

function unitText(exporter: Exporter): string {
  return unitFile(
    [
      ['Description', systemdValue(exporter.description)],
      ['Documentation', exporter.documentation],
      ['After', 'network.target'],
    ],
    [
      ['EnvironmentFile', systemdValue(`/etc/default/${exporter.name}`)],
      ['User', exporter.user],
      ...(exporter.service ?? []),
      ['ExecStart', exporter.command],
      ['ExecReload', '/bin/kill -HUP $MAINPID'],
      ['Restart', 'on-failure'],
      ['RestartSec', 5],
      // Watching must not slow what is watched.
      ['CPUQuota', '10%'],
    ],
  );
}
