/** What differs between the tables and an inventory. */
import { digest } from './store.ts';
import { rowId, type Row } from './row.ts';

export interface Change {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** Rows that are only in one, or say something else, in the order of the tables. Order and spelling are no difference. */
export function changesOf(before: readonly Row[], after: readonly Row[]): readonly Change[] {
  const old = new Map(before.map((row) => [rowId(row), row]));
  const fresh = new Map(after.map((row) => [rowId(row), row]));
  const removed = before.filter((row) => !fresh.has(rowId(row))).map((row) => ({ before: row, after: undefined }));
  const others = after.flatMap((row): readonly Change[] => {
    const was = old.get(rowId(row));
    return was !== undefined && digest(was) === digest(row) ? [] : [{ before: was, after: row }];
  });
  return [...removed, ...others];
}

/** Whether two contents are the same to the letter: order, spelling and comments as well. */
export function isSame(before: readonly Row[], after: readonly Row[]): boolean {
  const text = (rows: readonly Row[]): string =>
    JSON.stringify(rows.map((row) => [rowId(row), digest(row), row.source ?? '']));
  return text(before) === text(after);
}

/**
 * Changes that would undo what somebody did in SQL: the row is not as the last load left it, and the inventory wants it otherwise.
 *
 * @param base what each row said after the last load; undefined when there was none
 */
export function conflictsOf(
  changes: readonly Change[],
  base: ReadonlyMap<string, string> = new Map(),
): readonly Change[] {
  return changes.filter(({ before, after }) => {
    const last = base.get(rowId((before ?? after)!));
    return (before && digest(before)) !== last;
  });
}
