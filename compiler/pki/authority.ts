import { X509Certificate, type KeyObject } from 'node:crypto';
import { report, type Variant } from '../diagnostics/report.ts';
import type { Host as System } from '../host/host.ts';
import type { Result } from '../diagnostics/result.ts';
import { parseCertificate, parseKey, type Store } from './store.ts';
import { newPrivateKey, selfSigned, validity } from './x509.ts';

/** Below the PKI directory, without suffix: the authority that signs. */
export const CA = 'ca/ca';
/** While authorities change: the one that will sign, and the one that did. Hosts trust them as well. */
export const NEXT = 'ca/next';
export const FORMER = 'ca/former';

/** Upstream's authority lives a hundred years: replacing it means replacing every certificate. */
const AUTHORITY_DAYS = 36_500;

/** The authority of a site. */
export interface KnownAuthority {
  readonly certificate: X509Certificate;
  /** Undefined where it is kept elsewhere: what is signed can be used, nothing can be signed. */
  readonly key: KeyObject | undefined;
  /** All that hosts trust, the one that signs first. */
  readonly trusted: readonly X509Certificate[];
}

/** The authority in the PKI directory; undefined when there is none. One that cannot be used is an error. */
export function readAuthority(store: Store): Result<KnownAuthority | undefined> {
  const pem = store.read(`${CA}.crt`);
  const keyPem = store.read(`${CA}.key`);
  if (pem === undefined) return [undefined, []];
  const certificate = parseCertificate(pem);
  if (certificate === undefined) return badAuthority(store, { reason: 'no-certificate' });
  const key = parseKey(keyPem);
  if (keyPem !== undefined && (key === undefined || !certificate.checkPrivateKey(key)))
    return badAuthority(store, { reason: 'other-key' });
  if (Date.parse(certificate.validTo) < store.system.now())
    return badAuthority(store, { reason: 'expired', date: certificate.validTo });
  const others = [NEXT, FORMER].flatMap((name) => parseCertificate(store.read(`${name}.crt`)) ?? []);
  return [{ certificate, key, trusted: [certificate, ...others] }, []];
}

/** Makes an authority under this name, with the key that is there or a new one. */
export function createAuthority(store: Store, name: string, commonName: string): Result<KnownAuthority | undefined> {
  const known = store.read(`${name}.key`);
  const keyPem = known ?? newPrivateKey();
  const key = parseKey(keyPem);
  if (key === undefined) return badAuthority(store, { reason: 'no-private-key', file: `${name}.key` });
  const text = authorityText(store.system, keyPem, commonName);
  if (known === undefined) store.write(`${name}.key`, keyPem, 0o600);
  store.write(`${name}.crt`, text, 0o644);
  const certificate = new X509Certificate(text);
  return [{ certificate, key, trusted: [certificate] }, []];
}

/** An authority that cannot do what it is needed for. */
export function badAuthority(store: Store, fault: Variant<'bad-authority', 'path'>): Result<undefined> {
  return [undefined, [report('bad-authority', undefined, { path: `${store.directory}/${CA}.crt`, ...fault })]];
}

function authorityText(system: System, keyPem: string, commonName: string): string {
  return selfSigned(keyPem, {
    commonName,
    organizationalUnit: 'ca',
    names: [],
    usages: [],
    serial: system.randomBytes(16),
    ...validity(system.now(), AUTHORITY_DAYS),
  });
}
