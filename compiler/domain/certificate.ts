/** What certificates of members have in common, whatever the module. */
import { certificateName } from '../model/certificate-names.ts';
import type { Host } from '../model/site.ts';

/** Whether its owner accepts connections, makes them, or both. */
export type Usage = 'serverAuth' | 'clientAuth';

/** Of members that talk to each other, or to etcd, with the certificate they serve. */
export const BOTH: readonly Usage[] = ['serverAuth', 'clientAuth'];

/** A certificate that the site needs. */
export interface CertificateRequest {
  /** Path below the PKI directory without suffix: `pgsql/pg-meta-1`. */
  readonly id: string;
  readonly commonName: string;
  readonly organizationalUnit: string;
  /** DNS names and addresses, each once, in a fixed order. */
  readonly names: readonly string[];
  readonly validityDays: number;
  readonly usages: readonly Usage[];
  /** The hosts that get it. */
  readonly hosts: readonly string[];
  /** The common name is a login (etcd's version 2 API): a certificate with another one does not fit. */
  readonly identity?: boolean;
  /** Key shared by the members of a cluster in an adopted directory: `pgsql/pg-meta`. */
  readonly sharedKey?: string | undefined;
}

/** That of a member of a module: its own names, and those of its host. */
export function memberCertificate(
  module: string,
  { name, host }: { readonly name: string; readonly host: Host },
  names: readonly string[],
  usages: readonly Usage[],
): CertificateRequest {
  return {
    id: certificateName(module, name),
    commonName: name,
    organizationalUnit: module,
    names: namesOn(host, names),
    usages,
    validityDays: daysOf(host.params.certValidity),
    hosts: [host.name],
  };
}

const LOOPBACK = ['localhost', '127.0.0.1'];

/** Names of a program on a host, and of the host. */
export function namesOn(host: Host, own: readonly string[]): readonly string[] {
  const vip = host.nodeVip === undefined ? [] : [host.nodeVip.address];
  return certifiable([...LOOPBACK, ...own, host.nodename, host.name, host.address, ...vip]);
}

/** Each name once. One that is no ASCII host name cannot stand in a certificate. */
export function certifiable(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => /^[A-Za-z0-9_*][A-Za-z0-9_.:*-]*$|^::1?$/.test(name));
}

/** Days of `7300d` or a number of days. */
export function daysOf(text: string | number): number {
  const count = Number.parseInt(String(text), 10);
  return Number.isFinite(count) && count > 0 ? count : 7300;
}
