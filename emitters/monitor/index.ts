import type { Host, Site } from '../../compiler/model/site.ts';
import type { Emitter, Step } from '../api.ts';
import { metricsUser, storesMetrics } from '../infra/context.ts';
import { targetFiles, targetText } from '../infra/metrics/targets.ts';
import { parts } from '../toolkit/parts.ts';
import { logSourceSteps } from './logs.ts';
import { instanceExporters, remoteExporters } from './postgres-exporters.ts';

/** What watches the other modules: exporters and log sources beside them, and their registration on infra hosts. */
export const monitorEmitter: Emitter = {
  module: 'monitor',
  plan(site: Site, host: Host): readonly Step[] {
    return parts(
      () => (host.pg === undefined ? [] : instanceExporters(site, host.pg)),
      () => remoteExporters(site, host),
      () => logSourceSteps(site, host),
      () => targetSteps(site, host),
    );
  },
};

/** Discovery files. They are read again when they change, so nothing is reloaded. */
function targetSteps(site: Site, host: Host): readonly Step[] {
  if (host.infra === undefined || !storesMetrics(site, host)) return [];
  return targetFiles(site, host).map((target) => ({
    kind: 'file',
    stage: 'monitor',
    path: `/infra/targets/${target.module}/${target.name}.yml`,
    owner: metricsUser(site),
    group: 'infra',
    mode: 0o640,
    effects: [],
    source: 'monitor/targets',
    render: () => targetText(target),
  }));
}
