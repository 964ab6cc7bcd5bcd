import { posix } from 'node:path';
import { IoError, type FileStat, type Host } from '../../host/host.ts';
import type { Revision, TreeEntry } from './git.ts';

/**
 * The machine as it would be with a revision checked out: files of the repository are those of the revision. What git ignores and what lies
 * elsewhere is as it is, and so is what `kept` names. Nothing may be written there.
 *
 * @param kept absolute paths of files and directories that are the same for every revision
 */
export function atRevision(real: Host, revision: Revision, kept: readonly string[]): Host {
  const { root } = revision;
  const keptPaths = kept.map((path) => withoutLinks(real, path));
  const below = (path: string, directory: string): boolean => path === directory || path.startsWith(`${directory}/`);
  // Links within the repository are those of the revision; one that leads there is of this machine.
  const absolute = (path: string): string => {
    const at = posix.resolve(real.cwd(), path);
    return below(at, root) ? at : withoutLinks(real, at);
  };
  /** Relative to the root; undefined when the machine's own file counts. */
  const tracked = (path: string): string | undefined => {
    const at = absolute(path);
    if (!below(at, root) || keptPaths.some((one) => below(at, one))) return undefined;
    const inside = at.slice(root.length + 1);
    return revision.find(inside, false) === undefined && isIgnored(inside) ? undefined : inside;
  };
  const isIgnored = (path: string): boolean => {
    if (path === '' || path === '.') return false;
    const directory = posix.dirname(path).replace(/^\.$/, '');
    if (revision.find(directory) === undefined && isIgnored(directory)) return true;
    return foreign(directory).has(posix.basename(path));
  };
  const foreign = (directory: string): ReadonlySet<string> => {
    const there = posix.join(root, directory);
    const names = real.stat(there)?.kind === 'directory' ? real.readDir(there) : [];
    return revision.ignored(
      directory,
      names.filter((name) => name !== '.git'),
    );
  };
  const missing = (path: string): IoError => new IoError(path, 'ENOENT', 'no such file or directory');
  const statOf = (path: string, follow: boolean): FileStat | undefined => {
    const inside = tracked(path);
    if (inside === undefined) return follow ? real.stat(path) : real.lstat(path);
    const found = revision.find(inside, follow);
    return found === undefined ? undefined : fileStat(found.entry);
  };
  const host: Host = {
    ...real,
    stat: (path) => statOf(path, true),
    lstat: (path) => statOf(path, false),
    readFile: (path) => {
      const inside = tracked(path);
      if (inside === undefined) return real.readFile(path);
      const found = revision.find(inside);
      if (found === undefined) throw missing(path);
      if (found.entry.kind !== 'file') throw new IoError(path, 'EISDIR', 'is a directory');
      return revision.read(posix.dirname(found.path).replace(/^\.$/, ''), found.entry);
    },
    readDir: (path) => {
      const inside = tracked(path);
      if (inside === undefined) return real.readDir(path);
      const found = revision.find(inside);
      if (found?.entry.kind !== 'directory') throw missing(path);
      return [...new Set([...revision.list(found.path).keys(), ...foreign(inside)])].sort();
    },
    list: (path) => host.readDir(path).map((name) => ({ name, kind: host.lstat(posix.join(path, name))!.kind })),
    runProgram: (path, args) => {
      if (tracked(path) === undefined) return real.runProgram(path, args);
      throw new IoError(
        path,
        'EPERM',
        'a program of another revision is not started; check it out and compare directories',
      );
    },
    realPath: (path) => {
      const inside = tracked(path);
      if (inside === undefined) return real.realPath(path);
      const found = revision.find(inside);
      if (found === undefined) throw missing(path);
      return posix.join(real.realPath(root), found.path);
    },
  };
  return host;
}

/** The path with links followed as far as it exists. */
function withoutLinks(real: Host, path: string): string {
  let at = path;
  while (at !== '/' && real.stat(at) === undefined) at = posix.dirname(at);
  return posix.join(real.realPath(at), path.slice(at.length));
}

function fileStat({ kind, executable, size }: TreeEntry): FileStat {
  return { kind, mode: executable ? 0o755 : 0o644, size };
}
