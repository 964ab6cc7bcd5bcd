import type { ScalarNode, Span } from './node.ts';

/**
 * The place of a value without quotes and of what looks like its rest: `password: ab #cd` is the password `ab` with a remark, and nobody
 * writes a remark of one word without a blank in front of it. Undefined where none follows.
 */
export function withRemark(span: Span): Span | undefined {
  const remark = /^[ \t]+#[^\s#]\S*(?=[ \t]*(?:#+[ \t]*pigstyc:|\r?\n|$))/.exec(
    span.file.text.slice(span.end, span.end + 1000),
  );
  return remark === null ? undefined : { ...span, end: span.end + remark[0].length };
}

/** Where a comment begins to speak to pigstyc (`# pigstyc: allow …`), also behind a remark for others; -1 where it does not. */
export function addressedFrom(comment: string): number {
  return comment.search(/(?<=^|[ \t])#+[ \t]*pigstyc:/);
}

/** The place of a word that was meant as the value and is the name of an anchor: `password: &word` has no value. */
export function anchorInstead({ span }: ScalarNode): Span | undefined {
  const { file, start } = span;
  const behind = /^&[A-Za-z0-9_-]+/.exec(file.text.slice(start, start + 200));
  if (behind !== null) return { ...span, end: start + behind[0].length };
  const before = /&[A-Za-z0-9_-]+(?=[ \t]*$)/.exec(file.text.slice(Math.max(0, start - 200), start));
  return before === null ? undefined : { ...span, start: Math.max(0, start - 200) + before.index };
}
