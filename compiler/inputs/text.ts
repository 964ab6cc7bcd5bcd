/** Files as text, or what is wrong with them. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import { IoError, type Host } from '../host/host.ts';
import { LARGEST_FILE } from './confines.ts';

/** A regular file of sensible size, as text: a pipe never ends, and a disk is no password. */
export function readSmall(host: Host, path: string): readonly [string, undefined] | readonly [undefined, Diagnostic] {
  const unusable = (reason: string) => [undefined, report('unreadable-file', undefined, { path, reason })] as const;
  try {
    const stat = host.stat(path);
    if (stat !== undefined && stat.kind !== 'file') return unusable('is not a regular file');
    if (stat !== undefined && stat.size > LARGEST_FILE) return unusable('is larger than 1 MiB');
    const [text, problem] = readText(host, path);
    return problem === undefined ? [text, undefined] : [undefined, problem];
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return unusable(error.reason);
  }
}

/** A file as text, or what is wrong with it. */
export function readText(host: Host, path: string): readonly [string, undefined] | readonly ['', Diagnostic] {
  try {
    const bytes = host.readFile(path);
    try {
      return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), undefined];
    } catch {
      return ['', report('not-utf8', undefined, { path, offset: firstBadByte(bytes) })];
    }
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return ['', report('unreadable-file', undefined, { path, reason: error.reason })];
  }
}

/** Offset of the first byte that belongs to no character: decoding and encoding again changes it first there. */
function firstBadByte(bytes: Uint8Array): number {
  const again = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at++;
  return at;
}
