import { dirname } from 'node:path';
import type { RenderedFile } from '../../emitters/host/bundle-types.ts';
import { bundlePath } from '../../emitters/host/manifest.ts';
import type { Checked } from '../phases/5-check/checked.ts';
import type { Host as System } from '../host/host.ts';
import type { Site } from '../model/site.ts';
import { readAuthority, type KnownAuthority } from '../pki/authority.ts';
import { ensurePki, reviewedPki, Vetting, type EnsuredPki, type Vetted } from '../pki/certificates.ts';
import { Store } from '../pki/store.ts';
import type { Result } from '../diagnostics/result.ts';
import { readKeptSalts, type KeptSalts } from '../secrets/kept-salts.ts';
import { readLocalKey, type FoundKey, LocalKey } from '../secrets/local-key.ts';
import { SealedSink, TwinSink } from '../secrets/sinks.ts';
import { locateState } from './locate.ts';
import type { SiteMaterials, StateRequest } from './materials.ts';
import { readRecord, recordFiles, type StateRecord } from './record.ts';

/** A stand-in for the private key; what is made with it is compared with nothing. */
const NO_KEY = new LocalKey(new Uint8Array(32));
/** Gives every secret the same fingerprint, which is then looked for. */
const NO_FINGERPRINT = { hmac: () => Buffer.alloc(32, 0xf1) };
const UNKNOWN = 'f1f1f1f1';
/** How a marker begins, as it is and as URLs and pages quote it. */
const MARKER = ['<secret', '%3Csecret', '&lt;secret'];

/**
 * What a look at a bundle needs, on any machine: a fresh clone has neither the key nor sealed files. Secrets are then compared by their
 * reviewable form, and one whose value alone changed is not seen, which is announced. The system must not be one that
 * keeps what is written.
 */
export function reviewMaterials(
  system: System,
  checked: Pick<Checked, 'sources' | 'absent'>,
  site: Site,
  request: StateRequest,
): Result<SiteMaterials | undefined> {
  const files = checked.sources.map(({ path }) => path);
  const [place, unclear] = locateState(system, files, request.stateDir);
  if (place === undefined) return [undefined, unclear];
  const [found, badKey] = readLocalKey(system, place);
  const [authority, badAuthority] = readAuthority(new Store(system, place.pki));
  const [salts, badSalts] = readKeptSalts(system, place.directory);
  const unusable = [...badKey, ...badAuthority, ...badSalts];
  if (unusable.length > 0) return [undefined, unusable];
  const record = request.outDir === undefined ? undefined : readRecord(system, request.outDir);
  const key = checked.absent ? undefined : fitting(found, record);
  const vetting = key === undefined ? undefined : new Vetting(key, request.vetted ?? new Map<string, Vetted>());
  const [pki, problems] = canSign(authority, record)
    ? ensurePki(system, place.pki, site, vetting)
    : [reviewedPki(system, place.pki, site), []];
  if (pki === undefined) return [undefined, problems];
  const example = found?.publicSecrets !== undefined;
  const materials = reviewed(system, request.outDir, { key, salts }, pki, example);
  if (vetting === undefined || key === undefined || example) return [materials, []];
  const own = { key, directory: dirname(place.key), salts: JSON.stringify(salts.texts), vetted: vetting.found };
  return [{ ...materials, own }, []];
}

/** The key, when it is the one that made the fingerprints of the bundle. */
function fitting(found: FoundKey | undefined, record: StateRecord | undefined): LocalKey | undefined {
  return record?.key === undefined || record.key === found?.key.id ? found?.key : undefined;
}

/** On a machine that builds, what is due is signed, for the difference it makes; so is everything of a site that is new. */
function canSign(authority: KnownAuthority | undefined, record: StateRecord | undefined): boolean {
  return authority === undefined ? record === undefined : authority.key !== undefined;
}

function reviewed(
  system: System,
  outDir: string | undefined,
  { key, salts }: { readonly key: LocalKey | undefined; readonly salts: KeptSalts },
  pki: EnsuredPki,
  example: boolean,
): SiteMaterials {
  const blind =
    'secrets are compared by their reviewable form, without fingerprints: one whose value alone changed is not seen';
  return {
    sinks: { sealed: new SealedSink(key ?? NO_KEY, salts), twin: new TwinSink(key ?? NO_FINGERPRINT) },
    pki,
    announcements: key === undefined ? [blind] : [],
    records: example || pki.trusted.length === 0 ? [] : recordFiles(pki.trusted.map(String), key?.id),
    misuse: () => [],
    sealedUnknown: key === undefined,
    adjust: key === undefined ? (host, file) => asBuilt(system, `${outDir}/hosts/${host}`, file) : undefined,
  };
}

/** The file with the fingerprints that the bundle has for the same secrets, in their order. */
function asBuilt(system: System, directory: string, file: RenderedFile): RenderedFile {
  if (file.sealed === undefined) return file;
  const path = `${directory}/files/${bundlePath(file)}`;
  const former = system.stat(path)?.kind === 'file' ? Buffer.from(system.readFile(path)).toString('utf8') : '';
  return { ...file, twin: withFingerprints(file.twin, former) };
}

/** A marker is written as the language of its file quotes it, except for the digits of the fingerprint, which nothing has to quote. */
function withFingerprints(twin: string, former: string): string {
  const [first = '', ...rest] = twin.split(UNKNOWN);
  const places = new Map<string, number>();
  let text = first;
  for (const after of rest) {
    const marker = text.slice(Math.max(...MARKER.map((begin) => text.lastIndexOf(begin))));
    const from = places.get(marker) ?? former.indexOf(marker);
    const known = from === -1 ? undefined : /^[0-9a-f]{8}/.exec(former.slice(from + marker.length))?.[0];
    const next = from === -1 ? -1 : former.indexOf(marker, from + 1);
    // One more of the same secret than before has the fingerprint of the last.
    places.set(marker, next === -1 ? from : next);
    text += (known ?? '????????') + after;
  }
  return text;
}
