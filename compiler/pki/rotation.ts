import type { X509Certificate } from 'node:crypto';
import type { Host as System } from '../host/host.ts';
import type { Site } from '../model/site.ts';
import type { Result } from '../diagnostics/result.ts';
import { badAuthority, CA, createAuthority, FORMER, NEXT, readAuthority } from './authority.ts';
import { listed, sign, staleReason } from './certificates.ts';
import { certificateRequests } from './requests.ts';
import { parseCertificate, parseKey, Store } from './store.ts';

/** How far a site is on its way from one authority to another. */
export type RotationStep = 'both-trusted' | 'exchanged' | 'done';

/**
 * The next step from one authority to another: a new one that hosts trust too; then it signs, and the next build
 * exchanges all certificates; then the old one leaves. Between two steps the bundle is built and deployed to all hosts,
 * or some stop talking to others.
 *
 * @param built SHA-256 of the authorities that the bundle has
 */
export function rotateAuthority(
  system: System,
  directory: string,
  site: Site,
  built: ReadonlySet<string>,
): Result<RotationStep | undefined> {
  const store = new Store(system, directory);
  const next = parseCertificate(store.read(`${NEXT}.crt`));
  if (next !== undefined)
    return built.has(next.fingerprint256)
      ? exchange(store, next)
      : badAuthority(store, { reason: 'not-trusted', file: `${NEXT}.crt` });
  const [authority, problems] = readAuthority(store);
  if (authority === undefined)
    return problems.length > 0 ? [undefined, problems] : badAuthority(store, { reason: 'absent' });
  if (store.has(`${FORMER}.crt`)) return leave(store, site);
  const [made, failed] = createAuthority(store, NEXT, nextName(authority.certificate.subject, site.ca.commonName));
  return made === undefined ? [undefined, failed] : ['both-trusted', []];
}

/** Two authorities of one name are hard to tell apart, for people and for programs that look them up by it. */
function nextName(subject: string, commonName: string): string {
  const now = /^CN=(.*)$/m.exec(subject)?.[1] ?? commonName;
  const numbered = /^(.*) (\d+)$/.exec(now);
  return numbered === null ? `${now} 2` : `${numbered[1]} ${Number(numbered[2]) + 1}`;
}

/** Each file by one rename: a step that was interrupted is finished by the next. */
function exchange(store: Store, next: X509Certificate): Result<RotationStep | undefined> {
  const key = [NEXT, CA]
    .map((name) => parseKey(store.read(`${name}.key`)))
    .find((one) => one && next.checkPrivateKey(one));
  if (key === undefined) return badAuthority(store, { reason: 'new-cannot-sign', file: `${NEXT}.key` });
  for (const suffix of ['key', 'crt']) {
    if (!store.has(`${NEXT}.${suffix}`)) continue;
    store.rename(`${CA}.${suffix}`, `${FORMER}.${suffix}`);
    store.rename(`${NEXT}.${suffix}`, `${CA}.${suffix}`);
  }
  return ['exchanged', []];
}

function leave(store: Store, site: Site): Result<RotationStep | undefined> {
  const authority = parseCertificate(store.read(`${CA}.crt`))!;
  const old = certificateRequests(site).filter((request) => {
    const certificate = parseCertificate(store.read(`${request.id}.crt`));
    return certificate === undefined || staleReason(certificate, authority, request, store.system.now()) === 'foreign';
  });
  if (old.length > 0) return badAuthority(store, { reason: 'still-used', names: listed(old.map(({ id }) => id)) });
  for (const suffix of ['crt', 'key']) store.remove(`${FORMER}.${suffix}`);
  return ['done', []];
}

/** Signs certificates again, those of these hosts; with new keys where the old ones may be known to others. */
export function renewCertificates(
  system: System,
  directory: string,
  site: Site,
  hosts: ReadonlySet<string>,
  newKeys: boolean,
): Result<readonly string[] | undefined> {
  const store = new Store(system, directory);
  const [authority, problems] = readAuthority(store);
  if (authority?.key === undefined)
    return problems.length > 0
      ? [undefined, problems]
      : badAuthority(store, authority === undefined ? { reason: 'absent' } : { reason: 'no-key', file: `${CA}.key` });
  const chosen = certificateRequests(site).filter((request) => request.hosts.some((name) => hosts.has(name)));
  for (const request of chosen) sign(store, authority.certificate, authority.key, request, newKeys);
  return [chosen.map(({ id }) => id), []];
}
