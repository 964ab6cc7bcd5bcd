import type { ParameterName } from '../../schema/parameter-names.gen.ts';
import type { ParameterInfo } from '../../schema/table.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';
import type { CheckContext } from './context.ts';

const CLUSTERS: Readonly<Record<string, ParameterName>> = {
  MINIO: 'minio_cluster',
  PGSQL: 'pg_cluster',
  REDIS: 'redis_cluster',
};

/** Hosts of the module that a parameter is of. */
export function hostsOfModule(context: CheckContext, { module }: ParameterInfo): ReadonlySet<InventoryHost> {
  return context.once(`hosts of ${module}`, () => {
    if (module === 'ETCD' || module === 'INFRA') return new Set(context.members(module.toLowerCase()));
    const cluster = CLUSTERS[module];
    if (cluster === undefined) return new Set(context.hosts);
    return new Set(context.clusters(cluster).flatMap(({ members }) => members));
  });
}
