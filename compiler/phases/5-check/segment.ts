import { contains, parseAddress, parseNetwork, type Network } from '../../domain/address.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';
import type { CheckContext } from './context.ts';
import { isIpv4, sameNetwork } from '../../domain/ipv4.ts';

/** A mask from here on says how the address is bound, not how large the segment is. */
const HOST_ROUTE = 30;

/**
 * Whether a virtual address can be reached where a host is: its interfaces tell when they are known. Otherwise the address must be in the
 * network of its own mask, or at least in the host's /24. Undefined where nothing tells.
 */
export function inSegment(
  context: CheckContext,
  host: InventoryHost,
  address: string,
  mask: number,
): boolean | undefined {
  const networks = context.networks(host);
  const vip = parseAddress(address);
  if (networks !== undefined && vip !== undefined)
    return networks.some((network) => !isHostRoute(network) && contains(network, vip));
  if (!isIpv4(host.name) || mask >= HOST_ROUTE) return undefined;
  return sameNetwork(host.name, address, Math.min(mask, 24));
}

/** The address of a host route is no segment: another VIP that is bound there just now. */
function isHostRoute({ base, mask }: Network): boolean {
  return base.family === 4 ? mask === 0xffffffffn : mask === (1n << 128n) - 1n;
}

/** Networks of interfaces, as a facts file lists them. */
export function networksOf(addresses: readonly string[]): readonly Network[] {
  return addresses.flatMap((text) => parseNetwork(text) ?? []);
}
