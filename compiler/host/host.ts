import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { ThreadedBulkWriter, type BulkWriter } from './bulk-writer.ts';
import {
  entriesOf,
  makeDirectory,
  replaceContent,
  statOf,
  syncToDisk,
  traceOf,
  writeWithMode,
  type Trace,
} from './files.ts';
import { byCodePoint } from '../words/order.ts';
import { takeLock, type Lock, type LockHolder } from './lock.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { STANDARD_INPUT } from '../source/node.ts';
import { captured, capturedAside, printedBy, typed, type Captured } from './programs.ts';

/** `link` is only what {@link Host.lstat} and {@link Host.list} see. */
export type FileKind = 'file' | 'directory' | 'link' | 'other';

export interface FileStat {
  readonly kind: FileKind;
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
}

/**
 * The only way to the outside world. Everything between reading the input and writing the bundle is pure.
 * Paths are passed on as given: relative ones mean the current directory. Methods throw {@link IoError}.
 */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Inventories that were read from databases, or why they could not be, by the name of the database. */
  readonly tables?: ReadonlyMap<string, string | readonly Diagnostic[]>;
  cwd(): string;
  readFile(path: string): Uint8Array;
  /** Names in code point order, without `.` and `..`. */
  readDir(path: string): readonly string[];
  /** Like `readDir`, with what each entry is; links are not followed. */
  list(path: string): readonly { readonly name: string; readonly kind: FileKind }[];
  /** Follows links; undefined when nothing is there. */
  stat(path: string): FileStat | undefined;
  /** Does not follow a link at the end of the path. */
  lstat(path: string): FileStat | undefined;
  /** Tells whether a file or directory is as it was; does not follow a link. Nothing can be told of files that are only in memory. */
  trace(path: string): Trace | undefined;
  /** Returns when a change of a file from now on has a later time than the changes so far. */
  nextTick(): void;
  /** The absolute path of what exists, without links. */
  realPath(path: string): string;
  /** Creates or replaces a file; the mode does not depend on umask and is in place before the content. */
  writeFile(path: string, content: string | Uint8Array, mode: number): void;
  /** New content for an existing file, which stays the link it is and keeps owner and mode. */
  replaceFile(path: string, content: string | Uint8Array): void;
  /** For many new files at once, where order of writing does not matter to anybody until `finish`. */
  bulk(): BulkWriter;
  rename(from: string, to: string): void;
  /** With parents; nothing happens when it exists. */
  mkdir(path: string, mode?: number): void;
  /** Removes a file or a directory with all it holds; nothing happens when there is none. */
  remove(path: string): void;
  /** Returns when what was written to a file or directory would survive a loss of power. */
  sync(path: string): void;
  /** Takes the lock that the file stands for, or says who still has it after `wait` milliseconds. */
  lock(path: string, wait: number): Lock | LockHolder;
  stdout(text: string): void;
  stderr(text: string): void;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  /** Width of the terminal, undefined when there is none. */
  readonly columns: number | undefined;
  /** Milliseconds since the process started; for progress only, never for output. */
  elapsed(): number;
  /** What a program of the operator prints; it may ask on the terminal. */
  runProgram(path: string, args: readonly string[]): string;
  /** Runs a program of the system, found by its name, to its end. What it says on standard error is not shown. */
  capture(program: string, args: readonly string[], input?: string): Captured;
  /** The same beside others that run. One that takes longer than so many seconds has no status. */
  captureAside(program: string, args: readonly string[], input: string, seconds: number): Promise<Captured>;
  /** A line from the terminal, not shown while it is typed; without a question the first line of standard input. */
  askSecret(question: string | undefined): string;
  /** A line from the terminal, shown while it is typed. */
  ask(question: string): string;
  randomBytes(length: number): Uint8Array;
  /** Milliseconds since the epoch; for certificates and the times of files, never for output. */
  now(): number;
}

/** A failed input or output operation, with a reason in plain words. */
export class IoError extends Error {
  readonly path: string;
  readonly code: string;
  readonly reason: string;

  constructor(path: string, code: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.code = code;
    this.reason = reason;

    this.name = 'IoError';
  }
}

/** The operating system through node. */
export function nodeHost(): Host {
  const host: Host = {
    env: process.env,
    cwd: () => process.cwd(),
    // Standard input may be a socket, which cannot be opened by a name.
    readFile: (path) => io(path, () => fs.readFileSync(path === STANDARD_INPUT ? 0 : path)),
    readDir: (path) => io(path, () => fs.readdirSync(path).sort(byCodePoint)),
    list: (path) => io(path, () => entriesOf(path)),
    // No file has a NUL in its name, so nothing is there.
    stat: (path) => (path.includes('\0') ? undefined : io(path, () => statOf(path, true))),
    lstat: (path) => (path.includes('\0') ? undefined : io(path, () => statOf(path, false))),
    trace: (path) => io(path, () => traceOf(path)),
    nextTick: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CLOCK_TICK),
    realPath: (path) => io(path, () => fs.realpathSync(path)),
    writeFile: (path, content, mode) => io(path, () => writeWithMode(path, content, mode)),
    replaceFile: (path, content) => io(path, () => replaceContent(path, content)),
    bulk: () =>
      new ThreadedBulkWriter(directBulk(host), ({ path, code }) => new IoError(path, code, REASONS[code] ?? code)),
    rename: (from, to) => io(to, () => fs.renameSync(from, to)),
    mkdir: (path, mode) => io(path, () => makeDirectory(path, mode)),
    remove: (path) => io(path, () => fs.rmSync(path, { recursive: true, force: true })),
    sync: (path) => io(path, () => syncToDisk(path)),
    lock: (path, wait) => io(path, () => takeLock(path, wait)),
    stdout: (text) => io('standard output', () => writeAll(1, text)),
    stderr: tell,
    get stdoutIsTty() {
      return isTerminal(1);
    },
    get stderrIsTty() {
      return isTerminal(2);
    },
    get columns() {
      return isTerminal(1) ? process.stdout.columns : undefined;
    },
    elapsed: () => performance.now(),
    runProgram: (path, args) => {
      const done = io(path, () => printedBy(path, args));
      if (typeof done === 'string') return done;
      throw new IoError(path, 'EIO', `the program ended with ${done.ended}`);
    },
    capture: (program, args, input) => io(program, () => captured(program, args, input)),
    captureAside: capturedAside,
    askSecret: (question) =>
      question === undefined ? host.readFile(STANDARD_INPUT).toString() : io('/dev/tty', () => typed(question, false)),
    ask: (question) => io('/dev/tty', () => typed(question, true)),
    // The global loads its module on first use; an import would cost every start.
    randomBytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
    now: () => Date.now(),
  };
  return host;
}

/** Milliseconds; kernels give files the time of their last tick, a hundredth of a second at most. */
const CLOCK_TICK = 20;

/** A bulk writer that does each operation at once. */
export function directBulk(host: Pick<Host, 'mkdir' | 'writeFile'>): BulkWriter {
  return {
    mkdir: (path, mode) => host.mkdir(path, mode),
    write: (path, text, mode) => host.writeFile(path, text, mode),
    finish: () => undefined,
  };
}

/** Asking node's streams loads the network library, so only character devices are asked, and not the one that keeps nothing. */
function isTerminal(fd: 1 | 2): boolean {
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isCharacterDevice() || stat.rdev === fs.statSync('/dev/null').rdev) return false;
    return (fd === 1 ? process.stdout : process.stderr).isTTY === true;
  } catch {
    return false;
  }
}

/** When not even this can be written there is nobody left to tell. */
function tell(text: string): void {
  try {
    writeAll(2, text);
  } catch {
    // See above.
  }
}

/** Pipes may be non-blocking (EAGAIN) and their reader may leave early (EPIPE), which is no error of ours. */
function writeAll(fd: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text, 'utf8');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

function io<T>(path: string, operation: () => T): T {
  if (path.includes('\0')) throw new IoError(path, 'ENOENT', REASONS['ENOENT']!);
  try {
    return operation();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !isErrno(code)) throw error;
    throw new IoError(path, code, REASONS[code] ?? code);
  }
}

/** Few runs meet an error of the system, and none of the others needs the module. */
function isErrno(code: string): boolean {
  const { constants } = createRequire(import.meta.url)('node:os') as typeof import('node:os');
  return code in constants.errno;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'already exists',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file is too large',
  EIO: 'the device reports an error',
  EBUSY: 'in use',
  ENOTEMPTY: 'the directory is not empty',
  EXDEV: 'the directory spans several file systems',
};
