import { certificateName, PORTAL_CERTIFICATE } from '../model/certificate-names.ts';
import type { Host, Site } from '../model/site.ts';
import type { Usage } from './x509.ts';

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

/** Members that talk to each other, or to etcd, with the certificate they serve. */
const BOTH: readonly Usage[] = ['serverAuth', 'clientAuth'];

const LOOPBACK = ['localhost', '127.0.0.1'];

/**
 * Every certificate of the site: one per instance, and the portal's. Members that have one name, of which the check
 * warns, share theirs.
 */
export function certificateRequests(site: Site): readonly CertificateRequest[] {
  const requests = new Map<string, CertificateRequest>();
  for (const request of [
    ...etcdRequests(site),
    ...infraRequests(site),
    ...minioRequests(site),
    ...pgsqlRequests(site),
  ]) {
    const { id, names, hosts } = requests.get(request.id) ?? request;
    requests.set(id, {
      ...request,
      names: unique([...names, ...request.names]),
      hosts: unique([...hosts, ...request.hosts]),
    });
  }
  return [...requests.values()];
}

function etcdRequests(site: Site): CertificateRequest[] {
  return (site.etcd?.members ?? []).map((member) => ({
    id: certificateName('etcd', member.name),
    commonName: member.name,
    organizationalUnit: 'etcd',
    names: names([member.name, member.cluster.name], member.host),
    usages: BOTH,
    validityDays: days(member.host.params.certValidity),
    hosts: [member.host.name],
  }));
}

function infraRequests(site: Site): CertificateRequest[] {
  const requests: CertificateRequest[] = site.infra.map((node) => ({
    id: certificateName('infra', node.name),
    commonName: node.name,
    organizationalUnit: 'infra',
    names: names([node.name], node.host),
    // Monitoring and administration: it logs in and serves nothing.
    usages: ['clientAuth'],
    validityDays: days(node.host.params.certValidity),
    hosts: [node.host.name],
  }));
  const portals = site.infra.filter((node) => node.host.params.nginxEnabled);
  if (portals.length === 0) return requests;
  const domains = portals.flatMap((node) =>
    [...node.host.params.infraPortal.values()].flatMap((entry) =>
      entry.domain === undefined || entry.domain === '' ? [] : [entry.domain, ...entry.domains],
    ),
  );
  requests.push({
    id: PORTAL_CERTIFICATE,
    commonName: 'pigsty',
    organizationalUnit: 'infra',
    names: unique(['i.pigsty', ...domains, ...portals.flatMap((node) => names([], node.host))]),
    usages: ['serverAuth'],
    validityDays: days(portals[0]!.host.params.nginxCertValidity),
    hosts: portals.map((node) => node.host.name),
  });
  return requests;
}

function minioRequests(site: Site): CertificateRequest[] {
  return site.minioClusters.flatMap((cluster) =>
    cluster.members
      .filter((member) => member.host.params.minioHttps)
      .map((member) => ({
        id: certificateName('minio', member.name),
        commonName: member.name,
        organizationalUnit: 'minio',
        names: names([member.nodeName, cluster.name, member.name, member.host.params.minioDomain], member.host),
        usages: ['serverAuth'],
        validityDays: days(member.host.params.certValidity),
        hosts: [member.host.name],
      })),
  );
}

/** A client may reach an instance by the cluster's DNS name or virtual address, and verifies the name it used. */
function pgsqlRequests(site: Site): CertificateRequest[] {
  return site.pgClusters.flatMap((cluster) =>
    cluster.members.map((instance) => {
      const { params } = instance.host;
      const own = [
        cluster.name,
        `${cluster.name}${params.pgDnsSuffix}`,
        instance.name,
        ...(cluster.vip === undefined ? [] : [cluster.vip.address]),
      ];
      return {
        id: certificateName('pgsql', instance.name),
        commonName: instance.name,
        organizationalUnit: 'postgres',
        names: names(own, instance.host),
        usages: BOTH,
        validityDays: days(params.certValidity),
        hosts: [instance.host.name],
        sharedKey: certificateName('pgsql', cluster.name),
        identity: true,
      };
    }),
  );
}

function names(own: readonly string[], host: Host): string[] {
  const vip = host.nodeVip === undefined ? [] : [host.nodeVip.address];
  return unique([...LOOPBACK, ...own, host.nodename, host.name, host.address, ...vip]);
}

/** A name that is no ASCII host name cannot stand in a certificate. */
function unique(list: readonly string[]): string[] {
  return [...new Set(list)].filter((name) => /^[A-Za-z0-9_*][A-Za-z0-9_.:*-]*$|^::1?$/.test(name));
}

/** `7300d` or a number of days. */
function days(validity: string | number): number {
  const count = Number.parseInt(String(validity), 10);
  return Number.isFinite(count) && count > 0 ? count : 7300;
}
