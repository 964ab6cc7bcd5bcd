import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Inventory } from '../2-merge/inventory.ts';
import { CheckContext, type CheckOptions } from './context.ts';
import type { Rule } from './rule.ts';
import { clusterName, groupName } from './rules/identity/cluster-name.ts';
import { identified, noInstances, offlineMembers, onePrimary, sameSettings, synchronousPeers, uniqueSeq } from './rules/identity/members.ts';
import { delay, standbyObjects, upstream, upstreamCycle } from './rules/identity/upstream.ts';
import { citus, citusLeftover } from './rules/kernel/citus.ts';
import { preload } from './rules/kernel/libraries.ts';
import { listen } from './rules/kernel/listen.ts';
import { plans, profileName } from './rules/kernel/recovery.ts';
import { SETTINGS } from './rules/kernel/settings.ts';
import { databases, monitorSchema } from './rules/users/databases.ts';
import { USERS } from './rules/users/users.ts';
import { hbaRules } from './rules/hba/rules.ts';
import { provider, providerPorts } from './rules/services/provider.ts';
import { services, uniqueServices } from './rules/services/services.ts';
import { clusterVip, dnsNames } from './rules/services/vip.ts';

/** Every rule, in the order of the chapters of docs/checks.md. The order does not show: diagnostics are sorted by place. */
export const RULES: readonly Rule[] = [
  clusterName, groupName, identified, uniqueSeq, onePrimary, noInstances, sameSettings, synchronousPeers, offlineMembers,
  upstream, upstreamCycle, delay, standbyObjects,
  citus, citusLeftover, preload, ...SETTINGS, profileName, plans, listen,
  ...USERS, databases, monitorSchema,
  hbaRules,
  services, uniqueServices, provider, providerPorts, clusterVip, dnsNames,
];

/** Everything wrong with a resolved inventory that can be known before a host is touched. */
export function checkInventory(inventory: Inventory, options: CheckOptions): readonly Diagnostic[] {
  const context = new CheckContext(inventory, options);
  return RULES.flatMap((rule) => [...rule(context)]);
}
