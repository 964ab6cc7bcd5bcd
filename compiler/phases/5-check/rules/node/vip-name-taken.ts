import { report } from '../../../../diagnostics/report.ts';
import type { Rule } from '../../rule.ts';

/** Each virtual address of nodes has a name in DNS: its `node_cluster`, which many groups leave at the default. */
export const vipNameTaken: Rule = function* (context) {
  const owners = new Map<string, string>();
  const servers = context.members('infra').filter((host) => context.flag(host, 'dns_enabled'));
  for (const host of servers.length === 0 ? [] : context.hosts) {
    const address = context.flag(host, 'vip_enabled') ? context.text(host, 'vip_address') : '';
    const name = `${context.text(host, 'node_cluster')}${context.text(host, 'vip_dns_suffix')}`;
    const owner = owners.get(name);
    if (address === '' || owner === address) continue;
    if (owner === undefined) owners.set(name, address);
    else yield report('vip-name-taken', context.span(host, 'vip_address'), { address, name, owner });
  }
};
