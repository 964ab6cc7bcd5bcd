import { report } from '../../diagnostics/report.ts';
import { CHAR, type Cursor, isBlank, isBlankOrEnd, isBreak, isFlowIndicator, SyntaxProblem } from './cursor.ts';

/** Whether a plain (unquoted) scalar may begin here. */
export function startsPlain(cursor: Cursor): boolean {
  const code = cursor.code();
  if (isBlankOrEnd(code)) return false;
  const next = cursor.code(1);
  switch (code) {
    case CHAR.dash:
      return !isBlankOrEnd(next);
    case CHAR.question:
    case CHAR.colon:
      return cursor.flowDepth === 0 && !isBlankOrEnd(next);
    case CHAR.comma:
    case CHAR.openBracket:
    case CHAR.closeBracket:
    case CHAR.openBrace:
    case CHAR.closeBrace:
    case CHAR.hash:
    case CHAR.ampersand:
    case CHAR.star:
    case CHAR.exclamation:
    case CHAR.pipe:
    case CHAR.greater:
    case CHAR.apostrophe:
    case CHAR.quote:
    case CHAR.percent:
    case CHAR.at:
    case CHAR.backtick:
      return false;
    default:
      return true;
  }
}

/** Reads a plain scalar; further lines belong to it while their column is greater than `indent`. Ends after its last character. */
export function scanPlain(cursor: Cursor, indent: number): string {
  const { text } = cursor;
  const inFlow = cursor.flowDepth > 0;
  let value = '';
  let separator = '';
  cursor.atFreshPlace = false;
  for (;;) {
    const end = plainChunkEnd(text, cursor.at, inFlow);
    if (end === cursor.at) break;
    value += separator + text.slice(cursor.at, end);
    cursor.at = end;
    const lineStart = cursor.lineStart;
    const folded = foldBlanks(cursor, indent);
    const stop =
      cursor.done ||
      cursor.code() === CHAR.hash ||
      (folded.lines > 0 && (cursor.atDocumentMarker || (!inFlow && cursor.column <= indent)));
    if (stop || plainChunkEnd(text, cursor.at, inFlow) === cursor.at) {
      cursor.blankUpTo = cursor.at;
      cursor.at = end;
      cursor.lineStart = lineStart;
      break;
    }
    separator = folded.text;
  }
  return value;
}

function plainChunkEnd(text: string, from: number, inFlow: boolean): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code > CHAR.closeBrace ? isBreak(code) : isBlankOrEnd(code)) return at;
    if (code === CHAR.colon && isBlankOrEnd(text.charCodeAt(at + 1))) return at;
    if (inFlow && (isFlowIndicator(code) || (code === CHAR.colon && endsKey(text.charCodeAt(at + 1))))) return at;
  }
}

/** In a flow collection a colon cannot be part of a plain text before these; `?` is a whim of libyaml. */
function endsKey(code: number): boolean {
  return isFlowIndicator(code) || code === CHAR.question;
}

/** Blanks and line breaks inside a scalar: one break folds to a space, n breaks to n - 1 of them. */
function foldBlanks(cursor: Cursor, indent: number | undefined): { readonly text: string; readonly lines: number } {
  const start = cursor.at;
  cursor.at = cursor.afterBlanks();
  if (!isBreak(cursor.code())) return { text: cursor.text.slice(start, cursor.at), lines: 0 };
  let lines = 0;
  while (isBreak(cursor.code())) {
    cursor.newline();
    lines++;
    while (isBlank(cursor.code())) {
      if (indent !== undefined && cursor.flowDepth === 0 && cursor.code() === CHAR.tab && cursor.column <= indent)
        failTab(cursor);
      cursor.at++;
    }
  }
  return { text: lines === 1 ? ' ' : '\n'.repeat(lines - 1), lines };
}

export function failTab(cursor: Cursor): never {
  throw new SyntaxProblem(
    report('tab-indentation', cursor.span(cursor.at, cursor.at + 1), {}, { help: 'replace the tab with spaces' }),
  );
}

/** Reads `'…'`. */
export function scanSingleQuoted(cursor: Cursor): string {
  const start = cursor.at++;
  let value = '';
  for (;;) {
    const from = cursor.at;
    while (!isBlankOrEnd(cursor.code()) && cursor.code() !== CHAR.apostrophe) cursor.at++;
    value += cursor.text.slice(from, cursor.at);
    if (cursor.code() === CHAR.apostrophe) {
      cursor.at++;
      if (cursor.code() !== CHAR.apostrophe) break;
      cursor.at++;
      value += "'";
    } else value += foldInQuotes(cursor, start);
  }
  cursor.atFreshPlace = false;
  return value;
}

/** Reads `"…"` with its escapes. */
export function scanDoubleQuoted(cursor: Cursor): string {
  const start = cursor.at++;
  let value = '';
  for (;;) {
    const from = cursor.at;
    while (!isBlankOrEnd(cursor.code()) && cursor.code() !== CHAR.quote && cursor.code() !== CHAR.backslash)
      cursor.at++;
    value += cursor.text.slice(from, cursor.at);
    if (cursor.code() === CHAR.quote) break;
    value += cursor.code() === CHAR.backslash ? scanEscape(cursor) : foldInQuotes(cursor, start);
  }
  cursor.at++;
  cursor.atFreshPlace = false;
  return value;
}

function foldInQuotes(cursor: Cursor, start: number): string {
  const folded = cursor.done ? { text: '', lines: 0 } : foldBlanks(cursor, undefined);
  if (cursor.done || (folded.lines > 0 && cursor.atDocumentMarker)) throw unclosedQuote(cursor, start, cursor.at);
  return folded.text;
}

/** The quote at `start` has no end, or an unintended one: `noticed` is where that became clear. */
export function unclosedQuote(cursor: Cursor, start: number, noticed: number): SyntaxProblem {
  const quote = cursor.text[start]!;
  const related =
    noticed < cursor.text.length
      ? [{ span: cursor.span(noticed, noticed + 1), message: 'the text continues to here' }]
      : [];
  return new SyntaxProblem(report('unclosed-quote', cursor.span(start, start + 1), { quote }, { related }));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(cursor: Cursor): string {
  const start = cursor.at++;
  if (cursor.done) return '';
  if (isBreak(cursor.code())) {
    cursor.newline();
    let breaks = '';
    for (cursor.at = cursor.afterBlanks(); isBreak(cursor.code()); cursor.at = cursor.afterBlanks()) {
      cursor.newline();
      breaks += '\n';
    }
    return breaks;
  }
  const letter = cursor.text[cursor.at++]!;
  const simple = ESCAPES[letter];
  if (simple !== undefined) return simple;
  const length = HEX_LENGTH[letter];
  const digits = cursor.text.slice(cursor.at, cursor.at + (length ?? 0));
  const point =
    length !== undefined && digits.length === length && /^[0-9a-fA-F]+$/.test(digits) ? parseInt(digits, 16) : -1;
  if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
    const end = start + 2 + digits.length;
    throw new SyntaxProblem(
      report('unknown-escape', cursor.span(start, end), { escape: cursor.text.slice(start, end) }),
    );
  }
  cursor.at += length!;
  return String.fromCodePoint(point);
}

/** Reads `|` and `>` scalars. `parentIndent` is the column of the enclosing block collection, -1 at the top. */
export function scanBlockScalar(cursor: Cursor, parentIndent: number): string {
  const folded = cursor.code() === CHAR.greater;
  const { chomp, increment } = scanBlockHeader(cursor);
  let indent = increment === 0 ? -1 : Math.max(parentIndent, 0) + increment;
  let trailing: string;
  ({ breaks: trailing, indent } = scanBlockBreaks(cursor, indent, parentIndent));
  let value = '';
  let leading = '';
  let afterBlank = false;
  while (cursor.column === indent && !cursor.done) {
    const blank = isBlank(cursor.code());
    if (folded && leading !== '' && !afterBlank && !blank) value += trailing === '' ? ' ' : '';
    else value += leading;
    value += trailing;
    afterBlank = blank;
    const from = cursor.at;
    cursor.skipToLineEnd();
    value += cursor.text.slice(from, cursor.at);
    leading = cursor.done ? '' : '\n';
    if (!cursor.done) cursor.newline();
    ({ breaks: trailing } = scanBlockBreaks(cursor, indent, parentIndent));
  }
  cursor.atFreshPlace = true;
  return value + (chomp === 'strip' ? '' : leading) + (chomp === 'keep' ? trailing : '');
}

function scanBlockHeader(cursor: Cursor): { chomp: 'clip' | 'strip' | 'keep'; increment: number } {
  const start = cursor.at++;
  const match = /^(?:([+-])([1-9])?|([1-9])([+-])?)?/.exec(cursor.text.slice(cursor.at, cursor.at + 2))!;
  const sign = match[1] ?? match[4];
  cursor.at += match[0].length;
  cursor.at = cursor.afterBlanks();
  if (cursor.code() === CHAR.hash) cursor.skipComment();
  if (!cursor.done && !isBreak(cursor.code())) {
    throw new SyntaxProblem(
      report('bad-block-scalar', cursor.span(start, cursor.lineEnd(start)), {
        header: cursor.text.slice(start, cursor.lineEnd(start)),
      }),
    );
  }
  if (!cursor.done) cursor.newline();
  return {
    chomp: sign === '-' ? 'strip' : sign === '+' ? 'keep' : 'clip',
    increment: Number(match[2] ?? match[3] ?? 0),
  };
}

/** Empty lines before the next content line. With `indent` -1 also finds out the indentation of the content. */
function scanBlockBreaks(cursor: Cursor, indent: number, parentIndent: number): { breaks: string; indent: number } {
  let breaks = '';
  let widest = 0;
  for (;;) {
    while ((indent < 0 || cursor.column < indent) && cursor.code() === CHAR.space) cursor.at++;
    widest = Math.max(widest, cursor.column);
    if (cursor.code() === CHAR.tab && (indent < 0 || cursor.column < indent)) failTab(cursor);
    if (!isBreak(cursor.code())) break;
    cursor.newline();
    breaks += '\n';
  }
  return { breaks, indent: indent >= 0 ? indent : Math.max(widest, parentIndent + 1, 1) };
}
