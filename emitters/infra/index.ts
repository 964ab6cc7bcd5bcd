import type { Host, Site } from '../../compiler/model/site.ts';
import type { Emitter, PackagesOf, Step } from '../api.ts';
import { parts } from '../toolkit/parts.ts';
import { accountSteps, directorySteps, packageSteps } from './accounts.ts';
import { infraContext } from './context.ts';
import { dnsSteps } from './dns/index.ts';
import { environmentSteps } from './env/index.ts';
import { grafanaSteps } from './grafana/index.ts';
import { alertingSteps } from './metrics/alerting.ts';
import { monitoringSteps } from './metrics/services.ts';
import { nginxSteps } from './nginx/index.ts';
import { repositorySteps } from './repository.ts';
import { ruleSteps } from './rules/index.ts';

/** Infra hosts: name service, web portal, metrics, logs, alerts and dashboards. */
export const infraEmitter: Emitter = {
  module: 'infra',
  plan(site: Site, host: Host, packagesOf: PackagesOf = () => []): readonly Step[] {
    if (host.infra === undefined) return [];
    const context = infraContext(site, host.infra);
    return parts(
      // Before the portal: in a stage of its own it comes first.
      () => repositorySteps(context, packagesOf),
      () => packageSteps(context),
      () => accountSteps(context),
      () => directorySteps(context),
      () => environmentSteps(context),
      () => dnsSteps(context),
      () => nginxSteps(context),
      () => ruleSteps(context),
      () => alertingSteps(context),
      () => monitoringSteps(context),
      () => grafanaSteps(context),
    );
  },
};
