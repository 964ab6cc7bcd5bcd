import type { X509Certificate } from 'node:crypto';
import type { CertificateRequest } from '../domain/certificate.ts';
import type { Host as System } from '../host/host.ts';
import type { Site } from '../model/site.ts';
import { certificateRequests } from './requests.ts';
import { CA, FORMER, NEXT } from './authority.ts';
import { keyText, staleReason, type StaleReason } from './certificates.ts';
import { parseCertificate, parseKey, Store } from './store.ts';
import { namesOf } from './x509.ts';

/** One line of `pigstyc pki list`. */
export interface PkiListing {
  /** Path below the PKI directory, without suffix. */
  readonly id: string;
  /** Whose it is: `ca`, `nginx` or the name of a module. */
  readonly kind: string;
  /**
   * `missing`: the next build makes it; `due`, `expired`, `foreign` (signed by another authority), `names` (one is missing): the next build
   * replaces it; `no key`, `other key` (one that does not fit): the next build makes a key and a certificate, and stops where they are the
   * authority's; `next`, `former`: trusted while authorities change; `unused`: no part of the site asks for it.
   */
  readonly state: PkiState;
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

export type PkiState = 'ok' | 'missing' | 'no key' | 'other key' | StaleReason | 'next' | 'former' | 'unused';

const DAY = 86_400_000;
/** States that ask nobody to do anything. */
const QUIET: ReadonlySet<PkiState> = new Set(['ok', 'unused', 'next', 'former']);

/** What the PKI directory holds and what the next build would do about it. Reads only. */
export function listPki(system: System, directory: string, site: Site): readonly PkiListing[] {
  const store = new Store(system, directory);
  const wanted = certificateRequests(site);
  const known = new Set([CA, NEXT, FORMER, ...wanted.map(({ id }) => id)]);
  const everyone = site.hosts.map(({ name }) => name);
  const others = ([NEXT, FORMER] as const).filter((id) => store.has(`${id}.crt`));
  return [
    row(store, CA, authorityState(store), everyone),
    ...others.map((id) => row(store, id, id === NEXT ? 'next' : 'former', everyone)),
    ...wanted.map((request) => row(store, request.id, certificateState(store, request), request.hosts, request)),
    ...existing(system, directory)
      .filter((id) => !known.has(id))
      .map((id) => row(store, id, 'unused', []))
      .filter(({ until }) => until !== undefined),
  ];
}

/** True for a line that somebody has to do something about: build and deploy, bring a key back, or protect one. */
export function needsAttention({ state, keyExposed }: PkiListing): boolean {
  return keyExposed || !QUIET.has(state);
}

function row(
  store: Store,
  id: string,
  state: PkiState,
  hosts: readonly string[],
  request?: CertificateRequest,
): PkiListing {
  const certificate = parseCertificate(store.read(`${id}.crt`));
  const own = certificate === undefined ? {} : validity(certificate, store.system.now());
  const names = certificate === undefined ? (request?.names ?? []) : namesOf(certificate);
  const kind = id.slice(0, id.indexOf('/'));
  return { id, kind, state, names, ...own, hosts, ...keyOf(store, [id, request?.sharedKey]) };
}

function authorityState(store: Store): PkiState {
  const certificate = parseCertificate(store.read(`${CA}.crt`));
  if (certificate === undefined) return 'missing';
  if (Date.parse(certificate.validTo) < store.system.now()) return 'expired';
  return keyState(certificate, store.read(`${CA}.key`)) ?? 'ok';
}

function certificateState(store: Store, request: CertificateRequest): PkiState {
  const certificate = parseCertificate(store.read(`${request.id}.crt`));
  const authority = parseCertificate(store.read(`${CA}.crt`));
  if (certificate === undefined) return 'missing';
  return (
    keyState(certificate, keyText(store, request)) ??
    (authority === undefined ? 'foreign' : staleReason(certificate, authority, request, store.system.now())) ??
    'ok'
  );
}

/** What is wrong with the key of a certificate. */
function keyState(certificate: X509Certificate, pem: string | undefined): 'no key' | 'other key' | undefined {
  if (pem === undefined) return 'no key';
  const key = parseKey(pem);
  return key !== undefined && certificate.checkPrivateKey(key) ? undefined : 'other key';
}

function validity(certificate: X509Certificate, now: number): Pick<PkiListing, 'until' | 'days'> {
  const end = Date.parse(certificate.validTo);
  return { until: new Date(end).toISOString().slice(0, 10), days: Math.floor((end - now) / DAY) };
}

/** The first of these keys that exists. */
function keyOf(store: Store, ids: readonly (string | undefined)[]): Pick<PkiListing, 'keyMode' | 'keyExposed'> {
  const id = ids.find((one) => one !== undefined && store.has(`${one}.key`));
  if (id === undefined) return { keyExposed: false };
  const { mode } = store.system.stat(`${store.directory}/${id}.key`)!;
  return { keyMode: mode.toString(8).padStart(4, '0'), keyExposed: (mode & 0o077) !== 0 };
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
