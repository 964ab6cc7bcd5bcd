import { parameter } from '../../schema/table.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';

/** What makes a host one of a module: its files are the only ones that need the module's parameters. Others concern every host. */
const MEMBERS: Readonly<Record<string, (host: InventoryHost) => boolean>> = {
  PGSQL: ({ vars }) => vars.has('pg_cluster'),
  ETCD: ({ vars, groups }) => vars.has('etcd_seq') || groups.includes('etcd'),
  MINIO: ({ vars }) => vars.has('minio_seq'),
  REDIS: ({ vars }) => vars.has('redis_cluster'),
};

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
  return isRead(name) && (MEMBERS[parameter(name)?.module ?? '']?.(host) ?? true);
}
