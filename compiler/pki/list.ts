import type { X509Certificate } from 'node:crypto';
import type { Host as System } from '../host.ts';
import type { Site } from '../model/site.ts';
import { certificateRequests, type CertificateRequest } from './requests.ts';
import { parseCertificate, pkiDirectory, staleReason, type StaleReason } from './store.ts';
import { namesOf } from './x509.ts';

/** One line of `pigstyc pki list`. */
export interface PkiListing {
  /** Path below the PKI directory, without suffix. */
  readonly id: string;
  /** Whose it is: `ca`, `etcd`, `infra`, `nginx`, `minio` or `pgsql`. */
  readonly kind: string;
  /**
   * `missing`: the next build makes it; `due`, `expired`, `foreign` (signed by another authority), `names` (one is missing): the next build
   * replaces it; `unused`: no part of the site asks for it.
   */
  readonly state: 'ok' | 'missing' | StaleReason | 'unused';
  readonly names: readonly string[];
  /** ISO date of the last day. */
  readonly until?: string | undefined;
  /** Whole days until then, negative afterwards. */
  readonly days?: number | undefined;
  /** Hosts that get it. */
  readonly hosts: readonly string[];
  /** Permission bits of the private key, e.g. `0600`; undefined when there is none. */
  readonly keyMode?: string | undefined;
  /** True when others than its owner can read the private key. */
  readonly keyExposed: boolean;
}

const DAY = 86_400_000;
const CA = 'ca/ca';

/** What the PKI directory holds and what the next build would do about it. Reads only. */
export function listPki(system: System, inventoryDirectory: string, site: Site): readonly PkiListing[] {
  const directory = pkiDirectory(system, inventoryDirectory);
  const look = (
    id: string,
    state: (certificate: X509Certificate | undefined) => PkiListing['state'],
    request?: CertificateRequest,
    hosts = request?.hosts ?? [],
  ): PkiListing => {
    const certificate = read(system, `${directory}/${id}.crt`);
    const own = certificate === undefined ? {} : validity(certificate, system.now());
    const names = certificate === undefined ? (request?.names ?? []) : namesOf(certificate);
    return {
      id,
      kind: id.slice(0, id.indexOf('/')),
      state: state(certificate),
      names,
      ...own,
      hosts,
      ...keyOf(system, directory, [id, request?.sharedKey]),
    };
  };
  const authority = read(system, `${directory}/${CA}.crt`);
  const wanted = certificateRequests(site);
  const known = new Set([CA, ...wanted.map((request) => request.id)]);
  return [
    look(
      CA,
      (found) => (found === undefined ? 'missing' : Date.parse(found.validTo) < system.now() ? 'expired' : 'ok'),
      undefined,
      site.hosts.map((host) => host.name),
    ),
    ...wanted.map((request) =>
      look(
        request.id,
        (found) =>
          found === undefined || authority === undefined
            ? 'missing'
            : (staleReason(found, authority, request, system.now()) ?? 'ok'),
        request,
      ),
    ),
    ...existing(system, directory)
      .filter((id) => !known.has(id))
      .map((id) => look(id, () => 'unused'))
      .filter((row) => row.until !== undefined),
  ];
}

/** True for a line that somebody has to do something about: build and deploy, or protect a key. */
export function needsAttention({ state, keyExposed }: PkiListing): boolean {
  return keyExposed || state === 'due' || state === 'expired' || state === 'foreign' || state === 'names';
}

function read(system: System, path: string): X509Certificate | undefined {
  return system.stat(path)?.kind === 'file'
    ? parseCertificate(Buffer.from(system.readFile(path)).toString('latin1'))
    : undefined;
}

function validity(certificate: X509Certificate, now: number): Pick<PkiListing, 'until' | 'days'> {
  const end = Date.parse(certificate.validTo);
  return { until: new Date(end).toISOString().slice(0, 10), days: Math.floor((end - now) / DAY) };
}

/** The first of these keys that exists. */
function keyOf(
  system: System,
  directory: string,
  ids: readonly (string | undefined)[],
): Pick<PkiListing, 'keyMode' | 'keyExposed'> {
  for (const id of ids) {
    const stat = id === undefined ? undefined : system.stat(`${directory}/${id}.key`);
    if (stat?.kind === 'file')
      return { keyMode: stat.mode.toString(8).padStart(4, '0'), keyExposed: (stat.mode & 0o077) !== 0 };
  }
  return { keyExposed: false };
}

function existing(system: System, directory: string): readonly string[] {
  if (system.stat(directory)?.kind !== 'directory') return [];
  return system.readDir(directory).flatMap((module) =>
    system.stat(`${directory}/${module}`)?.kind === 'directory'
      ? system
          .readDir(`${directory}/${module}`)
          .filter((name) => name.endsWith('.crt'))
          .map((name) => `${module}/${name.slice(0, -'.crt'.length)}`)
      : [],
  );
}
