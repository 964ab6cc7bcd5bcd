/** What is the same in many files is shown once. */
import type { FileChange } from './bundle-diff.ts';
import type { PlanNames } from './names.ts';

/** A file with the hunks that no file before it has. */
export interface FoldedFile extends Pick<FileChange, 'path' | 'change'> {
  readonly hunks: readonly FoldedHunk[];
}

export interface FoldedHunk {
  /** With its `@@` line. */
  readonly lines: readonly string[];
  /** Files with the same hunk, this one included. */
  readonly same: readonly string[];
}

/** The changes with all their hunks. */
export function unfolded(files: readonly FileChange[]): readonly FoldedFile[] {
  return files
    .filter(({ diff }) => diff.length > 0)
    .map(({ path, change, diff }) => ({
      path,
      change,
      hunks: hunksOf(diff).map((lines) => ({ lines, same: [path] })),
    }));
}

/**
 * The changes with each hunk once, where it comes first. Hunks are equal that differ in nothing but where they are and
 * names of the host itself.
 */
export function folded(files: readonly FileChange[], names: PlanNames): readonly FoldedFile[] {
  const known = new Map<string, string[]>();
  return unfolded(files)
    .map(({ path, change, hunks }) => ({
      path,
      change,
      hunks: hunks.flatMap(({ lines }) => {
        const key = `${change}\n${names.plain(path, lines.slice(1).join('\n'))}`;
        const same = known.get(key);
        if (same !== undefined) {
          same.push(path);
          return [];
        }
        const first = [path];
        known.set(key, first);
        return [{ lines, same: first }];
      }),
    }))
    .filter(({ hunks }) => hunks.length > 0);
}

function hunksOf(diff: readonly string[]): readonly (readonly string[])[] {
  const starts = diff.flatMap((line, at) => (line.startsWith('@@') ? [at] : []));
  return starts.map((from, at) => diff.slice(from, starts[at + 1] ?? diff.length));
}

/** `the same in 998 other files, on 999 hosts of 333 clusters`; empty where it is in one file only. */
export function sameText({ same }: FoldedHunk, names: PlanNames): string {
  if (same.length < 2) return '';
  const hosts = new Set(same.flatMap((path) => /^hosts\/([^/]+)\//.exec(path)?.[1] ?? []));
  const clusters = new Set([...hosts].flatMap((host) => names.clusterOf(host) ?? []));
  const others = `the same in ${counted(same.length - 1, 'other file')}`;
  const of = clusters.size > 1 ? ` of ${clusters.size} clusters` : '';
  return hosts.size === 0 ? others : `${others}, on ${counted(hosts.size, 'host')}${of}`;
}

/** `1 file`, `2 files` */
export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
