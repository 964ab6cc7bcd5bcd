import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { nodeName } from '../minio/ranges.ts';

/** Whether the inventory tells a host what a name is: in /etc/hosts, or by the name servers that the host asks. */
export function knowsName(context: CheckContext, host: InventoryHost, name: string): boolean {
  const lines: unknown[] = [];
  if (context.of(host).nodeWriteEtcHosts.value) {
    const stores = context.clusters('minio_cluster').flatMap(({ members }) => members);
    if (stores.some((member) => nodeName(context, member) === name)) return true;
    lines.push(...context.of(host).nodeDefaultEtcHosts.value, ...context.of(host).nodeEtcHosts.value);
  }
  const servers = context.members('infra').filter((server) => context.of(server).dnsEnabled.value);
  if (context.of(host).nodeDnsMethod.value !== 'none')
    lines.push(...servers.flatMap((server) => context.of(server).dnsRecords.value));
  return lines.some((line) => namesIn(String(line)).includes(name));
}

function namesIn(line: string): readonly string[] {
  return line.replace(/#.*/, '').trim().split(/\s+/).slice(1);
}
