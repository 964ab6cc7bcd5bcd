import { textWidth } from '../diagnostics/frame.ts';

/** Rows as left-aligned columns with two blanks between; the first row is the heading. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, textWidth(cell))));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell + ' '.repeat(widths[i]! - textWidth(cell)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
