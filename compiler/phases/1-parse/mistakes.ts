import type { Fix, Related } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { MapEntry, Node, Span } from '../../source/node.ts';
import { CHAR, type Cursor, isBlankOrEnd, SyntaxProblem } from './cursor.ts';
import { failTab, unclosedQuote } from './scan-scalar.ts';

/** A `[` or `{` that is not closed yet, and what was read inside. */
export interface OpenBracket {
  readonly open: '[' | '{';
  readonly start: number;
  /** Indentation of the line it is on. */
  readonly lineIndent: number;
  readonly entries: MapEntry[];
}

const CLOSER = { '[': ']', '{': '}' } as const;

/** A token that cannot begin anything where it stands. */
export function unexpectedHere(c: Cursor): SyntaxProblem {
  const code = c.code();
  if (code === CHAR.tab) failTab(c);
  const span = c.span(c.at, c.at + 1);
  const character = c.text[c.at] ?? '';
  if (code === CHAR.closeBrace || code === CHAR.closeBracket)
    return new SyntaxProblem(report('unmatched-bracket', span, { bracket: character }));
  if (code === CHAR.colon) return new SyntaxProblem(report('missing-key', span, {}));
  return new SyntaxProblem(
    report(
      'reserved-character',
      span,
      { character },
      { help: 'put the value in quotes', fix: quoteRestOfLine(c, c.at) },
    ),
  );
}

/** Quotes the rest of the line, unless that would need a closer look. */
function quoteRestOfLine(c: Cursor, start: number): Fix | undefined {
  const end = c.lineEnd(start);
  const text = c.text.slice(start, end);
  if (c.flowDepth > 0 || /['"\\]| #/.test(text)) return undefined;
  return { span: c.span(start, end), text: `'${text}'` };
}

/** Something follows a complete value: on its line, or on a line that belongs to no open collection. */
export function afterValue(c: Cursor, column: number, value: Node | undefined): SyntaxProblem {
  if (c.code() === CHAR.tab) failTab(c);
  if (c.atFreshPlace) return badIndentation(c, c.at, column, undefined);
  const end = c.lineEnd(c.at);
  const found = c.text.slice(c.at, end);
  if (c.code() === CHAR.closeBrace || c.code() === CHAR.closeBracket) return unexpectedHere(c);
  if (value?.kind === 'scalar' && (value.style === 'single' || value.style === 'double')) {
    if (c.lineStart > value.span.start) return unclosedQuote(c, value.span.start, value.span.end - 1);
    return new SyntaxProblem(
      report('text-after-value', c.span(c.at, end), { found }, { help: 'quote the value as a whole' }),
    );
  }
  return new SyntaxProblem(report('text-after-value', c.span(c.at, end), { found }));
}

function badIndentation(
  c: Cursor,
  at: number,
  column: number,
  help: string | undefined,
  related: readonly Related[] = [],
): SyntaxProblem {
  const end = keyEnd(c, at);
  const indent = at - c.lineStartOf(at);
  const written = `${indent} space${indent === 1 ? '' : 's'}`;
  const hint =
    help ??
    (column >= 0 ? `the lines of this block begin after ${column} spaces` : 'this line belongs to no block above it');
  return new SyntaxProblem(
    report(
      'bad-indentation',
      c.span(at, end),
      { text: c.text.slice(at, end), indent: written },
      { help: hint, related },
    ),
  );
}

/** End of the key (or word) that begins at `at`. */
function keyEnd(c: Cursor, at: number): number {
  const end = c.lineEnd(at);
  const match = /^[^:]*:(?=\s|$)/.exec(c.text.slice(at, end));
  return match === null ? end : at + match[0].length - 1;
}

/** `key: - item` or `key: ? …`. */
export function collectionOnLine(c: Cursor, indicator: '-' | '?'): SyntaxProblem {
  const help =
    indicator === '-' ? 'begin the list on the next line, or write it as `[a, b]`' : 'begin it on the next line';
  return new SyntaxProblem(report('collection-on-key-line', c.span(c.at, c.at + 1), { indicator }, { help }));
}

/** `a: b: c`, or a deeper indented key under a key that already has a value. */
export function colonInValue(c: Cursor, node: Node, start: number, colon: number): SyntaxProblem {
  if (c.lineStart > start) {
    if (node.kind === 'scalar' && (node.style === 'single' || node.style === 'double'))
      return unclosedQuote(c, start, node.span.end - 1);
    const at = c.afterBlanks(c.lineStart);
    return badIndentation(c, at, -1, 'the key above it already has a value', [
      { span: c.span(start, c.lineEnd(start)), message: 'this value' },
    ]);
  }
  return new SyntaxProblem(
    report(
      'colon-in-value',
      c.span(colon, colon + 1),
      {},
      { help: 'put the value in quotes', fix: quoteRestOfLine(c, start) },
    ),
  );
}

/** A key must be on one line: what was read as one key is a line without colon and the next key. */
export function keyOverLines(c: Cursor, node: Node, start: number, colon: number): SyntaxProblem {
  if (c.lineStart > start) return missingColon(c, node, start);
  return new SyntaxProblem(
    report(
      'text-after-value',
      c.span(colon, colon + 1),
      { found: ':' },
      { help: 'the text before it is too long for a key' },
    ),
  );
}

/** A line among the keys of a map that is not `key: value`. */
export function missingColon(c: Cursor, node: Node, start: number): SyntaxProblem {
  if (node.kind === 'scalar' && (node.style === 'single' || node.style === 'double') && c.lineStart > start)
    return unclosedQuote(c, start, node.span.end - 1);
  const end = c.lineStart > start ? c.lineEnd(start) : Math.max(node.span.end, c.at);
  const line = c.text.slice(start, end);
  const tight = node.kind === 'scalar' && node.style === 'plain' ? /^[A-Za-z_][\w-]*:(?=\S)/.exec(line) : null;
  if (tight === null) return new SyntaxProblem(report('missing-colon', c.span(start, end), { line }));
  const at = start + tight[0].length;
  const fix = { span: c.span(at, at), text: ' ' };
  return new SyntaxProblem(
    report('missing-colon', c.span(start, end), { line }, { help: 'put a space after the colon', fix }),
  );
}

/** `{a:[1]}`: the reader upstream wants the space, unless the key is quoted. */
export function tightColon(c: Cursor, start: number): SyntaxProblem {
  const fix = { span: c.span(c.at + 1, c.at + 1), text: ' ' };
  return new SyntaxProblem(
    report(
      'missing-colon',
      c.span(start, c.at + 1),
      { line: c.text.slice(start, c.at + 2) },
      { help: 'put a space after the colon', fix },
    ),
  );
}

export function dashAmongKeys(c: Cursor): SyntaxProblem {
  return new SyntaxProblem(report('item-among-keys', c.span(c.at, c.at + 1), {}));
}

export function secondDocument(c: Cursor): SyntaxProblem {
  return new SyntaxProblem(report('multiple-documents', c.span(c.at, c.at + 3), {}));
}

export function collectionAsKey(c: Cursor, node: Node, start: number): SyntaxProblem {
  const braces = c.text.startsWith('{{', start) || c.text.startsWith('{{', start - 1);
  const help = braces ? 'put an expression `{{ … }}` in quotes' : undefined;
  return new SyntaxProblem(
    report('collection-as-key', node.span, { kind: node.kind === 'map' ? 'map' : 'list' }, { help }),
  );
}

/** Neither a comma nor the right closing bracket. `last` is the entry before, if any. */
export function inFlow(c: Cursor, brackets: readonly OpenBracket[], last: Node | undefined): SyntaxProblem {
  const top = brackets.at(-1)!;
  if (c.done || c.atDocumentMarker) return unclosedBracket(c, brackets, undefined);
  const found = c.text[c.at]!;
  if (found === ']' || found === '}') {
    const related = [{ span: c.span(top.start, top.start + 1), message: `this \`${top.open}\` is open` }];
    return new SyntaxProblem(
      report('mismatched-bracket', c.span(c.at, c.at + 1), { found, expected: CLOSER[top.open] }, { related }),
    );
  }
  if (found === ',')
    return new SyntaxProblem(
      report(
        'reserved-character',
        c.span(c.at, c.at + 1),
        { character: found },
        { help: 'an entry is missing before the comma' },
      ),
    );
  // Text after a quoted value of several lines: its closing quote is the opening one of the next value.
  if (
    last?.kind === 'scalar' &&
    (last.style === 'single' || last.style === 'double') &&
    c.lineStartOf(last.span.end) > last.span.start
  )
    return unclosedQuote(c, last.span.start, last.span.end - 1);
  // `- {` begins the next item of the list outside; the dash was read as a part of the value before it.
  const next = c.afterBlanks(c.lineStart);
  if (/^-\s+$/.test(c.text.slice(next, c.at)) && c.lineStart > top.start && next - c.lineStart <= top.lineIndent)
    return unclosedBracket(c, brackets, c.span(next, next + 1));
  const at = found === ':' && last?.kind === 'scalar' && last.style === 'plain' ? swallowedKey(c, last) : c.at;
  if (last !== undefined && c.lineStart > top.start && at - c.lineStart <= top.lineIndent)
    return unclosedBracket(c, brackets, c.span(at, keyEnd(c, at)));
  return missingComma(c, top, at);
}

/** Where a key begins that was read as the end of the plain value before it: on this line, or the last word of the value. */
function swallowedKey(c: Cursor, value: Node): number {
  if (c.lineStart > value.span.start) return c.afterBlanks(c.lineStart);
  return value.span.end - /\S*$/.exec(c.text.slice(value.span.start, value.span.end))![0].length;
}

/** A key that began on an earlier line: two entries without a comma between them, or the end of the collection is missing. */
export function flowKeyOverLines(c: Cursor, brackets: readonly OpenBracket[], key: Node): SyntaxProblem {
  const top = brackets.at(-1)!;
  if (key.kind === 'scalar' && (key.style === 'single' || key.style === 'double'))
    return unclosedQuote(c, key.span.start, key.span.end - 1);
  const lineStart = c.lineStartOf(c.at);
  const at = c.afterBlanks(lineStart);
  if (at - lineStart <= top.lineIndent) return unclosedBracket(c, brackets, c.span(at, keyEnd(c, at)));
  return missingComma(c, top, at);
}

function missingComma(c: Cursor, top: OpenBracket, at: number): SyntaxProblem {
  const lineStart = c.lineStartOf(at);
  // A value that runs into the next key: the comma belongs at the end of the line before.
  const end = Math.max(
    at + 1,
    Math.min(c.lineEnd(at), at + (/^[^\s,:[\]{}]*/.exec(c.text.slice(at, at + 200))?.[0].length ?? 1)),
  );
  const found = c.text.slice(at, end);
  const related: Related[] = [{ span: c.span(top.start, top.start + 1), message: `inside this \`${top.open}\`` }];
  const newLine = c.afterBlanks(lineStart) === at && lineStart > top.start;
  const help = newLine ? 'a comma is missing at the end of the line before' : undefined;
  return new SyntaxProblem(
    report('missing-comma', c.span(at, end), { closer: CLOSER[top.open], found }, { help, related }),
  );
}

function unclosedBracket(c: Cursor, brackets: readonly OpenBracket[], noticed: Span | undefined): SyntaxProblem {
  const top = brackets.at(-1)!;
  const closer = CLOSER[top.open];
  const related: Related[] = [];
  const gap = swallowedSection(c, brackets);
  if (gap !== undefined)
    related.push({ span: gap.span, message: `\`${gap.key}\` is read as a host: is a \`}\` missing here?` });
  related.push(
    noticed === undefined
      ? { span: endOfText(c), message: `no \`${closer}\` up to here` }
      : { span: noticed, message: `no \`${closer}\` before this line` },
  );
  const help = gap === undefined ? undefined : `close \`hosts: {\` before \`${gap.key}\``;
  return new SyntaxProblem(
    report('unclosed-bracket', c.span(top.start, top.start + 1), { open: top.open, closer }, { help, related }),
  );
}

/** The last character that is not white space. */
function endOfText(c: Cursor): Span {
  const end = c.text.slice(0, c.at).trimEnd().length;
  return c.span(Math.max(end - 1, 0), end);
}

/**
 * The usual way to lose a brace: `{ hosts: { h: { … }, vars: { … } }` closes `hosts` after `vars`. Finds a group section that ended
 * up among the hosts and the place before it.
 */
function swallowedSection(c: Cursor, brackets: readonly OpenBracket[]): { key: string; span: Span } | undefined {
  for (const { entries } of brackets) {
    const hosts = entries.find((e) => e.key.text === 'hosts')?.value;
    if (hosts?.kind !== 'map') continue;
    const index = hosts.entries.findIndex((e) => e.key.text === 'vars' || e.key.text === 'children');
    if (index < 1) continue;
    const end = hosts.entries[index - 1]!.value.span.end;
    return {
      key: hosts.entries[index]!.key.text,
      span: c.span(end, end + (isBlankOrEnd(c.text.charCodeAt(end)) ? 0 : 1)),
    };
  }
  return undefined;
}
