import { placeInTables } from '../cmdb/place.ts';
import type { Span } from '../source/node.ts';

/** `file:line:column`; of a database the table, row and column. */
export function spanText(span: Span): string {
  if (span.file.format === 'tables') return `${span.file.path} ${placeInTables(span)}`;
  const { line, column } = span.file.position(span.start);
  return `${span.file.path}:${line}:${column}`;
}
