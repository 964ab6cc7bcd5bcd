import { posix } from 'node:path';
import { directBulk, IoError, type FileStat, type Host } from '../../host/host.ts';

/** A host that keeps every change in memory, and what was changed. */
export interface Overlay {
  readonly host: Host;
  /** Content of files written, by absolute path. */
  readonly written: ReadonlyMap<string, Uint8Array>;
  /** Absolute paths removed, files and directories. */
  readonly removed: ReadonlySet<string>;
}

/** What a path has that is not simply below its beginning: nothing, `.`, `..`, a slash at the end. */
const INDIRECT = /^$|\/(?:\/|$)|(?:^|\/)\.\.?(?:\/|$)/;

/** A machine without a file. */
export function emptyHost(real: Host): Host {
  const missing = (path: string): never => {
    throw new IoError(path, 'ENOENT', 'no such file or directory');
  };
  return {
    ...real,
    stat: () => undefined,
    lstat: () => undefined,
    readFile: missing,
    readDir: missing,
    list: missing,
    trace: () => undefined,
    realPath: (path) => posix.resolve(real.cwd(), path),
  };
}

/** Lets a build run without writing: reads see the real files with the changes applied. */
export function overlay(real: Host): Overlay {
  const written = new Map<string, Uint8Array>();
  const modes = new Map<string, number>();
  const directories = new Set<string>();
  const removed = new Set<string>();
  const names = new Names();
  const texts = sharedBytes();
  const cwd = real.cwd();
  const below = cwd.endsWith('/') ? cwd : `${cwd}/`;
  const absolute = (path: string): string =>
    INDIRECT.test(path) ? posix.resolve(cwd, path) : path.startsWith('/') ? path : below + path;
  const lookUp = (path: string, inReal: (path: string) => FileStat | undefined): FileStat | undefined => {
    const key = absolute(path);
    const content = written.get(key);
    if (content !== undefined) return { kind: 'file', mode: modes.get(key)!, size: content.length };
    if (directories.has(key)) return { kind: 'directory', mode: 0o755, size: 0 };
    return isRemoved(key) ? undefined : inReal(path);
  };
  const isRemoved = (path: string): boolean => removed.size > 0 && ancestors(path).some((at) => removed.has(at));
  /** Directories that something was removed from. */
  const thinned = new Set<string>();
  const isTouched = (path: string): boolean =>
    written.has(path) || directories.has(path) || names.has(path) || thinned.has(path) || isRemoved(path);
  const makeDirectories = (path: string): void => {
    for (let at = path; !directories.has(at) && at !== '/' && at !== '.'; at = posix.dirname(at)) directories.add(at);
  };

  const host: Host = {
    ...real,
    readFile: (path) => {
      const key = absolute(path);
      const content = written.get(key);
      if (content !== undefined) return content;
      if (isRemoved(key)) throw new IoError(path, 'ENOENT', 'no such file or directory');
      return real.readFile(path);
    },
    readDir: (path) => {
      const key = absolute(path);
      const before =
        isRemoved(key) || real.stat(path) === undefined
          ? []
          : real.readDir(path).filter((name) => !isRemoved(posix.join(key, name)));
      return [...new Set([...before, ...names.in(key)])].sort();
    },
    list: (path) =>
      isTouched(absolute(path))
        ? host.readDir(path).map((name) => ({ name, kind: host.lstat(posix.join(path, name))!.kind }))
        : real.list(path),
    stat: (path) => lookUp(path, real.stat),
    lstat: (path) => lookUp(path, real.lstat),
    trace: (path) => (isTouched(absolute(path)) ? undefined : real.trace(path)),
    realPath: (path) =>
      written.has(absolute(path)) || directories.has(absolute(path)) ? absolute(path) : real.realPath(path),
    writeFile: (path, content, mode) => {
      const key = absolute(path);
      written.set(key, typeof content === 'string' ? texts(content) : content);
      modes.set(key, mode);
      makeDirectories(posix.dirname(key));
      names.add(key);
    },
    replaceFile: (path, content) => host.writeFile(path, content, host.stat(path)?.mode ?? 0o644),
    bulk: () => directBulk(host),
    sync: () => undefined,
    lock: () => ({ isHeld: () => true, release: () => undefined }),
    rename: (from, to) => {
      const source = absolute(from);
      for (const path of host.stat(from)!.kind === 'directory'
        ? names.below(source).filter((one) => written.has(one))
        : [source]) {
        host.writeFile(absolute(to) + path.slice(source.length), host.readFile(path), host.stat(path)!.mode);
      }
      host.remove(from);
    },
    mkdir: (path) => {
      makeDirectories(absolute(path));
      names.add(absolute(path));
    },
    remove: (path) => {
      const key = absolute(path);
      for (const at of [...names.below(key), key]) {
        written.delete(at);
        directories.delete(at);
      }
      names.remove(key);
      thinned.add(posix.dirname(key));
      if (real.stat(path) !== undefined) removed.add(key);
    },
  };
  return { host, written, removed };
}

/** What lies in directories: a build of many hosts asks that as often as there are hosts. */
class Names {
  readonly #children = new Map<string, Set<string>>();

  has(directory: string): boolean {
    return this.#children.has(directory);
  }

  in(directory: string): Iterable<string> {
    return this.#children.get(directory) ?? [];
  }

  /** A path with all directories above it. */
  add(path: string): void {
    for (let at = path; at !== '/' && at !== '.'; at = posix.dirname(at)) {
      const parent = posix.dirname(at);
      const names = this.#children.get(parent) ?? new Set();
      if (names.has(posix.basename(at))) return;
      this.#children.set(parent, names.add(posix.basename(at)));
    }
  }

  /** All paths below a directory. */
  below(directory: string): readonly string[] {
    return [...this.in(directory)].flatMap((name) => {
      const at = posix.join(directory, name);
      return [at, ...this.below(at)];
    });
  }

  /** A path with all that is below it. */
  remove(path: string): void {
    for (const at of [...this.below(path), path]) this.#children.delete(at);
    this.#children.get(posix.dirname(path))?.delete(posix.basename(path));
  }
}

/** Bytes of texts; the same text of many files is kept once. */
function sharedBytes(): (text: string) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  return (text) => {
    const bytes = known.get(text) ?? Buffer.from(text, 'utf8');
    known.set(text, bytes);
    return bytes;
  };
}

/** The path and every directory above it. */
function ancestors(path: string): readonly string[] {
  const all: string[] = [];
  for (let at = path; at !== '/' && at !== '.'; at = posix.dirname(at)) all.push(at);
  return all;
}
