/** The addresses of a new site as they are given on the command line. */
import { addressText, parseAddress, parseNetwork, contains, isLoopback, single } from '../domain/address.ts';

/** The addresses of a list, or what is wrong with it in a sentence. */
export function readAddresses(given: readonly string[]): readonly string[] | string {
  const addresses = given.flatMap((text) => text.split(',')).map((text) => text.trim());
  for (const [i, address] of addresses.entries()) {
    const problem = problemOf(address);
    if (problem !== undefined) return problem;
    if (addresses.indexOf(address) !== i)
      return `\`${address}\` is given twice: every machine has an address of its own`;
  }
  return addresses;
}

function problemOf(text: string): string | undefined {
  if (text === '') return 'an address is missing between two commas: write 10.10.10.10,10.10.10.11';
  if (text.includes('/')) return `\`${text}\` has a prefix length: give the address of the machine alone`;
  const address = parseAddress(text);
  if (address?.family !== 4 || addressText(address) !== text)
    return `\`${text}\` is no IPv4 address: give the one that other machines reach it at, like 10.10.10.10`;
  if (isLoopback(single(address)) || OF_NO_MACHINE.some((network) => contains(network, address)))
    return `\`${text}\` is no address of one machine: give the one that others reach it at, like 10.10.10.10`;
  return undefined;
}

const OF_NO_MACHINE = ['0.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4'].map((text) => parseNetwork(text)!);

/** A virtual address with its prefix length, or what is wrong with it; the length is 24 when none is given. */
export function readVirtual(text: string, machines: readonly string[]): { readonly vip: string } | string {
  const vip = text.includes('/') ? text : `${text}/24`;
  const network = parseNetwork(vip);
  if (network === undefined || network.base.family !== 4)
    return `\`${text}\` is no address with a prefix length: write --vip 10.10.10.2/24`;
  const taken = vip.split('/')[0]!;
  const problem = problemOf(taken);
  if (problem !== undefined) return problem;
  if (machines.includes(taken)) return `\`${taken}\` belongs to a machine: --vip needs an address that nobody has`;
  const outside = machines.find((address) => !contains(network, parseAddress(address)!));
  return outside === undefined
    ? { vip }
    : `\`${outside}\` is not in the network of ${vip}: the virtual address must be`;
}
