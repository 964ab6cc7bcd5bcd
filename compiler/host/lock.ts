/** A lock is a file that names its holder. One whose holder is dead is taken over. */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';

export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface Lock {
  /** False when somebody has taken it away. */
  isHeld(): boolean;
  release(): void;
}

/** Only builds take locks; no other run needs the module. */
function hostname(): string {
  return (createRequire(import.meta.url)('node:os') as typeof import('node:os')).hostname();
}

/** Of a holder on another machine nobody can see whether it lives: no build takes this long. */
const MOST_MILLISECONDS = 15 * 60_000;
/** Between making the file and writing the name into it. */
const NAMELESS_MILLISECONDS = 3_000;
const POLL_MILLISECONDS = 50;

/** @returns the lock, or who holds it still after `wait` milliseconds */
export function takeLock(path: string, wait: number): Lock | LockHolder {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), since: Date.now(), started: startOf(process.pid) });
  for (const deadline = Date.now() + wait; ; ) {
    if (create(path, own)) return { isHeld: () => read(path) === own, release: () => release(path, own) };
    const text = read(path);
    const holder = holderOf(path, text);
    if (isDead(holder)) takeAway(path, text);
    else if (Date.now() >= deadline) return holder;
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MILLISECONDS);
  }
}

function create(path: string, text: string): boolean {
  let file: number;
  try {
    file = fs.openSync(path, 'wx', 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    fs.writeFileSync(file, text);
    return true;
  } catch (error) {
    fs.rmSync(path, { force: true });
    throw error;
  } finally {
    fs.closeSync(file);
  }
}

function release(path: string, own: string): void {
  if (read(path) === own) fs.rmSync(path, { force: true });
}

/** Empty when the lock is gone. */
function read(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

interface Named extends LockHolder {
  /** See {@link startOf}. */
  readonly started: string;
}

/** A lock without a name is given a dead holder when nobody writes one soon. */
function holderOf(path: string, text: string): Named {
  try {
    const { pid, host, since, started } = JSON.parse(text) as Named;
    if (Number.isInteger(pid) && pid > 0) return { pid, host: String(host), since: Number(since), started };
  } catch {
    // Half written.
  }
  const since = fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  const isLate = Date.now() - since > NAMELESS_MILLISECONDS;
  return { pid: 0, host: isLate ? '' : hostname(), since: isLate ? 0 : since, started: '' };
}

function isDead({ pid, host, since, started }: Named): boolean {
  if (host !== hostname()) return Date.now() - since > MOST_MILLISECONDS;
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return startOf(pid) !== started;
}

/** When a process started, in ticks since the machine did: another process may have its number by now. Empty where nothing tells. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** Two may find the same dead holder: who takes away the new lock of the other puts it back. */
function takeAway(path: string, dead: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    fs.renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const text = fs.readFileSync(aside, 'utf8');
  if (text !== dead) create(path, text);
  fs.rmSync(aside, { force: true });
}
