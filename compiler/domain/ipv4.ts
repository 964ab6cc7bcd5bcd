/** IPv4 arithmetic for rules. */

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const CIDR = new RegExp(`^(${OCTET}(?:\\.${OCTET}){3})(?:/(3[0-2]|[12]?[0-9]))?$`);

export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** Address and mask of `a.b.c.d` or `a.b.c.d/n`; undefined when it is neither. */
export function parseCidr(text: string): { readonly address: string; readonly mask: number | undefined } | undefined {
  const match = CIDR.exec(text);
  if (match === null) return undefined;
  return { address: match[1]!, mask: match[2] === undefined ? undefined : Number(match[2]) };
}

/** Whether two IPv4 addresses are in one network of that prefix length. */
export function sameNetwork(a: string, b: string, mask: number): boolean {
  const size = 2 ** (32 - mask);
  return Math.floor(toNumber(a) / size) === Math.floor(toNumber(b) / size);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** Which address of its network no host can have: `network` is the first, `broadcast` the last. */
export function reservedIn(address: string, mask: number): 'network' | 'broadcast' | undefined {
  if (mask > 30) return undefined;
  const size = 2 ** (32 - mask);
  const place = toNumber(address) % size;
  return place === 0 ? 'network' : place === size - 1 ? 'broadcast' : undefined;
}
