/** Files of the operator that an inventory names. Whoever may change the inventory must not be able to read this machine through it. */
import { basename, join, relative } from 'node:path';
import type { Host } from '../host/host.ts';
import { directoryOf } from './directories.ts';

/** In bytes. Larger files are no scripts and no secrets. */
export const LARGEST_FILE = 1024 * 1024;

/** Where such files may lie. */
export interface Confines {
  /** Directory of the first inventory file. */
  readonly root: string;
  /** More directories, by `--allow-file`. */
  readonly allowed: readonly string[];
}

export function confinesOf(firstSource: string, allowed: readonly string[] = []): Confines {
  return { root: directoryOf(firstSource), allowed };
}

/** Why a file that is there must not be used; undefined for one that may. */
export function refusal(host: Host, path: string, { root, allowed }: Confines): string | undefined {
  const real = host.realPath(path);
  const within = [root, ...allowed].map((directory) => below(host, directory, real)).filter((at) => at !== undefined);
  if (within.length === 0)
    return 'it is outside of the directory of the inventory, and `--allow-file` does not name its directory';
  if (basename(real).endsWith('.key') || within.some(isState))
    return 'keys and what belongs to the state of the site stay here';
  const stat = host.stat(real);
  if (stat?.kind !== 'file') return 'it is no regular file';
  return stat.size > LARGEST_FILE ? 'it is larger than 1 MiB' : undefined;
}

/** The path as seen from a directory that holds it. */
function below(host: Host, directory: string, real: string): string | undefined {
  if (host.stat(directory) === undefined) return undefined;
  const at = relative(host.realPath(directory), real);
  return at === '' || at.startsWith('..') || at.startsWith('/') ? undefined : at;
}

/** Keys, certificates and the local key are in these directories, of the site or of one of its environments. */
function isState(at: string): boolean {
  return join('/', at)
    .split('/')
    .some((part) => part === 'pki' || part === '.pigstyc' || part.endsWith('.state'));
}
