import type { Node, Span } from './node.ts';

/** An entry of a map as it is written. */
export interface WrittenEntry {
  readonly key: { readonly text: string; readonly span: Span };
  readonly value: Node;
}

/**
 * The entry whose unquoted value was ended by a comma that was meant as a part of it: `{ comment: orders, stock }` has
 * a key `stock` without colon and value. `index` is that of the key.
 */
export function cutByComma(entries: readonly WrittenEntry[], index: number): WrittenEntry | undefined {
  if (entries[index] === undefined || !isBare(entries[index])) return undefined;
  let at = index - 1;
  while (at >= 0 && isBare(entries[at]!)) at--;
  const before = entries[at];
  if (before?.value.kind !== 'scalar' || before.value.style !== 'plain' || before.value.text === '') return undefined;
  return isOneMap(before.value.span, entries[index].key.span) ? before : undefined;
}

/** A host has its variables from a map in each of its groups. */
function isOneMap(before: Span, piece: Span): boolean {
  return before.file === piece.file && !/[{}]/.test(before.file.text.slice(before.end, piece.start));
}

/** A key in braces without a colon. */
function isBare({ key, value }: WrittenEntry): boolean {
  if (value.kind !== 'scalar' || value.value !== null || value.text !== '' || value.derivedFrom !== undefined)
    return false;
  const { file, start, end } = key.span;
  return file !== undefined && end > start && /^\s*(?:#.*\s*)?[,}]/.test(file.text.slice(end, end + 200));
}

/** A secret's place with the pieces that commas cut off, in an unquoted value between braces. */
export function withCutPieces(span: Span): Span {
  const pieces = /^(?:[ \t]*,[^,:{}[\]#\n]*(?=[,}]))+/.exec(span.file.text.slice(span.end, span.end + 1000));
  return pieces === null ? span : { ...span, end: span.end + pieces[0].length };
}
