import type { Spot } from './slot.ts';

/** A placeholder in a value: `${name}` or `$<name>`. */
export interface Placeholder {
  readonly written: string;
  readonly name: string;
}

/** The placeholder at an offset, its ends included. The text of a scalar has escapes, so the source is searched. */
export function placeholderAt({ token }: Spot, offset: number): Placeholder | undefined {
  const { file, start, end } = token.span;
  const at = offset - start;
  const match = [...file.text.slice(start, end).matchAll(/\$\{([^{}]*)\}|\$<([^<>]*)>/g)].find(
    (found) => found.index <= at && at <= found.index + found[0].length,
  );
  return match === undefined ? undefined : { written: match[0], name: (match[1] ?? match[2])! };
}
