import type { PgCluster, Site } from '../../../compiler/model/site.ts';
import type { RecordFile } from '../../module.ts';
import { MODULES } from '../../modules.ts';
import { dnsmasqName, requireLine } from '../../toolkit/quote/index.ts';

/** Names of every instance, cluster and virtual address. A later file never takes the name of an earlier one. */
export function recordFiles(site: Site): readonly RecordFile[] {
  const files: RecordFile[] = [];
  for (const cluster of site.pgClusters) {
    for (const instance of cluster.members)
      files.push({
        name: instance.name,
        records: [[instance.host.address, instance.name]],
      });
    const address = clusterAddress(cluster);
    if (address === undefined) continue;
    const name = `${cluster.name}${cluster.primary.host.params.pgDnsSuffix}`;
    files.push({
      name: cluster.name,
      records: [[address, name]],
    });
  }
  for (const vip of site.nodeVips) {
    const first = vip.members[0]!;
    files.push({
      name: `${first.nodeCluster}.vip`,
      records: [[vip.address, `${first.nodeCluster}${first.params.vipDnsSuffix}`]],
    });
  }
  files.push(...MODULES.flatMap((module) => module.records?.(site) ?? []));
  const seen = new Set<string>();
  return files.filter(({ name }) => !seen.has(name) && seen.add(name) !== undefined);
}

/** Where the cluster's name points: by `pg_dns_target` the virtual address, the declared primary, an address of its own, or nowhere. */
function clusterAddress(cluster: PgCluster): string | undefined {
  const target = cluster.primary.host.params.pgDnsTarget;
  const vip = cluster.vip?.address;
  switch (target) {
    case 'auto':
      return vip ?? cluster.primary.host.address;
    case 'vip':
      return vip;
    case 'primary':
      return cluster.primary.host.address;
    case 'none':
      return undefined;
    default:
      return /^\d+(\.\d+){3}/.exec(target)?.[0];
  }
}

export function recordText(file: RecordFile): string {
  return file.records.map(([address, ...names]) => `${address} ${names.map(dnsmasqName).join(' ')}\n`).join('');
}

/** `dns_records`, each a line of a hosts file as the inventory has it. The default records are for the administration host. */
export function staticRecords(records: readonly string[], adminIp: string): string {
  return records.length === 0
    ? '\n'
    : records.map((record) => `${requireLine('dnsmasq', record.replaceAll('${admin_ip}', adminIp))}\n`).join('');
}
