import type { Span } from './node.ts';

/**
 * The place of a value without quotes and of what looks like its rest: `password: ab #cd` is the password `ab` with a remark, and nobody
 * writes a remark of one word without a blank in front of it. Undefined where none follows.
 */
export function withRemark(span: Span): Span | undefined {
  const remark = /^[ \t]+#[^\s#]\S*(?=[ \t]*(?:\r?\n|$))/.exec(span.file.text.slice(span.end, span.end + 1000));
  return remark === null ? undefined : { ...span, end: span.end + remark[0].length };
}
