import type { ScalarNode, Span } from './node.ts';

/**
 * The place in the file of the characters `from` to `to` of a scalar's text. Follows quotes, escapes, folded lines and the
 * indentation of text blocks; where text and source cannot be matched (an expanded or decrypted value), the whole scalar.
 */
export function spanWithin(node: ScalarNode, from: number, to: number): Span {
  const { span, text } = node;
  // Values that were not written in a file, such as defaults, have no source to look at.
  if (span.file === undefined) return span;
  const source = span.file.text;
  let at = span.start + (node.style === 'single' || node.style === 'double' ? 1 : 0);
  if (node.style === 'block') at = afterLine(source, at, span.end);
  let start = span.start;
  for (let i = 0; i < Math.min(to, text.length); i++) {
    const step = advance(source, at, span.end, text.charCodeAt(i), node.style);
    if (step === undefined) return span;
    if (i === from) start = step.start;
    at = step.end;
  }
  return { file: span.file, start: from >= text.length ? Math.min(at, span.end) : start, end: Math.min(at, span.end) };
}

/** Where one character of the text stands in the source, from `at` on. */
function advance(
  source: string,
  at: number,
  limit: number,
  code: number,
  style: ScalarNode['style'],
): { start: number; end: number } | undefined {
  const here = source.charCodeAt(at);
  if (style === 'double' && here === 92) return escapeAt(source, at, limit, code, style);
  if (here === code && !isSpace(code)) return { start: at, end: at + (style === 'single' && code === 39 ? 2 : 1) };
  if (!isSpace(code) && !isSpace(here)) return undefined;
  if (at >= limit) return undefined;
  // A blank of the text stands for itself or for a folded line break; indentation stands for nothing.
  const after = skipSpace(source, at, limit);
  const breaks = source.slice(at, after).includes('\n');
  if (isSpace(code) && !breaks) return { start: at, end: at + 1 };
  if (isSpace(code))
    return code === 10 || style !== 'block'
      ? { start: at, end: lastOfFold(source, at, after, code) }
      : { start: at, end: at + 1 };
  return source.charCodeAt(after) === code ? { start: after, end: after + 1 } : undefined;
}

function lastOfFold(source: string, at: number, after: number, code: number): number {
  return code === 32 ? after : source.indexOf('\n', at) + 1;
}

function escapeAt(
  source: string,
  at: number,
  limit: number,
  code: number,
  style: ScalarNode['style'],
): { start: number; end: number } | undefined {
  const letter = source[at + 1];
  if (letter === '\n' || letter === '\r') return advance(source, skipSpace(source, at + 1, limit), limit, code, style);
  const length = letter === 'x' ? 4 : letter === 'u' ? 6 : letter === 'U' ? 10 : 2;
  return { start: at, end: at + length };
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

function skipSpace(source: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && isSpace(source.charCodeAt(at))) at++;
  return at;
}

function afterLine(source: string, from: number, limit: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? limit : end + 1;
}
