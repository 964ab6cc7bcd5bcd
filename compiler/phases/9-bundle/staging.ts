import type { BulkWriter } from '../../host/bulk-writer.ts';
import { directBulk, IoError, type Host } from '../../host/host.ts';
import type { BundleFile } from './bundle-files.ts';
import { commit, directoryMode, dropStaging, numbered, openStaging, STAGING, type Change } from './journal.ts';
import { hasConflict } from './manifest.ts';
import { textOf } from './output.ts';
import { bundlePathFault, parentOf } from './paths.ts';

/** What one thread has staged of a host, for the one that puts everything in place. */
export interface Staged {
  readonly changes: readonly Change[];
  readonly written: readonly string[];
  readonly unchanged: number;
  readonly conflicts: number;
}

/** Files that one thread stages beside others have numbers of their own. */
const NUMBERS_PER_THREAD = 10_000_000;

/**
 * Collects what differs in a staging directory. A host that is not in the bundle yet is staged as a tree and moved as a whole;
 * of the others, single files.
 */
export class Staging {
  unchanged = 0;
  /** Files that differ because a merge has left both sides in them. */
  conflicts = 0;
  /** Paths in the order they were put. */
  readonly written: string[] = [];
  #number: number;
  readonly #changes = new Map<string, Change>();
  /** Staged path → size. */
  readonly #sizes = new Map<string, number>();
  readonly #directories = new Set<string>();
  readonly #newTrees = new Map<string, boolean>();
  #bulk: BulkWriter | undefined;
  readonly #host: Host;
  readonly #outDir: string;

  /** @param thread 0 for the one that commits; the others need its staging directory */
  constructor(host: Host, outDir: string, thread = 0) {
    this.#host = host;
    this.#outDir = outDir;
    this.#number = thread * NUMBERS_PER_THREAD;
    if (thread > 0) this.#bulk = directBulk(host);
  }

  /** Makes the staging directory, for other threads. */
  open(): BulkWriter {
    if (this.#bulk !== undefined) return this.#bulk;
    openStaging(this.#host, this.#outDir);
    return (this.#bulk = this.#host.bulk());
  }

  /** What was put since the last time, for another thread to commit. */
  handOver(): Staged {
    this.verify();
    const changes = [...this.#changes.values()];
    const staged = { changes, written: this.written.splice(0), unchanged: this.unchanged, conflicts: this.conflicts };
    this.unchanged = this.conflicts = 0;
    for (const kept of [this.#changes, this.#sizes, this.#newTrees, this.#directories]) kept.clear();
    return staged;
  }

  /** Takes what another thread has put. */
  adopt({ changes, written, unchanged, conflicts }: Staged): void {
    for (const change of changes) this.#changes.set(change.staged ?? change.target, change);
    for (const path of written) this.written.push(path);
    this.unchanged += unchanged;
    this.conflicts += conflicts;
  }

  put(file: BundleFile): void {
    const fault = bundlePathFault(file.path);
    if (fault !== undefined) throw new Error(`a bundle cannot have the file ${JSON.stringify(file.path)}: ${fault}`);
    const tree = /^hosts\/[^/]+/.exec(file.path)?.[0];
    if (tree !== undefined && this.isNew(tree)) {
      this.stage(file.path, file);
      this.#changes.set(tree, { target: tree, staged: tree });
      return;
    }
    if (this.isSame(`${this.#outDir}/${file.path}`, file)) {
      this.unchanged++;
      return;
    }
    this.replace(file);
  }

  /** A file that differs for certain from the one that is there. */
  replace(file: BundleFile): void {
    const staged = numbered('files', this.#number++);
    this.stage(staged, file);
    this.#changes.set(staged, { target: file.path, staged });
  }

  /** Puts everything in place and removes the other files, or leaves all as it was. Returns when all had been staged. */
  commit(removed: readonly string[]): number {
    const changes: readonly Change[] = [...this.#changes.values(), ...removed.map((target) => ({ target }))];
    if (changes.length === 0) {
      if (this.#bulk !== undefined) dropStaging(this.#host, this.#outDir);
      return this.#host.now();
    }
    this.open().finish();
    this.verify();
    const staged = this.#host.now();
    commit(this.#host, this.#outDir, changes);
    return staged;
  }

  /** What was staged goes; the error that made this necessary says more than one on the way. */
  abandon(): void {
    if (this.#bulk === undefined) return;
    for (const step of [() => this.#bulk!.finish(), () => dropStaging(this.#host, this.#outDir)])
      try {
        step();
      } catch {
        // The next build removes what is left.
      }
  }

  /** Nothing is put in place unless all of it has arrived on the disk. */
  private verify(): void {
    for (const [path, size] of this.#sizes)
      if (this.#host.lstat(path)?.size !== size) throw new IoError(path, 'EIO', 'it was written and is not there');
  }

  private isNew(tree: string): boolean {
    let known = this.#newTrees.get(tree);
    if (known === undefined)
      this.#newTrees.set(tree, (known = this.#host.lstat(`${this.#outDir}/${tree}`) === undefined));
    return known;
  }

  private isSame(target: string, file: BundleFile): boolean {
    const stat = this.#host.lstat(target);
    if (stat?.kind !== 'file') return false;
    const wanted = Buffer.from(file.text, 'utf8');
    if (stat.mode === file.mode && stat.size === wanted.length && wanted.equals(this.#host.readFile(target)))
      return true;
    if (hasConflict(textOf(this.#host, target))) this.conflicts++;
    return false;
  }

  private stage(staged: string, file: BundleFile): void {
    const bulk = this.open();
    const path = `${this.#outDir}/${STAGING}/${staged}`;
    this.directory(bulk, parentOf(path));
    bulk.write(path, file.text, file.mode);
    this.#sizes.set(path, Buffer.byteLength(file.text, 'utf8'));
    this.written.push(file.path);
  }

  /** Parents first, each once: one system call a directory. */
  private directory(bulk: BulkWriter, path: string): void {
    if (path === `${this.#outDir}/${STAGING}` || this.#directories.has(path)) return;
    this.directory(bulk, parentOf(path));
    bulk.mkdir(path, directoryMode(path));
    this.#directories.add(path);
  }
}
