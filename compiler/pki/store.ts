import { createPrivateKey, X509Certificate } from 'node:crypto';
import { report } from '../diagnostics/report.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Host as System } from '../host.ts';
import type { Result } from '../result.ts';
import { certificateRequests, type CertificateRequest } from './requests.ts';
import type { Site } from '../model/site.ts';
import { canonicalName, issue, namesOf, newPrivateKey, selfSigned, type Authority } from './x509.ts';

/** The authority and one key with certificate per request, in PEM. */
export interface Pki {
  /** Directory they live in. */
  readonly directory: string;
  readonly authority: string;
  readonly entries: ReadonlyMap<string, PkiEntry>;
}

export interface PkiEntry {
  readonly request: CertificateRequest;
  readonly key: string;
  readonly certificate: string;
}

const DAY = 86_400_000;
/** Upstream's authority lives a hundred years: replacing it means replacing every certificate. */
const AUTHORITY_DAYS = 36_500;
/** A certificate is renewed this long before it ends, or in the last third of a shorter life. */
const RENEWAL_DAYS = 60;
/** Clocks of hosts differ: a certificate is valid from an hour before it was made. */
const BACKDATE = 3_600_000;
const CA = 'ca/ca';

/**
 * The certificates of a site. What exists and still fits is used, the rest is made; private keys stay when a certificate is
 * renewed. They are the only products that two builds of the same inventory on different machines do not share.
 */
export function ensurePki(system: System, inventoryDirectory: string, site: Site): Result<Pki | undefined> {
  const directory = pkiDirectory(system, inventoryDirectory);
  const store = new Store(system, directory);
  const [authority, problems] = ensureAuthority(store, site.ca.commonName, mayCreate(site));
  if (authority === undefined) return [undefined, problems];
  const entries = new Map<string, PkiEntry>();
  for (const request of certificateRequests(site)) entries.set(request.id, ensureEntry(store, authority, request));
  return [{ directory, authority: authority.certificate.toString(), entries }, problems];
}

/** `files/pki` of an existing deployment when it has an authority, else `pki`, beside the inventory. */
export function pkiDirectory(system: System, inventoryDirectory: string): string {
  const adopted = `${inventoryDirectory}/files/pki`;
  return system.stat(`${adopted}/${CA}.crt`) === undefined ? `${inventoryDirectory}/pki` : adopted;
}

/** `ca_create: false` means: the authority is given, never make one. */
function mayCreate(site: Site): boolean {
  return site.hosts.every((host) => host.params.caCreate);
}

/** Files of the PKI directory; nothing is written that did not change. */
class Store {
  #prepared = false;

  readonly system: System;
  readonly directory: string;

  constructor(system: System, directory: string) {
    this.system = system;
    this.directory = directory;
  }

  read(name: string): string | undefined {
    const path = `${this.directory}/${name}`;
    return this.system.stat(path)?.kind === 'file'
      ? Buffer.from(this.system.readFile(path)).toString('latin1')
      : undefined;
  }

  write(name: string, text: string, mode: number): void {
    if (!this.#prepared) {
      this.#prepared = true;
      this.system.mkdir(this.directory, 0o700);
      if (this.system.stat(`${this.directory}/.gitignore`) === undefined)
        this.system.writeFile(`${this.directory}/.gitignore`, '*.key\n', 0o644);
    }
    const path = `${this.directory}/${name}`;
    this.system.mkdir(path.slice(0, path.lastIndexOf('/')), 0o700);
    this.system.writeFile(`${path}.new`, text, mode);
    this.system.rename(`${path}.new`, path);
  }
}

function ensureAuthority(store: Store, commonName: string, create: boolean): Result<Authority | undefined> {
  const certificatePem = store.read(`${CA}.crt`);
  const keyPem = store.read(`${CA}.key`);
  if (certificatePem !== undefined && keyPem !== undefined) {
    const certificate = parseCertificate(certificatePem);
    const key = parseKey(keyPem);
    if (certificate === undefined || key === undefined || !certificate.checkPrivateKey(key))
      return fail(store, 'its key and certificate do not belong together');
    if (Date.parse(certificate.validTo) < store.system.now())
      return fail(store, `it expired on ${certificate.validTo}`);
    return [{ certificate, key }, []];
  }
  if (certificatePem !== undefined) return fail(store, `${CA}.key is missing, so nothing can be signed`);
  if (!create) return fail(store, 'it does not exist and `ca_create` is false');
  const newKey = keyPem ?? newPrivateKey();
  const key = parseKey(newKey);
  if (key === undefined) return fail(store, `${CA}.key is no private key`);
  const text = selfSigned(newKey, {
    commonName,
    organizationalUnit: 'ca',
    names: [],
    serial: store.system.randomBytes(16),
    ...validity(store.system.now(), AUTHORITY_DAYS),
  });
  if (keyPem === undefined) store.write(`${CA}.key`, newKey, 0o600);
  store.write(`${CA}.crt`, text, 0o644);
  return [{ certificate: new X509Certificate(text), key }, []];
}

function fail(store: Store, reason: string): Result<undefined> {
  const problem: Diagnostic = report('bad-authority', undefined, { path: `${store.directory}/${CA}.crt`, reason });
  return [undefined, [problem]];
}

function ensureEntry(store: Store, authority: Authority, request: CertificateRequest): PkiEntry {
  const ownKey = store.read(`${request.id}.key`);
  const key = ownKey ?? (request.sharedKey === undefined ? undefined : store.read(`${request.sharedKey}.key`));
  const usableKey = key !== undefined && parseKey(key) !== undefined ? key : undefined;
  const known = store.read(`${request.id}.crt`);
  if (usableKey !== undefined && known !== undefined && fits(known, usableKey, authority, request, store.system.now()))
    return { request, key: usableKey, certificate: known };
  const chosen = usableKey ?? newPrivateKey();
  if (usableKey === undefined) store.write(`${request.id}.key`, chosen, 0o600);
  const certificate = issue(authority, chosen, {
    commonName: request.commonName,
    organizationalUnit: request.organizationalUnit,
    names: request.names,
    serial: store.system.randomBytes(16),
    ...validity(store.system.now(), request.validityDays),
  });
  store.write(`${request.id}.crt`, certificate, 0o644);
  return { request, key: chosen, certificate };
}

/** `due`: it ends soon; `foreign`: another authority signed it; `names`: it lacks one, or bears another where its name is a login. */
export type StaleReason = 'expired' | 'due' | 'foreign' | 'names';

/** Why an existing certificate cannot be used any more; undefined when it can. */
export function staleReason(
  certificate: X509Certificate,
  authority: X509Certificate,
  request: CertificateRequest,
  now: number,
): StaleReason | undefined {
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  const window = Math.min(RENEWAL_DAYS * DAY, (to - from) / 3);
  if (to - now < window) return to < now ? 'expired' : 'due';
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return 'foreign';
  if (request.identity === true && !certificate.subject.split('\n').includes(`CN=${request.commonName}`))
    return 'names';
  const has = new Set(namesOf(certificate).map(canonicalName));
  return request.names.every((name) => has.has(canonicalName(name))) ? undefined : 'names';
}

function fits(pem: string, keyPem: string, authority: Authority, request: CertificateRequest, now: number): boolean {
  const certificate = parseCertificate(pem);
  const key = parseKey(keyPem);
  if (certificate === undefined || key === undefined || !certificate.checkPrivateKey(key)) return false;
  return staleReason(certificate, authority.certificate, request, now) === undefined;
}

function validity(now: number, days: number): { readonly notBefore: number; readonly notAfter: number } {
  return { notBefore: now - BACKDATE, notAfter: now + days * DAY };
}

/** Undefined for a text that is no certificate. */
export function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function parseKey(pem: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
