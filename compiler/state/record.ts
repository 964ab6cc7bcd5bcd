import { report } from '../diagnostics/report.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Host as System } from '../host/host.ts';
import { parseCertificate } from '../pki/store.ts';
import type { BundleFile } from '../phases/9-bundle/bundle-files.ts';
import type { StatePlace } from './locate.ts';

/** What a bundle says about the state it was built with. */
export interface StateRecord {
  /** SHA-256 of the authorities that hosts trust. */
  readonly authorities: readonly string[];
  /** Undefined in a bundle that an earlier version made. */
  readonly key: string | undefined;
}

const AUTHORITY = 'authority.crt';
const KEY = 'key.id';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g;

/** The record in a bundle; undefined where no build has been. */
export function readRecord(system: System, outDir: string): StateRecord | undefined {
  const text = (name: string): string | undefined =>
    system.stat(`${outDir}/${name}`)?.kind === 'file'
      ? Buffer.from(system.readFile(`${outDir}/${name}`)).toString('latin1')
      : undefined;
  if (system.stat(`${outDir}/manifest.json`)?.kind !== 'file' && text(AUTHORITY) === undefined) return undefined;
  const authorities = [...(text(AUTHORITY) ?? '').matchAll(CERTIFICATE)].flatMap(
    ([pem]) => parseCertificate(pem)?.fingerprint256 ?? [],
  );
  return { authorities, key: /\b[0-9a-f]{32}\b/.exec(text(KEY) ?? '')?.[0] };
}

/** Files of the bundle that say which authority and key it was built with. They are the same in every build of a site. */
export function recordFiles(authorities: readonly string[], key: string | undefined): readonly BundleFile[] {
  const blocks = authorities.map((pem) => `SHA-256 ${parseCertificate(pem)!.fingerprint256}\n${pem}`);
  const heading = 'What the hosts of this site trust. A change of this file reaches every host.\n';
  return [
    { path: AUTHORITY, text: `${heading}${blocks.join('')}`, mode: 0o644 },
    ...(key === undefined ? [] : [{ path: KEY, text: `${key}\n`, mode: 0o644 }]),
  ];
}

/** The state that was found; undefined where there is none yet. */
export interface FoundState {
  readonly authorities: readonly string[];
  readonly key: string | undefined;
}

/** Errors where a bundle was built with another authority or key than those found: never is one replaced silently. */
export function compareRecord(
  record: StateRecord,
  found: FoundState,
  place: StatePlace,
  outDir: string,
): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  const known = new Set(record.authorities);
  const strange = found.authorities.find((one) => !known.has(one));
  const authority = `${place.pki}/ca/ca.crt`;
  if (found.authorities.length === 0) {
    const was =
      record.authorities[0] === undefined ? 'an authority' : `the authority with SHA-256 ${record.authorities[0]}`;
    problems.push(report('authority-changed', undefined, { out: outDir, was, path: authority, is: 'is not there' }));
  } else if (strange !== undefined && known.size > 0) {
    const was = `the authority with SHA-256 ${record.authorities[0]}`;
    problems.push(
      report('authority-changed', undefined, { out: outDir, was, path: place.pki, is: `holds ${strange}` }),
    );
  }
  if (found.key === undefined) problems.push(keyProblem(place, outDir, 'is not there'));
  else if (record.key !== undefined && record.key !== found.key)
    problems.push(keyProblem(place, outDir, 'holds another one'));
  return problems;
}

function keyProblem({ key }: StatePlace, out: string, is: string): Diagnostic {
  return report('key-changed', undefined, { out, path: key, is });
}
