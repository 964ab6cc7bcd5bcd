import type { Arguments } from '../../../../diagnostics/catalog.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import { isNull } from '../../../../source/node.ts';
import { text } from '../../nodes.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import { plainInventory } from '../../../2-merge/foreign.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { Rule } from '../../rule.ts';
import { reach } from '../node/connection.ts';
import type { CheckContext } from '../../context.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';

export const addresses: Rule = {
  codes: ['address-duplicate', 'address-unreachable'],
  about: 'One machine is one host, and others reach it; a deployment goes to a machine of its own.',
  *check(context) {
    yield* hostAddresses(context);
    yield* deployAddresses(context);
  },
};

export const globals: Rule = {
  codes: ['admin-ip', 'version-missing'],
  about: 'What a complete inventory says about itself.',
  *check(context) {
    const admin = context.globals.get('admin_ip');
    const address = text(admin?.node);
    if (admin === undefined) {
      if (!context.fragment) yield report('admin-ip', context.rootSpan, { problem: 'missing' });
    } else if (!isNull(admin.node) && (address === undefined || !isIpv4(address)))
      yield report('admin-ip', admin.node.span, { problem: 'no-address', address: address ?? '' });
    if (!context.globals.has('version') && !context.fragment) yield report('version-missing', context.rootSpan, {});
  },
};

export const hostNames: Rule = {
  codes: ['host-not-ipv4'],
  about: 'Hosts are addressed by IPv4; another name is fine beside `ansible_host`.',
  *check(context) {
    const plain = plainInventory(context.hosts);
    if (plain !== undefined) {
      yield plain;
      return;
    }
    for (const host of context.hosts) {
      if (isIpv4(host.name) || isIpv4(context.of(host).ansibleHost.value)) continue;
      yield report('host-not-ipv4', host.key.span, { host: host.name });
    }
  },
};

/** One machine is one host, and others reach it: what is only right for a machine alone is wrong beside others. */
function* hostAddresses(context: CheckContext): Iterable<Diagnostic> {
  const seen = new Map<string, InventoryHost>();
  for (const host of context.hosts) {
    const address = context.address(host);
    if (!isIpv4(address)) continue;
    const span = address === host.name ? host.key.span : context.of(host).ansibleHost.span;
    const first = seen.get(address);
    if (first === undefined) seen.set(address, host);
    else
      yield report(
        'address-duplicate',
        span,
        { address, host: host.name, first: first.name },
        { related: [{ span: first.key.span, message: 'the other name' }] },
      );
    const problem = unreachable(address, context.hosts.length > 1);
    if (problem !== undefined) yield report('address-unreachable', span, { address, problem });
  }
}

/** Where a deployment goes to: a bundle of its own for each host, to a machine of its own. */
function* deployAddresses(context: CheckContext): Iterable<Diagnostic> {
  const seen = new Map<string, InventoryHost>();
  for (const host of context.hosts) {
    const { connection } = reach(context, host);
    // One address behind two jump hosts is two machines.
    const way = connection.options.filter((line) => !/^(?:Port|User|IdentityFile) /.test(line));
    const place = [connection.target, connection.port, ...way].join(' ');
    const first = seen.get(place);
    if (first === undefined) seen.set(place, host);
    // Equal addresses are one machine in every respect, which is said there.
    else if (context.address(first) !== context.address(host))
      yield report(
        'address-duplicate',
        context.of(host).ansibleHost.span,
        { address: connection.target, host: host.name, first: first.name },
        { related: [{ span: first.key.span, message: 'the other name' }] },
      );
  }
}

/** Why nobody reaches a host at that address. */
export function unreachable(
  address: string,
  hasOthers: boolean,
): Arguments['address-unreachable']['problem'] | undefined {
  const first = Number(address.split('.')[0]);
  if (first === 0) return 'nobody';
  if (first >= 240) return 'reserved';
  if (first >= 224) return 'multicast';
  return first === 127 && hasOthers ? 'own' : undefined;
}

export const emptyGroups: Rule = {
  codes: ['empty-group'],
  about: 'A group without hosts changes nothing.',
  *check(context) {
    for (const group of context.groups.values()) {
      if (group.key === undefined || group.name === 'all' || group.hosts.length > 0 || group.children.length > 0)
        continue;
      yield report('empty-group', group.key.span, { name: group.name });
    }
  },
};
