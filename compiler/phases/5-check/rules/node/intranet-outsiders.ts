import { contains, parseAddress, parseNetwork, single, type Network } from '../../../../domain/address.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';
import { unreachable } from '../inventory/globals.ts';

export const intranetOutsiders: Rule = {
  codes: ['intranet-outsiders'],
  about:
    'A firewall lets in the other hosts of the inventory: all that they say to each other goes by ' +
    'closed ports. Once for each list.',
  *check(context) {
    for (const [networks, inside] of zones(context)) {
      const known = networks.flatMap((text) => networkOf(text) ?? []);
      // A list with a text that is none is reported as that.
      if (known.length < networks.length) continue;
      const outside = context.hosts.filter((host) => isOutside(context, host, known));
      const [first] = inside;
      const others = outside.filter((host) => inside.length > 1 || host !== first);
      if (others.length === 0) continue;
      yield report('intranet-outsiders', context.of(first!).nodeFirewallIntranet.span, {
        outside: shown(others),
        networks: networks.join(', ') || 'nothing',
      });
    }
  },
};

/** Hosts with a firewall by what they call their intranet. */
function zones(context: CheckContext): Iterable<readonly [readonly string[], readonly InventoryHost[]]> {
  const found = new Map<string, [readonly string[], InventoryHost[]]>();
  for (const host of context.hosts) {
    if (context.of(host).nodeFirewallMode.value !== 'zone') continue;
    const networks = context.of(host).nodeFirewallIntranet.value.map(String);
    const key = networks.join(',');
    const zone = found.get(key);
    if (zone === undefined) found.set(key, [networks, [host]]);
    else zone[1].push(host);
  }
  return found.values();
}

function networkOf(text: string): Network | undefined {
  const address = parseAddress(text);
  return address === undefined ? parseNetwork(text) : single(address);
}

function isOutside(context: CheckContext, host: InventoryHost, networks: readonly Network[]): boolean {
  const text = context.address(host);
  const address = unreachable(text, true) === undefined ? parseAddress(text) : undefined;
  return address !== undefined && !networks.some((network) => contains(network, address));
}

function shown(hosts: readonly InventoryHost[]): string {
  const names = hosts.slice(0, 3).map(({ name }) => name);
  return hosts.length > 3 ? `${names.join(', ')} and ${hosts.length - 3} more` : names.join(', ');
}
