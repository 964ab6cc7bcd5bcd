/**
 * Puts what is staged in place, all or nothing. First the list of all changes is written: from then on a build that dies is
 * finished by the next one. What is replaced or removed is kept until all is done, so that a change that fails is undone.
 */
import { IoError, type Host } from '../../host/host.ts';
import { bundlePathFault, parentOf } from './paths.ts';

/** Everything in it is ours, and no business of git's. */
export const STAGING = '.pigstyc-new';
export const JOURNAL = `${STAGING}/journal`;
const PER_DIRECTORY = 500;

/** One file or tree of the bundle: put in place from where it is staged, or removed. Paths are relative to the output directory. */
export interface Change {
  readonly target: string;
  /** Below the staging directory; missing for a removal. */
  readonly staged?: string | undefined;
}

/** Small numbered directories: creating files in one huge one is slow. */
export function numbered(name: string, index: number): string {
  return `${name}/${Math.floor(index / PER_DIRECTORY)}/${index}`;
}

/** Makes an empty staging directory that git ignores before anything secret is in it. */
export function openStaging(host: Host, outDir: string): void {
  host.remove(`${outDir}/${STAGING}`);
  host.mkdir(`${outDir}/${STAGING}`, 0o700);
  host.writeFile(`${outDir}/${STAGING}/.gitignore`, '*\n', 0o644);
}

/** Whether a build has begun here and not ended. */
export function hasStaged(host: Host, outDir: string): boolean {
  return host.lstat(`${outDir}/${STAGING}`) !== undefined;
}

/** Removes what is staged, unless it is being put in place: then the next build needs it. */
export function dropStaging(host: Host, outDir: string): void {
  if (host.lstat(`${outDir}/${JOURNAL}`) === undefined) host.remove(`${outDir}/${STAGING}`);
}

/** Makes the changes, removals first. When one fails, all are undone and its error is thrown. */
export function commit(host: Host, outDir: string, changes: readonly Change[]): void {
  const ordered = [...changes].sort((a, b) => Number(a.staged !== undefined) - Number(b.staged !== undefined));
  const journal = `${outDir}/${JOURNAL}`;
  host.writeFile(`${journal}.part`, ordered.map((change) => `${JSON.stringify(change)}\n`).join(''), 0o600);
  host.sync(`${journal}.part`);
  host.rename(`${journal}.part`, journal);
  complete(host, outDir, ordered);
}

/** Finishes what a build that died had begun to put in place, and removes what it only had staged. */
export function recover(host: Host, outDir: string): void {
  const journal = `${outDir}/${JOURNAL}`;
  if (host.lstat(journal)?.kind === 'file')
    complete(host, outDir, parseJournal(Buffer.from(host.readFile(journal)).toString('utf8')));
  else if (hasStaged(host, outDir)) dropStaging(host, outDir);
}

/** Lines that no build of ours writes are not done. */
function parseJournal(text: string): readonly Change[] {
  return text.split('\n').flatMap((line) => {
    try {
      const { target, staged } = JSON.parse(line) as Change;
      const isStaged = staged === undefined || /^(files\/\d+\/\d+|hosts\/[^/]+)$/.test(staged);
      return isStaged && [target, staged ?? 'x'].every((path) => bundlePathFault(path) === undefined)
        ? [{ target, staged }]
        : [];
    } catch {
      return [];
    }
  });
}

function complete(host: Host, outDir: string, changes: readonly Change[]): void {
  const moves = changes.map((change, index) => new Move(host, outDir, change, index));
  const removals = moves.filter((move) => move.isRemoval);
  try {
    for (const move of removals) move.perform();
    for (const directory of new Set(removals.map((move) => parentOf(move.target))))
      removeEmpty(host, outDir, directory);
    for (const move of moves) if (!move.isRemoval) move.perform();
  } catch (error) {
    for (const move of moves.reverse()) move.undo();
    host.remove(`${outDir}/${JOURNAL}`);
    throw error;
  }
  host.remove(`${outDir}/${JOURNAL}`);
  dropStaging(host, outDir);
}

/** One change. Performing and undoing can be done again from whatever state a dead build left. */
class Move {
  readonly isRemoval: boolean;
  readonly target: string;
  readonly #staged: string | undefined;
  readonly #kept: string;
  readonly #at: string;
  readonly #host: Host;
  readonly #outDir: string;

  constructor(host: Host, outDir: string, { target, staged }: Change, index: number) {
    this.#host = host;
    this.#outDir = outDir;
    this.isRemoval = staged === undefined;
    this.target = target;
    this.#at = `${outDir}/${target}`;
    this.#staged = staged === undefined ? undefined : `${outDir}/${STAGING}/${staged}`;
    this.#kept = `${outDir}/${STAGING}/${numbered('old', index)}`;
  }

  perform(): void {
    if (this.#staged !== undefined && !this.exists(this.#staged)) return;
    const there = this.#host.lstat(this.#at)?.kind;
    if (there === 'directory' && !(this.isRemoval && this.exists(this.#kept)))
      throw new IoError(this.#at, 'EISDIR', 'is a directory');
    if (there !== undefined && !this.exists(this.#kept)) this.move(this.#at, this.#kept);
    if (this.#staged !== undefined) this.move(this.#staged, this.#at);
  }

  undo(): void {
    if (this.#staged !== undefined && !this.exists(this.#staged) && this.exists(this.#at))
      this.move(this.#at, this.#staged);
    if (!this.isRemoval) removeEmpty(this.#host, this.#outDir, parentOf(this.target));
    if (this.exists(this.#kept)) this.move(this.#kept, this.#at);
  }

  private exists(path: string): boolean {
    return this.#host.lstat(path) !== undefined;
  }

  private move(from: string, to: string): void {
    const parent = parentOf(to);
    if (!this.exists(parent)) this.#host.mkdir(parent, directoryMode(parent));
    this.#host.rename(from, to);
  }
}

/** Of a directory of the bundle or the staging area: others have no business where secrets are. */
export function directoryMode(path: string): number | undefined {
  return /\/sealed(\/|$)|\/\.pigstyc-new(\/|$)/.test(path) ? 0o700 : undefined;
}

/** Removes a directory and its parents as long as they are empty. */
function removeEmpty(host: Host, outDir: string, path: string): void {
  for (let at = path; at !== ''; at = parentOf(at)) {
    if (host.lstat(`${outDir}/${at}`)?.kind !== 'directory') continue;
    if (host.readDir(`${outDir}/${at}`).length > 0) return;
    host.remove(`${outDir}/${at}`);
  }
}
