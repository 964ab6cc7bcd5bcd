import type { Host, Site } from '../../compiler/model/site.ts';
import type { Emitter, Step } from '../api.ts';
import { accountSteps, directorySteps, packageSteps } from './accounts.ts';
import { dir, infraContext, type InfraContext } from './context.ts';
import { dnsSteps } from './dns/index.ts';
import { environmentSteps } from './env/index.ts';
import { grafanaSteps } from './grafana/index.ts';
import { alertingSteps } from './metrics/alerting.ts';
import { monitoringSteps } from './metrics/services.ts';
import { nginxSteps } from './nginx/index.ts';
import { ruleSteps } from './rules/index.ts';

/** Infra hosts: name service, web portal, metrics, logs, alerts and dashboards. */
export const infraEmitter: Emitter = {
  module: 'infra',
  plan(site: Site, host: Host): readonly Step[] {
    if (host.infra === undefined) return [];
    const context = infraContext(site, host.infra);
    return [
      ...packageSteps(context),
      ...accountSteps(context),
      ...directorySteps(context),
      ...environmentSteps(context),
      ...dnsSteps(context),
      ...nginxSteps(context),
      // Behind the portal: where it serves from may be a link that must be made first.
      ...repositorySteps(context),
      ...ruleSteps(context),
      ...alertingSteps(context),
      ...monitoringSteps(context),
      ...grafanaSteps(context),
    ];
  },
};

/** Where the local package repository is served from. Its packages are fetched by an administrator, not compiled. */
function repositorySteps({ host }: InfraContext): readonly Step[] {
  const { params } = host;
  if (!params.repoEnabled || !params.nginxEnabled) return [];
  return [dir(`${params.repoHome}/${params.repoName}`, 'root', 'root', 0o755)];
}
