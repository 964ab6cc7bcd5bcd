import { SECRET_NAME } from '../schema/secrecy.ts';
import type { SourceFile, Span } from '../source/node.ts';

export interface FrameOptions {
  /** Columns available for source text, without the gutter. */
  readonly width: number;
  /** Places whose text is secret; they are shown as a mask of constant length. */
  readonly secrets: readonly Span[];
}

/** One line of a frame. `number` is set on source lines; a mark line underlines the source line before it. */
export type FrameLine =
  | { readonly kind: 'source'; readonly number: number; readonly text: string }
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'gap' };

/** What one terminal position, or several that belong together, shows of a range of a line. */
interface Cell {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly width: number;
}

/** What stands for a secret, of whatever length. */
export const MASK = '********';
const TAB_STOP = 4;
const MOST_LINES = 3;

/** The source lines of a span with the span underlined; only the ends of a long span. */
export function frame(span: Span, options: FrameOptions): readonly FrameLine[] {
  const { file } = span;
  const end = trimmedEnd(span);
  const first = file.position(span.start).line;
  const last = Math.max(first, file.position(Math.max(span.start, end - 1)).line);
  const lines: FrameLine[] = [];
  for (let number = first; number <= last; number++) {
    if (last - first + 1 > MOST_LINES && number > first && number < last) {
      lines.push({ kind: 'gap' });
      number = last - 1;
      continue;
    }
    lines.push(...lineFrame(file, number, span.start, end, options));
  }
  return lines;
}

/** Block collections end after their last newline; the underline should not. */
function trimmedEnd(span: Span): number {
  const text = span.file.text.slice(span.start, span.end);
  return span.start + text.trimEnd().length;
}

function lineFrame(
  file: SourceFile,
  number: number,
  start: number,
  end: number,
  options: FrameOptions,
): readonly FrameLine[] {
  const text = file.line(number);
  const offset = offsetOfLine(file, number);
  const from = Math.min(text.length, Math.max(start - offset, leading(text, start <= offset)));
  const to = Math.max(from, Math.min(end - offset, text.trimEnd().length));
  const cells = cellsOf(text, secretRanges(text, offset, file, options.secrets));
  const marked = cells.map((cell) =>
    from === to ? cell.from <= from && from < cell.to : cell.from < to && from < cell.to,
  );
  const shown = window(cells, marked, options.width);
  let source = '';
  let mark = '';
  for (const { cell, underline } of shown) {
    source += cell.text;
    mark += (underline ? '^' : ' ').repeat(cell.width);
  }
  if (!mark.includes('^')) mark += '^';
  return [
    { kind: 'source', number, text: source.trimEnd() },
    { kind: 'mark', text: mark.trimEnd() },
  ];
}

/** On continuation lines the underline begins at the first character that is not a blank. */
function leading(text: string, continues: boolean): number {
  return continues ? text.length - text.trimStart().length : 0;
}

function offsetOfLine(file: SourceFile, number: number): number {
  let low = 0;
  let high = file.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (file.position(middle).line < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Range = readonly [from: number, to: number];

/** `line` with the text of its secrets replaced by a mask: those given as ranges of the line, and values of keys that say so. */
export function maskSecrets(line: string, ranges: readonly Range[]): string {
  return cellsOf(line, mergeRanges([...ranges, ...telltale(line)]))
    .map((cell) => cell.text)
    .join('');
}

/** A text of any number of lines with what gives itself away as a secret masked. */
export function maskText(text: string): string {
  return text
    .split('\n')
    .map((line) => (telltale(line).length > 0 ? maskSecrets(line, []) : line))
    .join('\n');
}

function secretRanges(text: string, offset: number, file: SourceFile, secrets: readonly Span[]): readonly Range[] {
  if (file.encrypted) return [[0, text.length]];
  const ranges: Range[] = [];
  for (const secret of secrets) {
    if (secret.file !== file || secret.end <= offset || secret.start >= offset + text.length) continue;
    ranges.push([Math.max(0, secret.start - offset), Math.min(text.length, secret.end - offset)]);
  }
  return mergeRanges([...ranges, ...telltale(text)]);
}

const SECRET_KEY = new RegExp(`(?:${SECRET_NAME})[\\w.-]*["']?[ \\t]*:[ \\t]+`, 'gi');
/** The password in a connection string. */
const URL_PASSWORD = /:\/\/[^\s:@/]*:([^\s@/]+)@/g;

/** A secret given as an option of a command. */
const OPTION_SECRET = /--[\w-]*(?:password|secret|token)[\w-]*[= ]+([^\s"',}]+)/g;

/** Values of keys named like secrets: a file that does not even parse has no secret spans, but must not be quoted either. */
function telltale(line: string): readonly Range[] {
  const ranges: Range[] = [];
  for (const match of line.matchAll(SECRET_KEY)) {
    const from = match.index + match[0].length;
    const value = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^,}#\s][^,}]*?(?=\s+#|\s*[,}]|\s*$))/.exec(line.slice(from));
    if (value !== null && !/^(?:true|false|[&*!|>[{])/.test(value[0])) ranges.push([from, from + value[0].length]);
  }
  for (const match of [...line.matchAll(URL_PASSWORD), ...line.matchAll(OPTION_SECRET)]) {
    const from = match.index + match[0].lastIndexOf(match[1]!);
    ranges.push([from, from + match[1]!.length]);
  }
  return ranges;
}

function mergeRanges(ranges: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous !== undefined && from <= previous[1]) previous[1] = Math.max(previous[1], to);
    else if (to > from) merged.push([from, to]);
  }
  return merged;
}

function cellsOf(line: string, masked: readonly Range[]): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let at = 0;
  for (const [from, to] of masked) {
    while (at < from) push(charCell(line, at, column));
    push({ from: at, to, text: MASK, width: MASK.length });
  }
  while (at < line.length) push(charCell(line, at, column));
  return cells;

  function push(cell: Cell): void {
    cells.push(cell);
    column += cell.width;
    at = cell.to;
  }
}

function charCell(line: string, at: number, column: number): Cell {
  const point = line.codePointAt(at)!;
  const to = at + (point > 0xffff ? 2 : 1);
  if (point === 9) {
    const width = TAB_STOP - (column % TAB_STOP);
    return { from: at, to, text: ' '.repeat(width), width };
  }
  if (isControl(point)) return { from: at, to, text: '\u00b7', width: 1 };
  return { from: at, to, text: line.slice(at, to), width: charWidth(point) };
}

/** Characters that would move the cursor or reverse the direction of the text. */
function isControl(point: number): boolean {
  return (
    point < 32 ||
    (point >= 0x7f && point < 0xa0) ||
    (point >= 0x202a && point <= 0x202e) ||
    (point >= 0x2066 && point <= 0x2069) ||
    point === 0xfeff ||
    (point >= 0xd800 && point <= 0xdfff)
  );
}

const WIDE: readonly Range[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Terminal columns of a character: 0 for combining marks, 2 for East Asian wide ones and emoji. */
function charWidth(point: number): number {
  if (point < 0x300) return 1;
  if (/\p{Mn}|\p{Me}|\u200b|\u200d/u.test(String.fromCodePoint(point))) return 0;
  return WIDE.some(([from, to]) => point >= from && point <= to) ? 2 : 1;
}

/** The cells that fit into `width`, around the marked ones, with an ellipsis where the line is cut. */
function window(
  cells: readonly Cell[],
  marked: readonly boolean[],
  width: number,
): readonly { readonly cell: Cell; readonly underline: boolean }[] {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  const all = cells.map((cell, i) => ({ cell, underline: marked[i]! }));
  if (total <= width) return all;
  const firstMark = marked.indexOf(true);
  const target = firstMark === -1 ? cells.length - 1 : firstMark;
  let before = Math.min(Math.floor(width / 3), 24);
  let from = target;
  while (from > 0 && before >= cells[from - 1]!.width) before -= cells[--from]!.width;
  let room = width - 2;
  let to = from;
  while (to < cells.length && room >= cells[to]!.width) room -= cells[to++]!.width;
  while (from > 0 && room >= cells[from - 1]!.width) room -= cells[--from]!.width;
  const ellipsis = { cell: { from: -1, to: -1, text: '…', width: 1 }, underline: false };
  return [...(from > 0 ? [ellipsis] : []), ...all.slice(from, to), ...(to < cells.length ? [ellipsis] : [])];
}

/** Terminal columns of a text without escape sequences. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char.codePointAt(0)!);
  return width;
}
