import { MODULES } from '../../../emitters/modules.ts';
import { parameter } from '../../schema/table.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';

/** Read although no parameter of a module: the host's address, and what sizes it where there are no facts. */
const OTHERS: ReadonlySet<string> = new Set([
  'ansible_host',
  'node_cpu',
  'node_mem_mb',
  'node_mem_gb',
  'os_vendor',
  'os_version',
  'os_arch',
]);

/** Asked for with `is defined`: what cannot be evaluated is as good as not set. */
const IF_DEFINED: ReadonlySet<string> = new Set(['nodename']);

/** True when the files of some host may need the variable. */
export function isRead(name: string): boolean {
  const info = parameter(name);
  return OTHERS.has(name) || (info?.emits === true && info.module !== 'ANSIBLE' && !IF_DEFINED.has(name));
}

/** True when the files of this host need the variable, so that it must have a value there. */
export function reads(host: InventoryHost, name: string): boolean {
  return isRead(name) && mayBeOf(host, parameter(name)?.module);
}

/** The files of a module's hosts are the only ones that need its parameters. Others concern every host. */
function mayBeOf({ vars, groups }: InventoryHost, module = ''): boolean {
  const { mark, group } = MODULES.find(({ name }) => name === module.toLowerCase()) ?? {};
  return mark === undefined || vars.has(mark) || (group !== undefined && groups.includes(group));
}
