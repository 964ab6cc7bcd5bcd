import type { Emitter } from '../api.ts';
import { administratorSteps } from './administrator.ts';
import { exporterSteps } from './exporters.ts';
import { keepalivedSteps } from './keepalived.ts';
import { parts } from '../toolkit/parts.ts';
import { nameSteps } from './names.ts';
import { packageSteps } from './packages.ts';
import { proxySteps } from './proxy.ts';
import { repositorySteps } from './repositories.ts';
import { securitySteps } from './security.ts';
import { shellSteps } from './shell.ts';
import { timeSteps } from './time.ts';
import { tuningSteps } from './tuning.ts';
import { vectorSteps } from './vector.ts';

/**
 * What every host gets, whatever else it runs. Order: names resolve before repositories are asked, packages come before
 * what configures them, the VIP last.
 */
export const nodeEmitter: Emitter = {
  module: 'node',
  plan: (site, host) =>
    parts(
      () => nameSteps(site, host),
      () => securitySteps(site, host),
      () => proxySteps(site, host),
      () => repositorySteps(site, host),
      () => packageSteps(site, host),
      () => tuningSteps(site, host),
      () => shellSteps(host),
      () => administratorSteps(host),
      () => timeSteps(site, host),
      () => keepalivedSteps(site, host),
      () => exporterSteps(site, host),
      () => vectorSteps(site, host),
    ),
};
