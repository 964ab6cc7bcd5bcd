import { posix } from 'node:path';
import type { Host } from '../../host/host.ts';
import { STAND_IN } from '../../pki/certificates.ts';
import { LIBRARY, type ManifestHost } from '../../phases/9-bundle/bundle-files.ts';
import { RETIRED } from '../../phases/9-bundle/retired.ts';
import { recordOfScript } from '../../phases/9-bundle/plan-record.ts';
import { impactOf, type HostImpact, type HostVersion } from '../impact/impact.ts';
import type { Overlay } from './overlay-host.ts';
import { changesOnHosts, knownChanges } from './sealed-changes.ts';
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
  /** What was built. */
  readonly hosts: readonly ManifestHost[];
  /** What it is compared with. */
  readonly former: readonly ManifestHost[];
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
  { hosts, former, sealedUnknown = false, context }: Comparison,
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
  const seen = knownChanges(files, former, isKnown);
  const sorted = [...seen].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const versionsOf = (system: Host, hosts: readonly ManifestHost[]): Versions =>
    new Map(hosts.map((host) => [host.name, versionOf(system, `${root}/hosts/${host.name}`, host)]));
  const onHosts = changesOnHosts(sorted, former, isKnown);
  return { files: sorted, impact: impacts(onHosts, versionsOf(real, former), versionsOf(dry.host, hosts)) };
}

type Versions = ReadonlyMap<string, () => HostVersion>;

/** A bundle of an earlier release has no plan in its manifest, but an apply.sh that says the same. */
function versionOf(system: Host, directory: string, { plan, files }: ManifestHost): () => HostVersion {
  return () => ({
    files,
    plan: plan ?? recordOfScript(textOf(system, `${directory}/apply.sh`)),
    text: ({ bundle }) => textOf(system, `${directory}/files/${bundle}`),
  });
}

function impacts(files: readonly FileChange[], former: Versions, now: Versions): readonly HostImpact[] {
  const changes = new Map(files.map((file) => [file.path, file]));
  const changed = new Set(files.map(({ path }) => /^hosts\/([^/]+)/.exec(path)?.[1]));
  const isRenamed = ({ plan: { address } }: HostVersion): boolean =>
    address !== '' && [...now].some(([other, version]) => !former.has(other) && version().plan.address === address);
  return [...new Set([...now.keys(), ...former.keys()])]
    .filter((name) => changed.has(name))
    .flatMap((name) => {
      const versions = { former: former.get(name)?.(), now: now.get(name)?.() };
      const impact = impactOf(name, versions, changes);
      if (impact === undefined) return [];
      const renamed = impact.is === 'gone' && isRenamed(versions.former!);
      return renamed ? { ...impact, is: 'renamed' as const, effects: [] } : impact;
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

/** Empty when there is no such file. */
function textOf(host: Host, path: string): string {
  return host.stat(path)?.kind === 'file' ? Buffer.from(host.readFile(path)).toString('utf8') : '';
}
