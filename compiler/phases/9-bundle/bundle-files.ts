import { createHash } from 'node:crypto';
import { applyScript } from '../../../emitters/host/apply-script.ts';
import {
  isSealed,
  type BundledFile,
  type Kept,
  type MadeHost,
  type RenderedFile,
} from '../../../emitters/host/bundle-types.ts';
import { assertRuntimeHas, runtimeLibrary } from '../../../emitters/host/library.ts';
import {
  bundlePath,
  describedFile,
  manifestKey,
  manifestLine,
  MANIFEST_HEADER,
  type Described,
} from '../../../emitters/host/manifest.ts';

import { recordOf, type PlanRecord } from './plan-record.ts';

/** A file of the bundle. */
export interface BundleFile {
  /** Relative to the output directory, `/` between parts. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** A copy of it is beside each apply.sh, so that a host's directory has all it needs. Only {@link sharedFiles} are for review. */
export const LIBRARY = 'lib.sh';

/** What is the same on every host, once, for review. */
export function sharedFiles(): readonly BundleFile[] {
  return [{ path: `shared/${LIBRARY}`, text: runtimeLibrary(), mode: 0o644 }];
}

/** What the top manifest says about a host: enough to review, and to find what a later build must remove. */
export interface ManifestHost {
  readonly name: string;
  /** Sha256 of apply.sh and manifest.tsv. */
  readonly scripts: Readonly<Record<string, string>>;
  /** What the plan does besides files; undefined in the manifest of an earlier release. */
  readonly plan?: PlanRecord | undefined;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly path: string;
  /** Relative to the host's `files/` (and `sealed/`). */
  readonly bundle: string;
  readonly owner: string;
  readonly group: string;
  readonly mode: string;
  /** Of the reviewable twin. */
  readonly sha256: string;
  readonly sealed: boolean;
  readonly stage: string;
  readonly effects: string;
  /** True for a file that is written only where it is absent. */
  readonly once?: true | undefined;
  /** Name of the table that says what changes of its settings need. */
  readonly settings?: string | undefined;
  readonly source: string;
}

/** Everything below `hosts/<name>/` that is not kept, and the host's part of the manifest. Pure. */
export function hostFiles(made: MadeHost): {
  readonly files: readonly BundleFile[];
  readonly manifest: ManifestHost;
} {
  const root = `hosts/${made.plan.host.name}`;
  const files: BundleFile[] = [];
  const manifestLines = [MANIFEST_HEADER];
  const sealed: (readonly [string, string])[] = [];
  const entries: ManifestFile[] = [];
  for (const file of made.files) {
    const hashes = 'kept' in file ? file.kept : hashesOf(file);
    const hash = hashes.twin;
    const path = bundlePath(file);
    const words = describedFile(file);
    manifestLines.push(manifestLine(file, path, hash, words));
    if (hashes.sealed !== undefined) sealed.push([manifestKey(file), hashes.sealed]);
    if ('twin' in file) {
      files.push({ path: `${root}/files/${path}`, text: file.twin, mode: 0o644 });
      if (file.sealed !== undefined) files.push({ path: `${root}/sealed/${path}`, text: file.sealed, mode: 0o600 });
    }
    entries.push(manifestFile(file, path, hash, words));
  }
  if (sealed.length > 0) files.push({ path: `${root}/sealed/manifest.tsv`, text: sealedList(sealed), mode: 0o600 });
  const scripts: BundleFile[] = [
    { path: `${root}/apply.sh`, text: applyScript(made.plan), mode: 0o755 },
    { path: `${root}/manifest.tsv`, text: `${manifestLines.join('\n')}\n`, mode: 0o644 },
  ];
  const manifest: ManifestHost = {
    name: made.plan.host.name,
    scripts: Object.fromEntries(scripts.map((script) => [script.path.slice(root.length + 1), sha256(script.text)])),
    plan: recordOf(made.plan),
    files: entries,
  };
  assertRuntimeHas(made.plan);
  const library: BundleFile = { path: `${root}/${LIBRARY}`, text: runtimeLibrary(), mode: 0o644 };
  return { files: [...files, ...scripts, library], manifest };
}

/** Text of sealed/manifest.tsv. */
export function sealedList(sealed: Iterable<readonly [key: string, hash: string]>): string {
  return [...sealed].map(([key, hash]) => `${hash}\t${key}\n`).join('');
}

function hashesOf({ twin, sealed }: RenderedFile): Omit<Kept, 'reads'> {
  return { twin: sha256(twin), sealed: sealed === undefined ? undefined : sha256(sealed) };
}

function manifestFile(file: BundledFile, bundle: string, hash: string, { mode, effects }: Described): ManifestFile {
  return {
    path: file.path,
    bundle,
    owner: file.owner,
    group: file.group,
    mode,
    sha256: hash,
    sealed: isSealed(file),
    stage: file.stage,
    effects,
    once: file.once ? true : undefined,
    settings: file.settings?.name,
    source: file.source,
  };
}

const hashes = new Map<string, string>();

/** Many hosts share files and the library word for word: hashes of longer texts are kept. */
export function sha256(text: string): string {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(text).digest('hex');
  if (hashes.size > 5000) hashes.clear();
  hashes.set(text, hash);
  return hash;
}
