import { posix } from 'node:path';
import { directBulk, IoError, type FileStat, type Host } from '../host.ts';

/** A host that keeps every change in memory, and what was changed. */
export interface Overlay {
  readonly host: Host;
  /** Content of files written, by absolute path. */
  readonly written: ReadonlyMap<string, Uint8Array>;
  /** Absolute paths removed, files and directories. */
  readonly removed: ReadonlySet<string>;
}

/** Lets a build run without writing: reads see the real files with the changes applied. */
export function overlay(real: Host): Overlay {
  const written = new Map<string, Uint8Array>();
  const modes = new Map<string, number>();
  const directories = new Set<string>();
  const removed = new Set<string>();
  const absolute = (path: string): string => posix.resolve(real.cwd(), path);
  const lookUp = (path: string, inReal: (path: string) => FileStat | undefined): FileStat | undefined => {
    const key = absolute(path);
    const content = written.get(key);
    if (content !== undefined) return { kind: 'file', mode: modes.get(key)!, size: content.length };
    if (directories.has(key)) return { kind: 'directory', mode: 0o755, size: 0 };
    return isRemoved(key) ? undefined : inReal(path);
  };
  const isRemoved = (path: string): boolean => ancestors(path).some((at) => removed.has(at));

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
      const names = new Set(
        isRemoved(key) || real.stat(path) === undefined
          ? []
          : real.readDir(path).filter((name) => !isRemoved(posix.join(key, name))),
      );
      for (const other of [...written.keys(), ...directories])
        if (other.startsWith(`${key}/`)) names.add(other.slice(key.length + 1).split('/')[0]!);
      return [...names].sort();
    },
    list: (path) => host.readDir(path).map((name) => ({ name, kind: host.lstat(posix.join(path, name))!.kind })),
    stat: (path) => lookUp(path, real.stat),
    lstat: (path) => lookUp(path, real.lstat),
    realPath: (path) =>
      written.has(absolute(path)) || directories.has(absolute(path)) ? absolute(path) : real.realPath(path),
    writeFile: (path, content, mode) => {
      const key = absolute(path);
      written.set(key, typeof content === 'string' ? Buffer.from(content, 'utf8') : content);
      modes.set(key, mode);
      for (const at of ancestors(posix.dirname(key))) directories.add(at);
    },
    replaceFile: (path, content) => host.writeFile(path, content, host.stat(path)?.mode ?? 0o644),
    bulk: () => directBulk(host),
    sync: () => undefined,
    lock: () => ({ isHeld: () => true, release: () => undefined }),
    rename: (from, to) => {
      const source = absolute(from);
      for (const path of host.stat(from)!.kind === 'directory'
        ? [...written.keys()].filter((one) => one.startsWith(`${source}/`))
        : [source]) {
        host.writeFile(absolute(to) + path.slice(source.length), host.readFile(path), host.stat(path)!.mode);
      }
      host.remove(from);
    },
    mkdir: (path) => {
      for (const at of ancestors(absolute(path))) directories.add(at);
    },
    remove: (path) => {
      const key = absolute(path);
      const below = (other: string): boolean => other === key || other.startsWith(`${key}/`);
      // A build of many hosts renames as many files: only what lies below a directory is worth a look at all others.
      if (host.stat(path)?.kind === 'directory') {
        for (const other of [...written.keys()]) if (below(other)) written.delete(other);
        for (const other of [...directories]) if (below(other)) directories.delete(other);
      }
      written.delete(key);
      if (real.stat(path) !== undefined) removed.add(key);
    },
  };
  return { host, written, removed };
}

/** The path and every directory above it. */
function ancestors(path: string): readonly string[] {
  const all: string[] = [];
  for (let at = path; at !== '/' && at !== '.'; at = posix.dirname(at)) all.push(at);
  return all;
}
