import { createHash } from 'node:crypto';
import { report } from '../../diagnostics/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { BulkWriter } from '../../bulk-writer.ts';
import type { Host } from '../../host.ts';
import type { Site } from '../../model/site.ts';
import type { RenderedHost } from '../../../emitters/host/bundle-types.ts';
import { hostFiles, type BundleFile, type ManifestHost } from './bundle-files.ts';
import { makefile } from './makefile.ts';
import { isInsideBundle, manifestText, parseManifest, pathsOf, type Manifest } from './manifest.ts';

export interface BundleRequest {
  readonly outDir: string;
  /** Version of pigstyc. */
  readonly version: string;
  /** Contents of the inventory files in the order given, for the manifest. */
  readonly inventory: readonly (string | Uint8Array)[];
  readonly site: Site;
  /** In site order. */
  readonly rendered: Iterable<RenderedHost>;
  /** Set when `rendered` is a selection: hosts of an earlier build that are still in the site are kept. */
  readonly limited: boolean;
  /** Drawings of the topology to put beside the manifest. */
  readonly drawings: readonly BundleFile[];
  /** Asked when every host is rendered: true leaves the former bundle as it is. */
  readonly failed: () => boolean;
}

/** What a build did, by path relative to the output directory. */
export interface BundleResult {
  readonly written: readonly string[];
  readonly unchanged: number;
  readonly removed: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const STAGING = '.pigstyc-new';
const MANIFEST = 'manifest.json';
const FILES_PER_DIRECTORY = 500;

/**
 * Writes the bundle. Everything that differs is first written to a staging directory inside the output directory and then
 * renamed, the manifest last: a build that fails leaves the former bundle as it was. Files that are the same are not touched;
 * those of an earlier build that are no longer made are removed.
 */
export function writeBundle(host: Host, request: BundleRequest): BundleResult {
  const { outDir } = request;
  const former = formerManifest(host, outDir);
  if (former === 'foreign')
    return {
      written: [],
      unchanged: 0,
      removed: [],
      diagnostics: [report('output-not-ours', undefined, { path: outDir })],
    };
  host.remove(`${outDir}/${STAGING}`);
  const writer = new StagedWriter(host, outDir);
  const hosts: ManifestHost[] = [];
  for (const rendered of request.rendered) {
    const { files, manifest } = hostFiles(rendered);
    for (const file of files) writer.put(file);
    hosts.push(manifest);
  }
  if (request.failed()) {
    writer.abandon();
    return { written: [], unchanged: 0, removed: [], diagnostics: [] };
  }
  const all = request.limited ? keepOthers(request.site, hosts, former) : hosts;
  writer.put({ path: '.gitignore', text: `${STAGING}/\nstamps/\nsealed/\n`, mode: 0o644 });
  writer.put({
    path: 'Makefile',
    text: makefile(
      request.site,
      all.map((entry) => entry.name),
    ),
    mode: 0o644,
  });
  for (const drawing of request.drawings) writer.put(drawing);
  const hash = createHash('sha256');
  for (const content of request.inventory) hash.update(content);
  const manifest: Manifest = {
    version: request.version,
    inventory: hash.digest('hex'),
    hosts: all,
    drawings: request.drawings.map(({ path }) => path),
  };
  writer.put({ path: MANIFEST, text: manifestText(manifest), mode: 0o644 });
  const written = writer.commit();
  const removed = removeOrphans(host, outDir, former, manifest);
  return { written, unchanged: writer.unchanged, removed, diagnostics: [] };
}

/** The manifest of the former build; `foreign` when the directory holds something that no build of ours made. */
function formerManifest(host: Host, outDir: string): Manifest | 'foreign' | undefined {
  if (host.stat(outDir) === undefined) return undefined;
  if (host.stat(`${outDir}/${MANIFEST}`) !== undefined) {
    return parseManifest(Buffer.from(host.readFile(`${outDir}/${MANIFEST}`)).toString('utf8')) ?? 'foreign';
  }
  return host.readDir(outDir).every((name) => name === STAGING || name === '.gitkeep') ? undefined : 'foreign';
}

/** Hosts of the former build that this one did not select but that are still declared, in site order. */
function keepOthers(site: Site, made: readonly ManifestHost[], former: Manifest | undefined): readonly ManifestHost[] {
  const byName = new Map([...(former?.hosts ?? []), ...made].map((entry) => [entry.name, entry]));
  return site.hosts.flatMap((member) => byName.get(member.name) ?? []);
}

/**
 * Collects what differs in a staging directory. A host that is not in the bundle yet is staged as a tree and moved as a whole;
 * single files of the others are staged in small numbered directories, because creating files in one huge directory is slow.
 */
class StagedWriter {
  unchanged = 0;
  readonly #written: string[] = [];
  /** Staged path → final path, in the order they were put. */
  readonly #moves = new Map<string, string>();
  readonly #directories = new Set<string>();
  readonly #newTrees = new Map<string, boolean>();

  readonly #bulk: BulkWriter;

  readonly #host: Host;
  readonly #outDir: string;

  constructor(host: Host, outDir: string) {
    this.#host = host;
    this.#outDir = outDir;

    this.#bulk = host.bulk();
  }

  put(file: BundleFile): void {
    const tree = /^hosts\/[^/]+/.exec(file.path)?.[0];
    if (tree !== undefined && this.isNew(tree)) {
      this.stage(`${this.#outDir}/${STAGING}/${file.path}`, file);
      this.#moves.set(`${this.#outDir}/${STAGING}/${tree}`, `${this.#outDir}/${tree}`);
      return;
    }
    const target = `${this.#outDir}/${file.path}`;
    if (this.isSame(target, file)) {
      this.unchanged++;
      return;
    }
    const index = this.#written.length;
    const staged = `${this.#outDir}/${STAGING}/files/${Math.floor(index / FILES_PER_DIRECTORY)}/${index}`;
    this.stage(staged, file);
    this.#moves.set(staged, target);
  }

  /** Puts everything in place; paths in the order they were put. */
  commit(): readonly string[] {
    this.#bulk.finish();
    for (const [from, to] of this.#moves) {
      if (this.#host.stat(parent(to)) === undefined) this.#host.mkdir(parent(to), directoryMode(parent(to)));
      this.#host.rename(from, to);
    }
    this.#host.remove(`${this.#outDir}/${STAGING}`);
    return this.#written;
  }

  private isNew(tree: string): boolean {
    let known = this.#newTrees.get(tree);
    if (known === undefined)
      this.#newTrees.set(tree, (known = this.#host.stat(`${this.#outDir}/${tree}`) === undefined));
    return known;
  }

  private isSame(target: string, file: BundleFile): boolean {
    const stat = this.#host.stat(target);
    if (stat?.kind !== 'file' || stat.mode !== file.mode || stat.size !== Buffer.byteLength(file.text, 'utf8'))
      return false;
    return Buffer.from(file.text, 'utf8').equals(this.#host.readFile(target));
  }

  private stage(path: string, file: BundleFile): void {
    this.directory(parent(path));
    this.#bulk.write(path, file.text, file.mode);
    this.#written.push(file.path);
  }

  /** Parents first, each once: one system call a directory. */
  private directory(path: string): void {
    if (path === '' || this.#directories.has(path)) return;
    if (path !== this.#outDir) this.directory(parent(path));
    this.#bulk.mkdir(path, directoryMode(path));
    this.#directories.add(path);
  }

  /** Ends the writing of a build that failed; what was staged goes. */
  abandon(): void {
    this.#bulk.finish();
    this.#host.remove(`${this.#outDir}/${STAGING}`);
  }
}

function directoryMode(path: string): number | undefined {
  return /\/sealed(\/|$)/.test(path) ? 0o700 : undefined;
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function removeOrphans(host: Host, outDir: string, former: Manifest | undefined, now: Manifest): readonly string[] {
  if (former === undefined) return [];
  const paths = ({ hosts, drawings }: Manifest): readonly string[] => [...hosts.flatMap(pathsOf), ...drawings];
  const wanted = new Set(paths(now));
  const removed: string[] = [];
  const parents = new Set<string>();
  for (const path of paths(former)) {
    if (wanted.has(path) || !isInsideBundle(path) || host.stat(`${outDir}/${path}`)?.kind !== 'file') continue;
    host.remove(`${outDir}/${path}`);
    removed.push(path);
    parents.add(path.slice(0, path.lastIndexOf('/')));
  }
  for (const parent of parents) removeEmpty(host, outDir, parent);
  return removed;
}

/** Removes a directory and its parents as long as they are empty. */
function removeEmpty(host: Host, outDir: string, path: string): void {
  for (let at = path; at !== '' && at !== 'hosts'; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    if (host.stat(`${outDir}/${at}`) === undefined) continue;
    if (host.readDir(`${outDir}/${at}`).length > 0) return;
    host.remove(`${outDir}/${at}`);
  }
}
