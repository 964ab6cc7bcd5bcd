/** File operations of the operating system that node's own do not do as this program needs them. */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { byCodePoint } from '../words/order.ts';
import type { FileStat, FileKind } from './host.ts';

/** @param follow whether a link stands for what it points to */
export function statOf(path: string, follow: boolean): FileStat | undefined {
  try {
    const stat = (follow ? fs.statSync : fs.lstatSync)(path, { throwIfNoEntry: false });
    return stat === undefined ? undefined : { kind: kindOf(stat), mode: stat.mode & 0o7777, size: stat.size };
  } catch (error) {
    // Below a file is nothing.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

export interface Trace {
  /** Another text whenever the file or directory was written to, replaced, or given another mode. */
  readonly text: string;
  /** When its content last changed, in milliseconds since the epoch. */
  readonly modified: number;
}

/** Of what is there, without following a link; undefined when nothing is. */
export function traceOf(path: string): Trace | undefined {
  try {
    const stat = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const { ino, size, mode, mtimeNs, ctimeNs } = stat;
    return { text: `${ino} ${size} ${mode} ${mtimeNs} ${ctimeNs}`, modified: Number(mtimeNs / 1_000_000n) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

export function kindOf(entry: fs.Stats | fs.Dirent): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** With parents. Node's recursive mkdir never returns where a directory refuses new names, as /proc does. */
export function makeDirectory(path: string, mode: number | undefined): void {
  try {
    fs.mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeDirectory(dirname(path), mode);
    fs.mkdirSync(path, { mode });
  }
}

/** The content may be secret: the file must not be readable by others for even a moment. */
export function writeWithMode(path: string, content: string | Uint8Array, mode: number): void {
  const file = fs.openSync(path, 'w', 0o600);
  try {
    fs.fchmodSync(file, mode);
    fs.writeFileSync(file, content);
  } finally {
    fs.closeSync(file);
  }
}

/** Returns when a file or directory would survive a loss of power. */
export function syncToDisk(path: string): void {
  const file = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/**
 * Gives an existing file new content and keeps what it is to others: a link stays a link, owner and mode stay. The file is
 * replaced as a whole, unless its owner could not be kept that way; then it is written in place.
 */
export function replaceContent(path: string, content: string | Uint8Array): void {
  const real = fs.realpathSync(path);
  const { mode, uid, gid } = fs.statSync(real);
  const temporary = `${real}.pigstyc-new`;
  try {
    writeWithMode(temporary, content, 0o600);
    const own = fs.statSync(temporary);
    if (own.uid !== uid || own.gid !== gid) fs.chownSync(temporary, uid, gid);
    fs.chmodSync(temporary, mode & 0o7777);
    fs.renameSync(temporary, real);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'EACCES') throw error;
    fs.writeFileSync(real, content);
  }
}

/** Names in a directory, in code point order, with what each is. */
export function entriesOf(path: string): readonly { readonly name: string; readonly kind: FileKind }[] {
  return fs
    .readdirSync(path, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
    .sort((a, b) => byCodePoint(a.name, b.name));
}
