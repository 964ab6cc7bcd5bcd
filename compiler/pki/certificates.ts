import type { KeyObject, X509Certificate } from 'node:crypto';
import type { CertificateRequest } from '../domain/certificate.ts';
import type { Host as System } from '../host/host.ts';
import type { Host, Site } from '../model/site.ts';
import type { LocalKey } from '../secrets/local-key.ts';
import type { Result } from '../diagnostics/result.ts';
import { badAuthority, CA, createAuthority, readAuthority, type KnownAuthority } from './authority.ts';
import { certificateRequests } from './requests.ts';
import { parseCertificate, parseKey, Store } from './store.ts';
import { canonicalName, issue, namesOf, newPrivateKey, validity } from './x509.ts';

/** The authority and one key with certificate per request, in PEM. */
export interface Pki {
  /** What hosts trust: more than one certificate while authorities change. */
  readonly authority: string;
  readonly entries: ReadonlyMap<string, PkiEntry>;
}

/** The part of a host: what all trust, and the certificates that it gets. */
export function pkiByHost({ authority, entries }: Pki): (host: Pick<Host, 'name'>) => Pki {
  const own = new Map<string, Map<string, PkiEntry>>();
  for (const [id, entry] of entries)
    for (const name of entry.request.hosts)
      own.set(name, (own.get(name) ?? new Map<string, PkiEntry>()).set(id, entry));
  return ({ name }) => ({ authority, entries: own.get(name) ?? new Map<string, PkiEntry>() });
}

/** A certificate that was found to fit its request, its key and the authority. */
export interface Vetted {
  /** Of all four. */
  readonly digest: string;
  /** Its first and last moment, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Certificates that need not be looked at again but for the time. */
export class Vetting {
  /** What this run has found. */
  readonly found = new Map<string, Vetted>();
  readonly #known: ReadonlyMap<string, Vetted>;
  readonly #key: LocalKey;

  constructor(key: LocalKey, known: ReadonlyMap<string, Vetted>) {
    this.#key = key;
    this.#known = known;
  }

  digest(...parts: readonly string[]): string {
    return this.#key.hmac('vetted certificate', ...parts).toString('base64');
  }

  /** What is known of a certificate that has the digest. */
  recall(id: string, digest: string): Vetted | undefined {
    const known = this.#known.get(id);
    return known?.digest === digest ? known : undefined;
  }
}

export interface PkiEntry {
  readonly request: CertificateRequest;
  readonly key: string;
  readonly certificate: string;
}

/** The certificates of a site, and what had to be made. */
export interface EnsuredPki extends Pki {
  readonly trusted: readonly X509Certificate[];
  readonly newAuthority: boolean;
  /** Identifiers of the certificates that were signed. */
  readonly signed: readonly string[];
}

const DAY = 86_400_000;
/** A certificate is renewed this long before it ends, or in the last third of a shorter life. */
const RENEWAL_DAYS = 60;
const MOST_NAMED = 3;

/**
 * The certificates of a site. What exists and still fits is used, the rest is made; private keys stay when a certificate is
 * renewed. They are the only products that two builds of the same inventory on different machines do not share.
 */
export function ensurePki(
  system: System,
  directory: string,
  site: Site,
  vetting?: Vetting | undefined,
): Result<EnsuredPki | undefined> {
  const store = new Store(system, directory);
  const [known, unusable] = readAuthority(store);
  if (unusable.length > 0) return [undefined, unusable];
  if (known === undefined && !mayCreate(site)) return badAuthority(store, { reason: 'not-created' });
  const [authority, problems] =
    known === undefined ? createAuthority(store, CA, site.ca.commonName) : ([known, []] as const);
  if (authority === undefined) return [undefined, problems];
  return ensureEntries(store, authority, certificateRequests(site), known === undefined, vetting);
}

function ensureEntries(
  store: Store,
  authority: KnownAuthority,
  requests: readonly CertificateRequest[],
  newAuthority: boolean,
  vetting: Vetting | undefined,
): Result<EnsuredPki | undefined> {
  const found = requests.map((request) => [request, usable(store, authority.certificate, request, vetting)] as const);
  const signed = found.flatMap(([{ id }, entry]) => (entry === undefined ? [id] : []));
  const { key } = authority;
  if (key === undefined && signed.length > 0)
    return badAuthority(store, { reason: 'cannot-sign', file: `${CA}.key`, names: listed(signed) });
  const entries = found.map(
    ([request, entry]) => [request.id, entry ?? sign(store, authority.certificate, key!, request)] as const,
  );
  const { trusted } = authority;
  return [{ authority: trusted.map(String).join(''), entries: new Map(entries), trusted, newAuthority, signed }, []];
}

/** What stands for a private part that is not here. */
export const STAND_IN = '<kept elsewhere>';

/**
 * The certificates of a site without signing any, for a look at them where private keys are not: each is what is there, its key and what
 * would have to be made a stand-in.
 */
export function reviewedPki(system: System, directory: string, site: Site): EnsuredPki {
  const store = new Store(system, directory);
  const [authority] = readAuthority(store);
  const entries = certificateRequests(site).map((request): PkiEntry => {
    const found = authority === undefined ? undefined : usable(store, authority.certificate, request);
    return found ?? { request, key: STAND_IN, certificate: STAND_IN };
  });
  const trusted = authority?.trusted ?? [];
  return {
    authority: trusted.length === 0 ? STAND_IN : trusted.map(String).join(''),
    entries: new Map(entries.map((entry) => [entry.request.id, entry])),
    trusted,
    newAuthority: false,
    signed: [],
  };
}

/** Some names, and how many there are besides. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown;
}

/** `ca_create: false` means: the authority is given, never make one. */
function mayCreate(site: Site): boolean {
  return site.hosts.every((host) => host.params.caCreate);
}

/** The certificate that is there with its key, when both fit. */
function usable(
  store: Store,
  authority: X509Certificate,
  request: CertificateRequest,
  vetting?: Vetting | undefined,
): PkiEntry | undefined {
  const key = keyText(store, request);
  const certificate = store.read(`${request.id}.crt`);
  if (key === undefined || certificate === undefined) return undefined;
  const entry = { request, key, certificate };
  const digest = vetting?.digest(JSON.stringify(request), key, certificate, String(authority));
  const known = digest === undefined ? undefined : vetting?.recall(request.id, digest);
  const vetted = known ?? vet(entry, authority, digest, store.system.now());
  if (vetted === undefined || endsSoon(vetted, store.system.now())) return undefined;
  vetting?.found.set(request.id, vetted);
  return entry;
}

function vet(
  { request, key, certificate }: PkiEntry,
  authority: X509Certificate,
  digest = '',
  now: number,
): Vetted | undefined {
  const parsed = parseCertificate(certificate);
  const parsedKey = parseKey(key);
  if (parsed === undefined || parsedKey === undefined || !parsed.checkPrivateKey(parsedKey)) return undefined;
  if (staleReason(parsed, authority, request, now) !== undefined) return undefined;
  return { digest, ...lifeOf(parsed) };
}

function lifeOf({ validFrom, validTo }: X509Certificate): { readonly from: number; readonly to: number } {
  return { from: Date.parse(validFrom), to: Date.parse(validTo) };
}

/** Whether a certificate has to be made again because of the time. */
function endsSoon({ from, to }: Pick<Vetted, 'from' | 'to'>, now: number): boolean {
  return to - now < Math.min(RENEWAL_DAYS * DAY, (to - from) / 3);
}

/** The key of a certificate, which in an adopted directory the members of a cluster share. */
export function keyText(store: Store, { id, sharedKey }: CertificateRequest): string | undefined {
  return store.read(`${id}.key`) ?? (sharedKey === undefined ? undefined : store.read(`${sharedKey}.key`));
}

/** Signs a certificate, for the key that is there or a new one. */
export function sign(
  store: Store,
  authority: X509Certificate,
  authorityKey: KeyObject,
  request: CertificateRequest,
  newKey = false,
): PkiEntry {
  const { system } = store;
  const known = newKey ? undefined : keyText(store, request);
  const key = known !== undefined && parseKey(known) !== undefined ? known : newPrivateKey();
  if (key !== known) store.write(`${request.id}.key`, key, 0o600);
  const certificate = issue({ certificate: authority, key: authorityKey }, key, {
    ...request,
    serial: system.randomBytes(16),
    ...validity(system.now(), request.validityDays),
  });
  store.write(`${request.id}.crt`, certificate, 0o644);
  return { request, key, certificate };
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
  const life = lifeOf(certificate);
  if (endsSoon(life, now)) return life.to < now ? 'expired' : 'due';
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return 'foreign';
  if (request.identity === true && !certificate.subject.split('\n').includes(`CN=${request.commonName}`))
    return 'names';
  const has = new Set(namesOf(certificate).map(canonicalName));
  return request.names.every((name) => has.has(canonicalName(name))) ? undefined : 'names';
}
