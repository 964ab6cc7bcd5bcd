import type { Changes, FileChange } from './bundle-diff.ts';
import { counted, folded, unfolded, type FoldedFile } from './fold.ts';
import type { PlanNames } from './names.ts';

/** What is printed of the changes; everything when nothing is chosen. */
export interface PlanView {
  readonly stat: boolean;
  readonly impact: boolean;
  readonly hosts: boolean;
  /** Every hunk and every file. */
  readonly full: boolean;
}

/** A comparison, ready to be printed. */
export interface Plan extends Changes {
  readonly names: PlanNames;
  /** What would be changed, as the command line names it. */
  readonly target: string;
  /** The base, when it is not the bundle itself. */
  readonly base: string | undefined;
  readonly view: PlanView;
}

/** The files with the hunks that are shown. */
export function shownFiles({ files, names, view }: Plan): readonly FoldedFile[] {
  return view.full ? unfolded(files) : folded(files, names);
}

/** Hosts with a difference, also those on which it does nothing. */
export function hostsOf({ files, impact }: Changes): readonly string[] {
  const named = files.flatMap(({ path }) => /^hosts\/([^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set([...impact.map(({ host }) => host), ...named])];
}

/** `3 files would be added, 21 changed, 0 removed` */
export function countText(files: readonly FileChange[]): string {
  const count = (change: FileChange['change']): number => files.filter((file) => file.change === change).length;
  return `${count('added')} files would be added, ${count('changed')} changed, ${count('removed')} removed`;
}

/** One line about the whole. */
export function verdict({ files, target, base }: Plan): string {
  if (base === undefined) return files.length === 0 ? `${target} is up to date` : `${target}: ${countText(files)}`;
  return files.length === 0 ? `nothing changes since ${base}` : `since ${base}: ${countText(files)}`;
}

/** What is said of files that have no diff. */
export function silentText(files: readonly FileChange[]): string {
  const silent = files.filter(({ diff }) => diff.length === 0).length;
  return silent === 0 ? '' : `without a diff: ${counted(silent, 'file')} (secrets, manifests, runtime)`;
}
