import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { nodeName } from '../minio/ranges.ts';

/** Whether the inventory tells a host what a name is: in /etc/hosts, or by the name servers that the host asks. */
export function knowsName(context: CheckContext, host: InventoryHost, name: string): boolean {
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
