/** IP addresses and networks of both families. */

export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

export interface Network {
  readonly base: Address;
  readonly mask: bigint;
}

const WIDTH = { 4: 32n, 6: 128n } as const;
const OCTETS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** An IPv4 or IPv6 address; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const bits = ipv4Bits(text);
    return bits === undefined ? undefined : { family: 4, bits };
  }
  const bits = ipv6Bits(text);
  return bits === undefined ? undefined : { family: 6, bits };
}

/** `address/bits`; undefined when the text is no network. */
export function parseNetwork(text: string): Network | undefined {
  const [, address, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const base = address === undefined ? undefined : parseAddress(address);
  if (base === undefined || BigInt(bits!) > WIDTH[base.family]) return undefined;
  return { base, mask: prefixMask(base.family, Number(bits)) };
}

/** The network of one address. */
export function single(base: Address): Network {
  return { base, mask: prefixMask(base.family, Number(WIDTH[base.family])) };
}

function prefixMask(family: 4 | 6, bits: number): bigint {
  const width = WIDTH[family];
  return ((1n << BigInt(bits)) - 1n) << (width - BigInt(bits));
}

export function contains({ base, mask }: Network, address: Address): boolean {
  return base.family === address.family && (base.bits & mask) === (address.bits & mask);
}

/** True when every address of `inner` is in `outer`. */
export function containsNetwork(outer: Network, inner: Network): boolean {
  return contains(outer, inner.base) && (outer.mask & inner.mask) === outer.mask;
}

/** True for networks of the machine itself: nothing from outside has such an address. */
export function isLoopback(network: Network): boolean {
  return LOOPBACK.some((loopback) => containsNetwork(loopback, network));
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'].map((text) => parseNetwork(text)!);

/** True when the network is the whole address space of its family. */
export function isEverything({ mask }: Network): boolean {
  return mask === 0n;
}

/** The address as people write it. */
export function addressText({ family, bits }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(16 * (7 - i))) & 0xffffn).toString(16));
  const zeros = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length)[0];
  const text = groups.join(':');
  if (zeros === undefined) return text;
  return `${text.slice(0, zeros.index)}::${text.slice(zeros.index + zeros[0].length).replace(/^:/, '')}`;
}

function ipv4Bits(text: string): bigint | undefined {
  const octets = OCTETS.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return BigInt(octets.reduce((bits, octet) => bits * 256 + octet, 0));
}

/** RFC 4291, with `::` and a dotted end; zones are left out, as they mean nothing outside their host. */
function ipv6Bits(text: string): bigint | undefined {
  const halves = text.replace(/%.*$/, '').split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf) as [readonly bigint[] | undefined, readonly bigint[] | undefined];
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}

function groupsOf(text: string): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const words = text.split(':');
  for (const [i, word] of words.entries()) {
    const dotted = i === words.length - 1 && word.includes('.') ? ipv4Bits(word) : undefined;
    if (dotted !== undefined) groups.push(dotted >> 16n, dotted & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(BigInt(`0x${word}`));
    else return undefined;
  }
  return groups;
}
