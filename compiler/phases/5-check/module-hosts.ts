import type { Module } from '../../../emitters/module.ts';
import { MODULES } from '../../../emitters/modules.ts';
import type { ParameterInfo } from '../../schema/table.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';
import type { CheckContext } from './context.ts';

/** True when a host has a module. */
export function hasModule(
  context: CheckContext,
  host: InventoryHost,
  { group, cluster }: Pick<Module, 'group' | 'cluster'>,
): boolean {
  if (group !== undefined) return host.groups.includes(group);
  return cluster === undefined || context.parameter(host, cluster).text !== '';
}

/** Hosts of the module that a parameter is of. */
export function hostsOfModule(context: CheckContext, { module }: ParameterInfo): ReadonlySet<InventoryHost> {
  return context.once(`hosts of ${module}`, () => {
    const { group, cluster } = MODULES.find(({ name }) => name === module.toLowerCase()) ?? {};
    if (group !== undefined) return new Set(context.members(group));
    if (cluster === undefined) return new Set(context.hosts);
    return new Set(context.clusters(cluster).flatMap(({ members }) => members));
  });
}
