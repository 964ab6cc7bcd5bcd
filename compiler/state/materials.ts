import { dirname } from 'node:path';
import type { RenderedFile } from '../../emitters/host/bundle-types.ts';
import type { Checked } from '../phases/5-check/checked.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Host as System } from '../host/host.ts';
import type { Site } from '../model/site.ts';
import { CA, createAuthority, readAuthority } from '../pki/authority.ts';
import { ensurePki, listed, Vetting, type EnsuredPki, type Pki, type Vetted } from '../pki/certificates.ts';
import { Store } from '../pki/store.ts';
import type { Sinks } from '../phases/8-emit/emit.ts';
import type { BundleFile } from '../phases/9-bundle/bundle-files.ts';
import type { Result } from '../diagnostics/result.ts';
import { DemoGuard } from '../secrets/demo.ts';
import { readKeptSalts, type KeptSalts } from '../secrets/kept-salts.ts';
import { createLocalKey, readLocalKey, type FoundKey, type LocalKey } from '../secrets/local-key.ts';
import { SealedSink, TwinSink } from '../secrets/sinks.ts';
import { claimState, locateState, type StatePlace } from './locate.ts';
import { compareRecord, readRecord, recordFiles } from './record.ts';

/** What rendering needs besides the model. */
export interface Materials {
  readonly sinks: Sinks;
  readonly pki: Pki;
  /** What a file becomes before it goes into the bundle, where something is not known. */
  readonly adjust?: ((host: string, file: RenderedFile) => RenderedFile) | undefined;
}

/** The state of a site, ready for a build. */
export interface SiteMaterials extends Materials {
  /** What the operator must know: keys that were made, and what to back up. */
  readonly announcements: readonly string[];
  /** Says in the bundle which state it was built with. */
  readonly records: readonly BundleFile[];
  /** Errors that show when everything was rendered. */
  misuse(): readonly Diagnostic[];
  /** What a record of the build is made with; missing where the key is not a private one. */
  readonly own?: Own | undefined;
  /** Set when sealed files are not what a build would make. */
  readonly sealedUnknown?: boolean | undefined;
}

/** Of a site with a private key. */
export interface Own {
  readonly key: LocalKey;
  /** Directory of the key. */
  readonly directory: string;
  /** Salts that verifiers had before, as text. */
  readonly salts: string;
  readonly vetted: ReadonlyMap<string, Vetted>;
}

export interface StateRequest {
  /** Certificates that an earlier build has looked at. */
  readonly vetted?: ReadonlyMap<string, Vetted> | undefined;
  readonly stateDir?: string | undefined;
  /** The bundle whose record must fit; none is looked at when it is missing. */
  readonly outDir?: string | undefined;
  /** Another authority or key than the bundle's is meant. */
  readonly newAuthority?: boolean | undefined;
}

/** Key and certificates of a site. What is missing is made, unless a bundle says that it was there once. */
export function prepareMaterials(
  system: System,
  checked: Pick<Checked, 'sources'>,
  site: Site,
  request: StateRequest = {},
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
  if (record !== undefined && found?.publicSecrets === undefined && request.newAuthority !== true) {
    const authorities = authority?.trusted.map(({ fingerprint256 }) => fingerprint256) ?? [];
    const lost = compareRecord(record, { authorities, key: found?.key.id }, place, request.outDir!);
    if (lost.length > 0) return [undefined, lost];
  }
  const vetting = found === undefined ? undefined : new Vetting(found.key, request.vetted ?? new Map<string, Vetted>());
  const [pki, problems] = ensurePki(system, place.pki, site, vetting);
  if (pki === undefined) return [undefined, problems];
  const key = found ?? { key: createLocalKey(system, place) };
  claimState(system, place);
  const own: Own = {
    key: key.key,
    directory: dirname(place.key),
    salts: JSON.stringify(salts.texts),
    vetted: vetting?.found ?? new Map<string, Vetted>(),
  };
  const materials = siteMaterials(place, key, found === undefined, pki, salts);
  return [key.publicSecrets === undefined ? { ...materials, own } : materials, []];
}

function siteMaterials(
  place: StatePlace,
  { key, publicSecrets }: FoundKey,
  isNew: boolean,
  pki: EnsuredPki,
  salts: KeptSalts,
): SiteMaterials {
  const guard = publicSecrets === undefined ? undefined : new DemoGuard(publicSecrets);
  const announcements = [
    ...authorityNotes(place, pki),
    ...(isNew ? [keyNote(place)] : []),
    ...(guard === undefined ? [] : [`${place.demoKey} is used: an example, whose secrets are public`]),
  ];
  return {
    sinks: { sealed: new SealedSink(key, salts), twin: new TwinSink(key, (secret) => guard?.see(secret)) },
    pki,
    announcements,
    // An example is built by everybody, each with an authority of its own.
    records: guard === undefined ? recordFiles(pki.trusted.map(String), key.id) : [],
    misuse: () => guard?.problems(place.demoKey) ?? [],
  };
}

function keyNote({ key }: StatePlace): string {
  return `new key ${key}: back it up, with another one every fingerprint and verifier changes`;
}

function authorityNotes(
  { pki: directory }: StatePlace,
  { newAuthority, signed, trusted }: Pick<EnsuredPki, 'newAuthority' | 'signed' | 'trusted'>,
): readonly string[] {
  const count = `${signed.length} certificate${signed.length === 1 ? '' : 's'}`;
  if (newAuthority)
    return [
      `new authority ${directory}/ca/ca.crt, SHA-256 ${trusted[0]!.fingerprint256}: back up ${directory}, above all ca/ca.key`,
    ];
  return signed.length === 0 ? [] : [`${directory}: ${count} signed (${listed(signed)})`];
}

/** Makes the key and the authority of a site, whichever is missing. Says so when there is nothing to make. */
export function initState(system: System, place: StatePlace, site: Site): Result<readonly string[]> {
  const [found, badKey] = readLocalKey(system, { ...place, demoKey: place.key });
  const store = new Store(system, place.pki);
  const [known, badAuthority] = readAuthority(store);
  if (badKey.length + badAuthority.length > 0) return [[], [...badKey, ...badAuthority]];
  const [authority, problems] = known === undefined ? createAuthority(store, CA, site.ca.commonName) : [known, []];
  if (authority === undefined) return [[], problems];
  if (found === undefined) createLocalKey(system, place);
  claimState(system, place);
  const notes = [
    ...(known === undefined
      ? authorityNotes(place, { newAuthority: true, signed: [], trusted: authority.trusted })
      : []),
    ...(found === undefined ? [keyNote(place)] : []),
  ];
  return [notes.length > 0 ? notes : [`${place.directory}: the key and the authority are there already`], []];
}
