/** Reads a revision of a git repository, without a checkout. */
import { posix } from 'node:path';
import { IoError, type Host } from '../../host/host.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';

/** An entry of a directory at a revision. */
export interface TreeEntry {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly executable: boolean;
  readonly object: string;
  readonly size: number;
}

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '100644': 'file',
  '100755': 'file',
  '040000': 'directory',
  '120000': 'link',
};
/** In bytes. Smaller files are read together with their neighbours: one process for a directory. */
const SMALL = 1024 * 1024;
const MOST_LINKS = 40;

/** The files that git has at one commit, by path relative to the root of the repository. */
export class Revision {
  /** Of the repository on this machine, without links. */
  readonly root: string;
  readonly #git: Git;
  readonly #commit: string;
  readonly #directories = new Map<string, ReadonlyMap<string, TreeEntry>>();
  readonly #contents = new Map<string, Uint8Array>();
  readonly #ignored = new Map<string, ReadonlySet<string>>();

  constructor(git: Git, root: string, commit: string) {
    this.#git = git;
    this.root = root;
    this.#commit = commit;
  }

  /**
   * What is at a path when links are followed, with the path without links; undefined for nothing. Links that leave the
   * repository lead nowhere.
   */
  find(path: string, followLast = true): { readonly path: string; readonly entry: TreeEntry } | undefined {
    let parts = path.split('/').filter((part) => part !== '' && part !== '.');
    let at = '';
    let entry: TreeEntry = { kind: 'directory', executable: false, object: this.#commit, size: 0 };
    for (let links = 0; parts.length > 0; ) {
      const [name, ...rest] = parts;
      const next = entry.kind === 'directory' ? this.list(at).get(name!) : undefined;
      if (next === undefined) return undefined;
      if (next.kind === 'link' && (rest.length > 0 || followLast)) {
        const target = posix.normalize(posix.join(at, Buffer.from(this.read(at, next)).toString('utf8')));
        if (++links > MOST_LINKS || target.startsWith('..') || posix.isAbsolute(target)) return undefined;
        parts = [...target.split('/').filter((part) => part !== '.'), ...rest];
        at = '';
        entry = { kind: 'directory', executable: false, object: this.#commit, size: 0 };
        continue;
      }
      at = posix.join(at, name!);
      entry = next;
      parts = rest;
    }
    return { path: at, entry };
  }

  /** Entries of a directory by name. */
  list(directory: string): ReadonlyMap<string, TreeEntry> {
    let known = this.#directories.get(directory);
    if (known === undefined) {
      const text = this.#git.text('ls-tree', '-l', '-z', `${this.#commit}:${directory}`);
      const lines = text.split('\0').filter((line) => line !== '');
      known = new Map(lines.map(entryOf));
      this.#directories.set(directory, known);
    }
    return known;
  }

  /** Content of a file in a directory; its small neighbours are read with it. */
  read(directory: string, { object }: TreeEntry): Uint8Array {
    const known = this.#contents.get(object);
    if (known !== undefined) return known;
    const near = [...this.list(directory).values()].filter(
      ({ kind, size }) => (kind === 'file' || kind === 'link') && size <= SMALL,
    );
    const wanted = [...new Set([object, ...near.map((entry) => entry.object)])];
    const stream = this.#git.bytes(['cat-file', '--batch'], `${wanted.join('\n')}\n`);
    for (const [id, content] of objectsOf(stream)) this.#contents.set(id, content);
    return this.#contents.get(object)!;
  }

  /** Which of the names in a directory git is told to ignore. */
  ignored(directory: string, names: readonly string[]): ReadonlySet<string> {
    const known = this.#ignored.get(directory);
    if (known !== undefined || names.length === 0) return known ?? new Set();
    const paths = names.map((name) => posix.join(this.root, directory, name));
    const found = this.#git.lines(['check-ignore', '-z', '--stdin'], paths.map((path) => `${path}\0`).join(''));
    const ignored = new Set(found.map((path) => posix.basename(path)));
    this.#ignored.set(directory, ignored);
    return ignored;
  }
}

/** Git in the repository of a directory. */
class Git {
  readonly #host: Host;
  readonly #directory: string;

  constructor(host: Host, directory: string) {
    this.#host = host;
    this.#directory = directory;
  }

  /** What it says on standard output, or the first line of why not. */
  ask(...args: readonly string[]): { readonly text: string } | { readonly problem: string } {
    const { status, stdout, stderr } = this.#run(args, '');
    if (status === 0) return { text: Buffer.from(stdout).toString('utf8').trimEnd() };
    return { problem: stderr.split('\n')[0]!.replace(/^fatal: /, '') };
  }

  text(...args: readonly string[]): string {
    return Buffer.from(this.bytes(args, '')).toString('utf8');
  }

  bytes(args: readonly string[], input: string): Uint8Array {
    const { status, stdout, stderr } = this.#run(args, input);
    if (status !== 0) throw new UsageError(`git ${args[0]}: ${stderr.split('\n')[0]}`);
    return stdout;
  }

  /** Parts between NUL bytes; finding none is no failure. */
  lines(args: readonly string[], input: string): readonly string[] {
    const text = Buffer.from(this.#run(args, input).stdout).toString('utf8');
    return text.split('\0').filter((line) => line !== '');
  }

  #run(args: readonly string[], input: string): ReturnType<Host['capture']> {
    try {
      return this.#host.capture('git', ['-C', this.#directory, ...args], input);
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      throw new UsageError(`--base needs git for a revision: ${error.reason}`);
    }
  }
}

/** A revision in the repository of a directory. `main...` is where the current commit left `main`. Ends the run when there is none. */
export function openRevision(host: Host, directory: string, name: string): Revision {
  const git = new Git(host, directory);
  const root = git.ask('rev-parse', '--show-cdup');
  const wrong = (reason: string): UsageError =>
    new UsageError(`--base: \`${name}\` is neither a file nor a directory, and no revision: ${reason}`);
  if ('problem' in root) throw wrong(root.problem);
  const branch = name.replace(/\.\.\.$/, '');
  const commit = git.ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${branch}^{commit}`);
  if ('problem' in commit) throw wrong(commit.problem === '' ? 'git does not know it' : commit.problem);
  const fork = branch === name ? commit : git.ask('merge-base', commit.text, 'HEAD');
  if ('problem' in fork) throw wrong('it has no commit in common with the current one');
  const at = posix.resolve(host.realPath(directory), root.text);
  return new Revision(new Git(host, at), at, fork.text);
}

/** `<mode> <type> <object> <size>\t<name>` */
function entryOf(line: string): readonly [string, TreeEntry] {
  const tab = line.indexOf('\t');
  const [mode = '', , object = '', size = ''] = line.slice(0, tab).split(/ +/);
  const kind = KINDS[mode] ?? 'other';
  return [line.slice(tab + 1), { kind, executable: mode === '100755', object, size: Number(size) || 0 }];
}

/** The answers of `cat-file --batch`: `<object> <type> <size>`, the content, each on lines of their own. */
function* objectsOf(stream: Uint8Array): Generator<readonly [string, Uint8Array]> {
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\n', at);
    const [object = '', , size = ''] = bytes.toString('latin1', at, end).split(' ');
    const from = end + 1;
    const to = from + Number(size);
    yield [object, bytes.subarray(from, to)];
    at = to + 1;
  }
}
