import { report } from '../../../../diagnostics/report.ts';
import type { Span } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { entries, field } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { nodeName } from '../minio/ranges.ts';

/** The name of a store of this inventory leads somewhere on the hosts that back up to it. Each name once. */
export const backupEndpoint: Rule = function* (context) {
  const said = new Set<string>();
  for (const cluster of context.fragment ? [] : context.clusters('pg_cluster')) {
    const host = cluster.members[0]!;
    const name = context.flag(host, 'pgbackrest_enabled') ? endpointOf(context, host) : '';
    if (!isOurs(context, name) || said.has(name) || isKnown(context, host, name)) continue;
    said.add(name);
    yield report('backup-endpoint', endpointSpan(context, cluster), { name, host: host.name });
  }
};

function endpointOf(context: CheckContext, host: InventoryHost): string {
  const repositories = context.value(host, 'pgbackrest_repo') as Readonly<Record<string, unknown>> | undefined;
  const options = repositories?.[context.text(host, 'pgbackrest_method')] as Readonly<Record<string, unknown>> | null;
  if (options?.['type'] !== 's3' || options['storage_host'] !== undefined) return '';
  return String(options['s3_endpoint'] ?? '').replace(/:[0-9]+$/, '');
}

/** Names of a store here, and those below the distribution's own domain. */
function isOurs(context: CheckContext, name: string): boolean {
  const domains = context.clusters('minio_cluster').map(({ members }) => context.text(members[0]!, 'minio_domain'));
  return domains.length > 0 && (name.endsWith('.pigsty') || domains.includes(name));
}

/** In /etc/hosts, or answered by the name servers that the host asks. */
function isKnown(context: CheckContext, host: InventoryHost, name: string): boolean {
  const lines: unknown[] = [];
  if (context.flag(host, 'node_write_etc_hosts')) {
    const stores = context.clusters('minio_cluster').flatMap(({ members }) => members);
    if (stores.some((member) => nodeName(context, member) === name)) return true;
    lines.push(...context.list(host, 'node_default_etc_hosts'), ...context.list(host, 'node_etc_hosts'));
  }
  const servers = context.members('infra').filter((server) => context.flag(server, 'dns_enabled'));
  if (context.text(host, 'node_dns_method') !== 'none')
    lines.push(...servers.flatMap((server) => context.list(server, 'dns_records')));
  return lines.some((line) => namesIn(String(line)).includes(name));
}

function namesIn(line: string): readonly string[] {
  return line.replace(/#.*/, '').trim().split(/\s+/).slice(1);
}

function endpointSpan(context: CheckContext, { members, span }: ClusterView): Span {
  const method = context.text(members[0]!, 'pgbackrest_method');
  const written = entries(context.node(members[0]!, 'pgbackrest_repo')).find(({ key }) => key.text === method)?.value;
  return field(written, 's3_endpoint')?.span ?? context.traced(members[0]!, 'pgbackrest_method')?.node.span ?? span;
}
