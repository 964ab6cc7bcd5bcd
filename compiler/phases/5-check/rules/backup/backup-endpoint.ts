import { report } from '../../../../diagnostics/report.ts';
import type { Span } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { entries, field } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { knowsName } from '../node/known-names.ts';

export const backupEndpoint: Rule = {
  codes: ['backup-endpoint'],
  about: 'The name of a store of this inventory leads somewhere on the hosts that back up to it. Each name ' + 'once.',
  *check(context) {
    const said = new Set<string>();
    for (const cluster of context.fragment ? [] : context.clusters('pg_cluster')) {
      const host = cluster.members[0]!;
      const name = context.of(host).pgbackrestEnabled.value ? endpointOf(context, host) : '';
      if (!isOurs(context, name) || said.has(name) || knowsName(context, host, name)) continue;
      said.add(name);
      yield report('backup-endpoint', endpointSpan(context, cluster), { name, host: host.name });
    }
  },
};

function endpointOf(context: CheckContext, host: InventoryHost): string {
  const repositories = context.of(host).pgbackrestRepo.plain as Readonly<Record<string, unknown>> | undefined;
  const options = repositories?.[context.of(host).pgbackrestMethod.value] as Readonly<Record<string, unknown>> | null;
  if (options?.['type'] !== 's3' || options['storage_host'] !== undefined) return '';
  return String(options['s3_endpoint'] ?? '').replace(/:[0-9]+$/, '');
}

/** Names of a store here, and those below the distribution's own domain. */
function isOurs(context: CheckContext, name: string): boolean {
  const domains = context.clusters('minio_cluster').map(({ members }) => context.of(members[0]!).minioDomain.value);
  return domains.length > 0 && (name.endsWith('.pigsty') || domains.includes(name));
}

function endpointSpan(context: CheckContext, { members, span }: ClusterView): Span {
  const method = context.of(members[0]!).pgbackrestMethod.value;
  const written = entries(context.of(members[0]!).pgbackrestRepo.node).find(({ key }) => key.text === method)?.value;
  return field(written, 's3_endpoint')?.span ?? context.of(members[0]!).pgbackrestMethod.traced?.node.span ?? span;
}
