import { posix } from 'node:path';
import { report } from '../../diagnostics/report.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Host } from '../../host/host.ts';
import type { Lock } from '../../host/lock.ts';
import type { Result } from '../../diagnostics/result.ts';
import { JOURNAL, recover, STAGING } from './journal.ts';
import { isOurs, type Manifest } from './manifest.ts';

export const LOCK = '.pigstyc-lock';
export const MANIFEST = 'manifest.json';
/** What may lie in a directory that is not a bundle yet. */
const HARMLESS: ReadonlySet<string> = new Set([STAGING, LOCK, '.gitkeep', '.git']);
const WAIT_MILLISECONDS = 10_000;

/** What is known of the bundle that is there without reading it. */
export interface Known {
  readonly manifest: Manifest;
  /** Of the manifest. */
  readonly text: string;
  /** Whether everything below the directory of a host is as the last build left it. */
  isIntact(host: string): boolean;
  /** Hashes of the sealed files of such a host, by their keys. */
  sealedOf(host: string): ReadonlyMap<string, string>;
}

/** The output directory of one build, which no other build writes to until it is closed. */
export class Output {
  readonly host: Host;
  /** Without a slash at the end. */
  readonly directory: string;
  readonly lock: Lock;
  readonly known: Known | undefined;
  readonly #isMade: boolean;

  /** @param isMade whether this build has made the directory */
  constructor(host: Host, directory: string, lock: Lock, isMade: boolean, known: Known | undefined) {
    this.host = host;
    this.directory = directory;
    this.lock = lock;
    this.known = known;
    this.#isMade = isMade;
  }

  close(): void {
    this.lock.release();
    if (this.#isMade && this.host.readDir(this.directory).length === 0) this.host.remove(this.directory);
  }
}

/**
 * Takes the output directory for a build, and finishes what a build that died there had begun. Undefined when a bundle must not be
 * there; then nothing was written. `reserved` are directories that hold state of the site; `recall` is asked what is
 * known of the directory.
 */
export function openOutput(
  host: Host,
  outDir: string,
  reserved: readonly string[],
  recall: (directory: string) => Known | undefined = () => undefined,
): Result<Output | undefined> {
  const directory = outDir.replace(/(?<=.)\/+$/, '');
  const refused =
    refusal(host, directory, reserved) ?? (recall(directory) === undefined ? foreign(host, directory) : undefined);
  if (refused !== undefined) return [undefined, [refused]];
  const isMade = host.lstat(directory) === undefined;
  host.mkdir(directory);
  const lock = host.lock(`${directory}/${LOCK}`, WAIT_MILLISECONDS);
  if (!('release' in lock)) {
    const { pid, host: machine, since } = lock;
    const args = {
      path: outDir,
      pid,
      host: machine,
      since: new Date(since).toISOString(),
      lock: `${directory}/${LOCK}`,
    };
    return [undefined, [report('output-locked', undefined, args)]];
  }
  let output = new Output(host, directory, lock, isMade, undefined);
  try {
    const known = recall(directory);
    output = new Output(host, directory, lock, isMade, known);
    const links = linksBelow(host, directory, '', known);
    if (links.length === 0) {
      recover(host, directory);
      return [output, []];
    }
    output.close();
    return [
      undefined,
      links.slice(0, 10).map((path) => report('output-has-link', undefined, { path: `${outDir}/${path}` })),
    ];
  } catch (error) {
    output.close();
    throw error;
  }
}

/** Why no bundle may be there, whatever it holds. */
function refusal(host: Host, directory: string, reserved: readonly string[]): Diagnostic | undefined {
  const refuse = (reason: 'root' | 'link' | 'file'): Diagnostic =>
    report('output-refused', undefined, { path: directory, reason });
  if (posix.resolve(host.cwd(), directory) === '/') return refuse('root');
  const kind = host.lstat(directory)?.kind;
  if (kind === 'link') return refuse('link');
  if (kind !== undefined && kind !== 'directory') return refuse('file');
  const state = new Set(reserved.flatMap((path) => (host.stat(path) === undefined ? [] : [host.realPath(path)])));
  for (let at = realPathOf(host, directory); at !== '/'; at = posix.dirname(at))
    if (state.has(at)) return report('output-refused', undefined, { path: directory, reason: 'state', state: at });
  return undefined;
}

/** Where a path is or would be, without links. */
function realPathOf(host: Host, path: string): string {
  const absolute = posix.resolve(host.cwd(), path);
  for (let at = absolute; ; at = posix.dirname(at))
    if (at === '/' || host.stat(at) !== undefined) return posix.join(host.realPath(at), absolute.slice(at.length));
}

/** Set when the directory holds something that no build of ours made. */
function foreign(host: Host, directory: string): Diagnostic | undefined {
  if (host.lstat(directory) === undefined) return undefined;
  if (host.lstat(`${directory}/${JOURNAL}`)?.kind === 'file') return undefined;
  const names = host.readDir(directory);
  const isFree = names.every((name) => HARMLESS.has(name) || name.startsWith(`${LOCK}.`));
  if (isFree || (names.includes(MANIFEST) && isOurs(textOf(host, `${directory}/${MANIFEST}`)))) return undefined;
  return report('output-not-ours', undefined, { path: directory });
}

/** Text of a regular file; empty for anything else. */
export function textOf(host: Host, path: string): string {
  if (host.lstat(path)?.kind !== 'file') return '';
  const { buffer, byteOffset, byteLength } = host.readFile(path);
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

/** Links below a directory, relative to the output directory. Git's own files are not ours. */
function linksBelow(host: Host, outDir: string, path: string, known: Known | undefined): readonly string[] {
  return host.list(`${outDir}/${path}`).flatMap(({ name, kind }) => {
    const at = path === '' ? name : `${path}/${name}`;
    if (kind === 'link') return [at];
    if (kind !== 'directory' || at === '.git' || (path === 'hosts' && known?.isIntact(name) === true)) return [];
    return linksBelow(host, outDir, at, known);
  });
}
