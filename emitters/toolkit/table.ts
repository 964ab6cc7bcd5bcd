/** Lays rows out in columns two blanks apart. The last column is not padded; a row that is a string is kept as a line of its own. */
export function alignedTable(rows: readonly (readonly string[] | string)[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (typeof row === 'string') continue;
    for (let i = 0; i < row.length; i++) widths[i] = Math.max(widths[i] ?? 0, row[i]!.length);
  }
  return rows.map((row) =>
    typeof row === 'string'
      ? row
      : row
          .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!)))
          .join('  ')
          .trimEnd(),
  );
}
