/** Steps that ask for certificates of the site's own authority. */
import type { CertificateStep, Effect } from '../api.ts';
import type { Stage } from '../modules.ts';

interface Owner {
  readonly owner: string;
  readonly group: string;
}

/** What every host trusts. */
export function authorityFile(stage: Stage, path: string, effects: readonly Effect[], owner: Owner): CertificateStep {
  return { kind: 'certificate', stage, path, mode: 0o644, effects, part: 'certificate', ...owner };
}

/** A certificate and its key, `<path>.crt` and `<path>.key` unless said otherwise. */
export function certificatePair(
  stage: Stage,
  path: string | { readonly certificate: string; readonly key: string },
  request: string,
  effects: readonly Effect[],
  owner: Owner & { readonly keyMode: number },
): readonly CertificateStep[] {
  const { keyMode, ...own } = owner;
  const paths = typeof path === 'string' ? { certificate: `${path}.crt`, key: `${path}.key` } : path;
  const both = { kind: 'certificate', stage, request, effects, ...own } as const;
  return [
    { ...both, path: paths.certificate, mode: 0o644, part: 'certificate' },
    { ...both, path: paths.key, mode: keyMode, part: 'key' },
  ];
}

/** `ca.crt`, `server.crt` and `server.key` of a directory. */
export function serverCertificate(
  stage: Stage,
  directory: string,
  request: string,
  owner: Owner,
  effects: readonly Effect[],
  ofAuthority: readonly Effect[] = effects,
): readonly CertificateStep[] {
  return [
    authorityFile(stage, `${directory}/ca.crt`, ofAuthority, owner),
    ...certificatePair(stage, `${directory}/server`, request, effects, { ...owner, keyMode: 0o600 }),
  ];
}
