/** Which files differ and by how much, one line for the same file of all hosts. */
import type { FileChange } from './bundle-diff.ts';
import type { Plan } from './plan.ts';

export interface FileStat {
  /** With `*` for several hosts. */
  readonly path: string;
  readonly files: number;
  /** Lines, as `+3 -1`; empty where there is no diff. */
  readonly lines: string;
  readonly change: FileChange['change'];
}

/** One entry a kind of file; one a file with `--full`. */
export function statOf({ files, names, view }: Plan): readonly FileStat[] {
  const groups = new Map<string, FileChange[]>();
  for (const file of files) {
    const key = view.full ? file.path : `${file.change} ${names.kindOf(file.path)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()].map((group) => {
    const count = (sign: string): number =>
      group.reduce((sum, { diff }) => sum + diff.filter((line) => line.startsWith(sign)).length, 0);
    const [{ path, change }] = group as [FileChange, ...FileChange[]];
    return {
      path: group.length === 1 ? path : names.kindOf(path),
      files: group.length,
      lines: group.some(({ diff }) => diff.length > 0) ? `+${count('+')} -${count('-')}` : '',
      change,
    };
  });
}
