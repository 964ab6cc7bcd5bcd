/** What a plan is compared with. */
import { posix } from 'node:path';
import { isConnection } from '../../cmdb/name.ts';
import type { Host } from '../../host/host.ts';
import type { Request } from '../../inputs/request.ts';
import { parseManifest } from '../../phases/9-bundle/manifest.ts';
import { directoryOf } from '../../inputs/directories.ts';
import { UsageError } from '../../diagnostics/usage-error.ts';
import { openRevision } from './git.ts';
import { atRevision } from './revision-host.ts';

export type Base =
  | { readonly kind: 'bundle'; readonly directory: string }
  /** Inventory files on a system of their own; none when the inventory is new. */
  | { readonly kind: 'inventory'; readonly system: Host; readonly files: readonly string[] };

/**
 * Without `--base` the bundle; else a bundle in another directory, a directory that stands for the current one, an inventory file, or a
 * revision of the repository in which the inventory is.
 */
export function findBase(host: Host, base: string | undefined, outDir: string, request: Request): Base {
  const { files } = request;
  if (base === undefined) return { kind: 'bundle', directory: outDir };
  if (host.tables?.has(base)) return { kind: 'inventory', system: host, files: [base] };
  const kind = host.stat(base)?.kind;
  if (kind === 'file') return { kind: 'inventory', system: host, files: [base] };
  if (kind === 'directory')
    return isBundle(host, base) ? { kind: 'bundle', directory: base } : moved(host, base, files);
  const directory = directoryOf(files[0]!);
  if (files.some(isPipe)) throw new UsageError('--base: a pipe has no revisions; compare with a file');
  if (files.some(isConnection)) throw new UsageError('--base: a database has no revisions; compare with a file');
  // That the files are not there is said where they are read.
  if (host.stat(directory)?.kind !== 'directory') return { kind: 'inventory', system: host, files: [] };
  const revision = openRevision(host, directory, base);
  const system = atRevision(host, revision, keptPaths(host, request));
  return { kind: 'inventory', system, files: files.filter((file) => system.stat(file)?.kind === 'file') };
}

function isBundle(host: Host, directory: string): boolean {
  const path = posix.join(directory, 'manifest.json');
  return (
    host.stat(path)?.kind === 'file' && parseManifest(Buffer.from(host.readFile(path)).toString('utf8')) !== undefined
  );
}

/** The same files in a directory that stands for the current one. */
function moved(host: Host, directory: string, files: readonly string[]): Base {
  const there = files.map((file) => {
    const inside = posix.relative(host.cwd(), posix.resolve(host.cwd(), file));
    if (isPipe(file) || inside.startsWith('..'))
      throw new UsageError(`--base: ${directory} stands for the current directory, and ${file} is not in it`);
    return posix.join(directory, inside);
  });
  const present = there.filter((file) => host.stat(file)?.kind === 'file');
  if (present.length === 0) throw new UsageError(`--base: there is neither a bundle nor ${there[0]!}`);
  return { kind: 'inventory', system: host, files: present };
}

/** What the command line and the environment name is the same for every revision. */
function keptPaths(host: Host, request: Request): readonly string[] {
  const { env } = host;
  const list = [env['ANSIBLE_VAULT_PASSWORD_FILE'], ...(env['ANSIBLE_VAULT_IDENTITY_LIST'] ?? '').split(',')];
  const ids = [...(request.vaultIds ?? []), ...list].map((id) => id?.trim().replace(/^[^@]*@/, ''));
  const named = [request.vaultPasswordFile, request.factsDir, ...ids].filter(
    (path) => path !== undefined && path !== '',
  );
  return named.map((path) => posix.resolve(host.cwd(), path!));
}

function isPipe(file: string): boolean {
  return /^\/(?:dev|proc)\//.test(file);
}
