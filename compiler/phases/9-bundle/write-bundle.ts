import { report } from '../../diagnostics/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Site } from '../../model/site.ts';
import type { MadeHost, PatchedHost } from '../../../emitters/host/bundle-types.ts';
import { hostFiles, LIBRARY, sharedFiles, type BundleFile, type ManifestHost } from './bundle-files.ts';
import { STAGING } from './journal.ts';
import { makefile } from './makefile.ts';
import {
  hasConflict,
  isInsideBundle,
  manifestText,
  parseManifest,
  pathsOf,
  sameFiles,
  type Manifest,
} from './manifest.ts';
import { LOCK, MANIFEST, textOf, type Output } from './output.ts';
import { patchedFiles } from './patched-host.ts';
import { bundlePathFault, pathFaults } from './paths.ts';
import { RETIRED, retire } from './retired.ts';
import { sshConfig } from './ssh-config.ts';
import { Staging, type Staged } from './staging.ts';

export interface BundleRequest {
  /** Version of pigstyc. */
  readonly version: string;
  readonly site: Site;
  /** In any order. Of a host whose files are there already, what the manifest of the bundle says. */
  readonly rendered: Iterable<MadeHost | PatchedHost | StagedHost | ManifestHost>;
  /** Other threads stage hosts as well. */
  readonly shared?: boolean | undefined;
  /** Set when `rendered` is a selection: hosts of an earlier build that are still in the site are kept. */
  readonly limited: boolean;
  /** Drawings of the topology to put beside the manifest. */
  readonly drawings: readonly BundleFile[];
  /** Files that say which state the bundle was built with. */
  readonly records?: readonly BundleFile[] | undefined;
  /** Asked when every host is rendered: true leaves the former bundle as it is. */
  readonly failed: () => boolean;
}

/** A host that another thread has rendered and staged. */
export interface StagedHost {
  readonly manifest: ManifestHost;
  readonly staged: Staged;
}

/** What a build did, by path relative to the output directory. */
export interface BundleResult {
  readonly written: readonly string[];
  readonly unchanged: number;
  readonly removed: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Hosts of the bundle. */
  readonly hosts: readonly ManifestHost[];
  /** Hosts of the bundle that was there. */
  readonly former: readonly ManifestHost[];
  /** When all that differs had been staged, in milliseconds since the epoch. */
  readonly staged: number;
}

/** Git must not take what is secret, whether a directory, a link or a file has the name, nor copies of what is in `shared`. */
const GITIGNORE = `${STAGING}\n${LOCK}*\nstamps\nsealed\n/hosts/*/${LIBRARY}\n/${RETIRED}/*/${LIBRARY}\n`;

/** Bytes are hashed, so git must not change line ends. Both sides of a manifest are kept: what is in neither bundle, apply.sh refuses. */
const GITATTRIBUTES = '* -text linguist-generated\nmanifest.json merge=union\nmanifest.tsv merge=union\n';

/**
 * Writes the bundle, or leaves the former one as it was: everything that differs is staged first. Files that are the same are not
 * touched; those of an earlier build that are no longer made are removed.
 */
export function writeBundle(output: Output, request: BundleRequest): BundleResult {
  const staging = new Staging(output.host, output.directory);
  try {
    return stageAll(output, staging, request);
  } catch (error) {
    staging.abandon();
    throw error;
  }
}

function stageAll(output: Output, staging: Staging, request: BundleRequest): BundleResult {
  const { known } = output;
  const formerText = known === undefined ? textOf(output.host, `${output.directory}/${MANIFEST}`) : '';
  const former = known?.manifest ?? parseManifest(formerText);
  staging.put({ path: '.gitignore', text: GITIGNORE, mode: 0o644 });
  staging.put({ path: '.gitattributes', text: GITATTRIBUTES, mode: 0o644 });
  if (request.shared === true) staging.open();
  const [made, diagnostics] = stageHosts(output, staging, request.rendered);
  if (request.limited && isHalfMerged(output, former, formerText))
    diagnostics.push(report('merge-needs-all', undefined, { path: output.directory }));
  if (!output.lock.isHeld()) diagnostics.push(report('output-lost', undefined, { path: output.directory }));
  if (request.failed() || diagnostics.length > 0) {
    staging.abandon();
    return { written: [], unchanged: 0, removed: [], diagnostics, hosts: [], former: [], staged: 0 };
  }
  const all = inOrder(request.site, [...(request.limited ? (former?.hosts ?? []) : []), ...made]);
  const names = all.map(({ name }) => name);
  const retirement = retire(output, request.site, former);
  for (const file of retirement.files) staging.put(file);
  staging.put({ path: 'Makefile', text: makefile(request.site, names, retirement.hosts), mode: 0o644 });
  const present = new Set(names);
  const inBundle = request.site.hosts.filter(({ name }) => present.has(name));
  const left = retirement.hosts.map(({ block }) => block);
  staging.put({ path: 'ssh_config', text: sshConfig(inBundle, left), mode: 0o644 });
  for (const file of [...sharedFiles(), ...(request.records ?? []), ...request.drawings]) staging.put(file);
  const drawings = request.drawings.map(({ path }) => path);
  const manifest: Manifest = { version: request.version, hosts: all, drawings };
  if (known === undefined) staging.put({ path: MANIFEST, text: manifestText(manifest), mode: 0o644 });
  else if (isSame(known.manifest, manifest)) staging.unchanged++;
  else staging.replace({ path: MANIFEST, text: manifestText(manifest, known), mode: 0o644 });
  const removed = [...orphans(output, former, manifest), ...retirement.removed];
  const staged = staging.commit(removed);
  const settled =
    staging.conflicts > 0
      ? [report('merge-settled', undefined, { path: output.directory, count: staging.conflicts })]
      : [];
  const { written, unchanged } = staging;
  return { written, unchanged, removed, diagnostics: settled, hosts: all, former: former?.hosts ?? [], staged };
}

/** After the first path that must not be written, the other hosts are only looked at. */
function stageHosts(
  output: Output,
  staging: Staging,
  rendered: BundleRequest['rendered'],
): [ManifestHost[], Diagnostic[]] {
  const before = new Map(output.known?.manifest.hosts.map((host) => [host.name, host]));
  const hosts: ManifestHost[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const host of rendered) {
    if ('name' in host) {
      staging.unchanged += pathsOf(host).length;
      hosts.push(host);
      continue;
    }
    if ('staged' in host) {
      staging.adopt(host.staged);
      hosts.push(asBefore(host.manifest, before.get(host.manifest.name)));
      continue;
    }
    diagnostics.push(...('patched' in host ? [] : pathFaults(host)));
    if (diagnostics.length > 0) continue;
    if ('patched' in host) hosts.push(stagePatched(output, staging, host, before.get(host.patched)!));
    else hosts.push(stageMade(output, staging, host, before.get(host.plan.host.name)));
  }
  return [hosts, diagnostics];
}

const NONE: ReadonlySet<string> = new Set();

function stageMade(
  { known }: Output,
  staging: Staging,
  host: MadeHost,
  former: ManifestHost | undefined,
): ManifestHost {
  const { files, manifest } = hostFiles(host);
  const isIntact = former !== undefined && known!.isIntact(manifest.name);
  const same = isIntact ? sameFiles(former, manifest) : NONE;
  const there = isIntact ? new Set(pathsOf(former)) : NONE;
  for (const file of files)
    if (same.has(file.path)) staging.unchanged++;
    else if (there.has(file.path) && !file.path.includes('/sealed/')) staging.replace(file);
    else staging.put(file);
  staging.unchanged += pathsOf(manifest).length - files.length;
  return asBefore(manifest, former);
}

function stagePatched(
  { host: system, directory, known }: Output,
  staging: Staging,
  host: PatchedHost,
  manifest: ManifestHost,
): ManifestHost {
  const list = textOf(system, `${directory}/hosts/${host.patched}/manifest.tsv`);
  const now = patchedFiles(host, { manifest, sealed: known!.sealedOf(host.patched), list });
  for (const file of now.files) staging.replace(file);
  staging.unchanged += pathsOf(manifest).length - now.files.length;
  return now.manifest;
}

/** What the manifest says of a host, which is the same object as before when it says the same. */
function asBefore(now: ManifestHost, former: ManifestHost | undefined): ManifestHost {
  if (former === undefined || JSON.stringify(former.scripts) !== JSON.stringify(now.scripts)) return now;
  return JSON.stringify(former) === JSON.stringify(now) ? former : now;
}

/** Whether git has left both sides of a merge in a file that tells about hosts which this build does not make. */
function isHalfMerged({ host, directory }: Output, former: Manifest | undefined, manifest: string): boolean {
  const ofHost = (name: string): readonly string[] =>
    ['apply.sh', 'manifest.tsv'].map((file) => textOf(host, `${directory}/hosts/${name}/${file}`));
  const names = (former?.hosts ?? []).map(({ name }) => name).filter((name) => bundlePathFault(name) === undefined);
  return [manifest, ...names.flatMap(ofHost)].some(hasConflict);
}

/** Those that are declared, in the order of the site; of two with a name the last. */
function inOrder(site: Site, hosts: readonly ManifestHost[]): readonly ManifestHost[] {
  const byName = new Map(hosts.map((entry) => [entry.name, entry]));
  return site.hosts.flatMap((member) => byName.get(member.name) ?? []);
}

/** Whether two manifests read the same. A host of which nothing changed is the same object in both. */
function isSame(former: Manifest, now: Manifest): boolean {
  return (
    former.version === now.version &&
    former.drawings.join('\n') === now.drawings.join('\n') &&
    former.hosts.length === now.hosts.length &&
    former.hosts.every((host, index) => host === now.hosts[index])
  );
}

/** What the former build made and this one does not, as far as it is there. */
function orphans({ host, directory }: Output, former: Manifest | undefined, now: Manifest): readonly string[] {
  if (former === undefined) return [];
  const paths = ({ hosts, drawings }: Manifest, others: Manifest): readonly string[] => {
    const left = new Set(others.hosts);
    return [...hosts.filter((one) => !left.has(one)).flatMap(pathsOf), ...drawings];
  };
  const wanted = new Set(paths(now, former));
  return [...new Set(paths(former, now))].filter(
    (path) => !wanted.has(path) && isInsideBundle(path) && host.lstat(`${directory}/${path}`)?.kind === 'file',
  );
}
