import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import type { Rule } from '../../rule.ts';
import { inSegment } from '../../segment.ts';

export const nodeVip: Rule = {
  codes: ['vip-address', 'vip-vrid', 'vip-auth-length', 'vip-two-masters', 'vip-vrid-conflict', 'vip-network'],
  about: 'keepalived addresses: hosts with one `vip_address` are one group that elects an owner by ' + '`vip_vrid`.',
  *check(context) {
    const enabled = context
      .uses('vip_enabled')
      .flatMap((use) => use.hosts)
      .filter((host) => context.of(host).vipEnabled.value);
    const byAddress = new Map<string, InventoryHost[]>();
    for (const host of enabled) {
      const address = context.of(host).vipAddress.value;
      if (!isIpv4(address))
        yield report('vip-address', context.of(host).vipAddress.traced?.node.span ?? context.of(host).vipEnabled.span, {
          ...(address === ''
            ? { problem: 'missing' as const, host: host.name }
            : { problem: 'no-address' as const, address }),
        });
      else byAddress.set(address, [...(byAddress.get(address) ?? []), host]);
      if (context.of(host).vipVrid.node === undefined)
        yield report('vip-vrid', context.of(host).vipEnabled.span, { host: host.name });
      const password = context.of(host).vipAuthPass.value;
      if (password.length > 8) yield report('vip-auth-length', context.of(host).vipAuthPass.span, {});
    }
    for (const [address, members] of byAddress) yield* group(context, address, members);
    yield* virtualRouters(context, byAddress);
  },
};

function* group(context: CheckContext, address: string, members: readonly InventoryHost[]): Iterable<Diagnostic> {
  const [master, second] = members.filter((host) => context.of(host).vipRole.value.toLowerCase() === 'master');
  if (second !== undefined) {
    yield report(
      'vip-two-masters',
      context.of(second).vipRole.span,
      { address, host: second.name, first: master!.name },
      { related: [{ span: context.of(master!).vipRole.span, message: 'the other master' }] },
    );
  }
  const other = members.find((host) => context.of(host).vipVrid.value !== context.of(members[0]!).vipVrid.value);
  if (other !== undefined) {
    yield report('vip-vrid-conflict', context.of(other).vipVrid.span, {
      problem: 'differs',
      one: members[0]!.name,
      other: other.name,
      address,
    });
  }
  if (members.every((host) => inSegment(context, host, address, 24) === false))
    yield report('vip-network', context.of(members[0]!).vipAddress.span, { address });
  const taken = context.host(address);
  if (taken !== undefined)
    yield report('vip-address', context.of(members[0]!).vipAddress.span, {
      problem: 'taken',
      address,
      host: taken.name,
    });
}

/** One number may stand for one address in a network segment, taken here as a /24. */
function* virtualRouters(
  context: CheckContext,
  byAddress: ReadonlyMap<string, readonly InventoryHost[]>,
): Iterable<Diagnostic> {
  const owners = new Map<string, string>();
  for (const [address, members] of byAddress) {
    const vrid = context.of(members[0]!).vipVrid.value;
    if (vrid === undefined) continue;
    const key = `${vrid} ${address.split('.').slice(0, 3).join('.')}`;
    const other = owners.get(key);
    if (other === undefined) owners.set(key, address);
    else
      yield report('vip-vrid-conflict', context.of(members[0]!).vipVrid.span, {
        problem: 'same',
        address,
        other,
        vrid,
      });
  }
}
