import { report } from '../../../../diagnostics/report.ts';
import type { Rule } from '../../rule.ts';

export const vipNameTaken: Rule = {
  codes: ['vip-name-taken'],
  about:
    'Each virtual address of nodes has a name in DNS: its `node_cluster`, which many groups leave at ' + 'the default.',
  *check(context) {
    const owners = new Map<string, string>();
    const servers = context.members('infra').filter((host) => context.of(host).dnsEnabled.value);
    for (const host of servers.length === 0 ? [] : context.hosts) {
      const address = context.of(host).vipEnabled.value ? context.of(host).vipAddress.value : '';
      const name = `${context.of(host).nodeCluster.value}${context.of(host).vipDnsSuffix.value}`;
      const owner = owners.get(name);
      if (address === '' || owner === address) continue;
      if (owner === undefined) owners.set(name, address);
      else yield report('vip-name-taken', context.of(host).vipAddress.span, { address, name, owner });
    }
  },
};
