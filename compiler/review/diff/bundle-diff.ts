import { posix } from 'node:path';
import { addressIn } from '../../../emitters/host/retired-script.ts';
import type { Host } from '../../host/host.ts';
import { STAND_IN } from '../../pki/certificates.ts';
import { LIBRARY, type ManifestHost } from '../../phases/9-bundle/bundle-files.ts';
import { parseManifest, type Manifest } from '../../phases/9-bundle/manifest.ts';
import { RETIRED } from '../../phases/9-bundle/retired.ts';
import { impactOf, type HostImpact } from '../impact/impact.ts';
import type { Overlay } from './overlay-host.ts';
import { knownChanges } from './sealed-changes.ts';
import { unifiedDiff } from './unified-diff.ts';

export interface FileChange {
  /** Relative to the output directory. */
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  /** Unified diff without file headers; empty for secrets and for files that say nothing to a reader. */
  readonly diff: readonly string[];
}

export interface Changes {
  readonly files: readonly FileChange[];
  /** Hosts on which something happens, in the order of the bundle; those that are gone last. */
  readonly impact: readonly HostImpact[];
}

export interface Comparison {
  /** Sealed files are compared by their twins, because the dry run does not know them. */
  readonly sealedUnknown?: boolean | undefined;
  /** Lines around a change. */
  readonly context?: number | undefined;
}

/** Copies of what is in `shared/`, which git does not have. */
const COPY = new RegExp(`^/(?:hosts|${RETIRED})/[^/]+/${LIBRARY.replace('.', '\\.')}$`);

/** What a dry run changed below the output directory. */
export function bundleChanges(
  real: Host,
  dry: Overlay,
  outDir: string,
  { sealedUnknown = false, context }: Comparison = {},
): Changes {
  const root = posix.resolve(real.cwd(), outDir);
  const isKnown = (path: string): boolean => {
    const content = dry.written.get(`${root}/${path}`);
    const standsIn = content !== undefined && Buffer.from(content).includes(STAND_IN);
    return !sealedUnknown && !standsIn && real.stat(`${root}/${path}`) !== undefined;
  };
  const inside = (path: string): boolean => path.startsWith(`${root}/`) && !COPY.test(path.slice(root.length));
  const files: FileChange[] = [];
  for (const [path, content] of dry.written) {
    if (!inside(path)) continue;
    const before = real.stat(path)?.kind === 'file' ? real.readFile(path) : undefined;
    const change = before === undefined ? 'added' : 'changed';
    if (before === undefined || !Buffer.from(before).equals(content))
      files.push({ path: path.slice(root.length + 1), change, diff: diffOf(path, before, content, context) });
  }
  for (const path of dry.removed) {
    if (inside(path) && !dry.written.has(path) && real.stat(path)?.kind === 'file')
      files.push({
        path: path.slice(root.length + 1),
        change: 'removed',
        diff: diffOf(path, real.readFile(path), new Uint8Array(), context),
      });
  }
  const hosts = manifestOf(real, `${root}/manifest.json`)?.hosts ?? [];
  const seen = knownChanges(files, hosts, isKnown);
  const sorted = [...seen].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files: sorted, impact: impacts(sorted, real, dry.host, root) };
}

function impacts(files: readonly FileChange[], real: Host, dry: Host, root: string): readonly HostImpact[] {
  const changes = new Map(files.map((file) => [file.path, file]));
  const changed = new Set(files.map(({ path }) => /^hosts\/([^/]+)/.exec(path)?.[1]));
  const hostsOf = (host: Host): ReadonlyMap<string, ManifestHost> =>
    new Map(manifestOf(host, `${root}/manifest.json`)?.hosts.map((entry) => [entry.name, entry]));
  const former = hostsOf(real);
  const now = hostsOf(dry);
  const scriptOf = (name: string): string => `${root}/hosts/${name}/apply.sh`;
  const isRenamed = (name: string): boolean => {
    const address = addressIn(textOf(real, scriptOf(name)));
    return (
      address !== undefined &&
      [...now.keys()].some((other) => !former.has(other) && addressIn(textOf(dry, scriptOf(other))) === address)
    );
  };
  return [...new Set([...now.keys(), ...former.keys()])]
    .filter((name) => changed.has(name))
    .flatMap((name) => {
      const versions = {
        former: former.get(name),
        now: now.get(name),
        formerScript: textOf(real, scriptOf(name)),
        script: textOf(dry, scriptOf(name)),
      };
      const impact = impactOf(name, versions, changes);
      if (impact === undefined) return [];
      return impact.is === 'gone' && isRenamed(name) ? { ...impact, is: 'renamed' as const, effects: [] } : impact;
    });
}

/** Sealed files are secret; manifests and the runtime library only repeat what the other files say. */
function diffOf(
  path: string,
  before: Uint8Array | undefined,
  after: Uint8Array,
  context: number | undefined,
): readonly string[] {
  if (/\/sealed\//.test(path) || /\/(manifest\.(json|tsv)|lib\.sh|\.gitignore)$/.test(path)) return [];
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
  return unifiedDiff(before === undefined ? '' : text(before), text(after), context);
}

function manifestOf(host: Host, path: string): Manifest | undefined {
  return parseManifest(textOf(host, path));
}

/** Empty when there is no such file. */
function textOf(host: Host, path: string): string {
  return host.stat(path)?.kind === 'file' ? Buffer.from(host.readFile(path)).toString('utf8') : '';
}
