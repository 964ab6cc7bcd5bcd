import type { X509Certificate } from 'node:crypto';
import type { Host as System } from '../host.ts';
import type { Site } from '../model/site.ts';
import { certificateRequests } from './requests.ts';
import { parseCertificate, pkiDirectory, staleReason } from './store.ts';
import { namesOf } from './x509.ts';

/** One line of `pigstyc pki list`. */
export interface PkiListing {
  /** Path below the PKI directory, without suffix. */
  readonly id: string;
  /** `made`: the next build makes it; `renewed`: the next build replaces it; `unused`: no part of the site asks for it. */
  readonly state: 'ok' | 'made' | 'renewed' | 'unused';
  /** Why it will be renewed: expired, due, foreign (another authority), names. */
  readonly reason?: string | undefined;
  readonly names: readonly string[];
  /** ISO date of the last day. */
  readonly until?: string | undefined;
}

/** What the PKI directory holds and what the next build would do about it. Reads only. */
export function listPki(system: System, inventoryDirectory: string, site: Site): readonly PkiListing[] {
  const directory = pkiDirectory(system, inventoryDirectory);
  const read = (id: string): X509Certificate | undefined => {
    const path = `${directory}/${id}.crt`;
    return system.stat(path)?.kind === 'file' ? parseCertificate(Buffer.from(system.readFile(path)).toString('latin1')) : undefined;
  };
  const authority = read('ca/ca');
  const listings: PkiListing[] = [authority === undefined ? { id: 'ca/ca', state: 'made', names: [] } : { id: 'ca/ca', state: 'ok', names: [], until: until(authority) }];
  const wanted = certificateRequests(site);
  for (const request of wanted) {
    const certificate = read(request.id);
    if (certificate === undefined || authority === undefined) {
      listings.push({ id: request.id, state: 'made', names: request.names });
      continue;
    }
    const reason = staleReason(certificate, authority, request.names, system.now());
    listings.push({ id: request.id, state: reason === undefined ? 'ok' : 'renewed', reason, names: namesOf(certificate), until: until(certificate) });
  }
  const known = new Set(['ca/ca', ...wanted.map((request) => request.id)]);
  for (const id of existing(system, directory)) {
    const certificate = known.has(id) ? undefined : read(id);
    if (certificate !== undefined) listings.push({ id, state: 'unused', names: namesOf(certificate), until: until(certificate) });
  }
  return listings;
}

function until(certificate: X509Certificate): string {
  return new Date(certificate.validTo).toISOString().slice(0, 10);
}

function existing(system: System, directory: string): readonly string[] {
  if (system.stat(directory)?.kind !== 'directory') return [];
  return system.readDir(directory).flatMap((module) => (
    system.stat(`${directory}/${module}`)?.kind === 'directory'
      ? system.readDir(`${directory}/${module}`).filter((name) => name.endsWith('.crt')).map((name) => `${module}/${name.slice(0, -'.crt'.length)}`)
      : []
  ));
}
