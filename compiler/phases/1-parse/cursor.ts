import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../../source/node.ts';
import { addressedFrom } from '../../source/remark.ts';

export const CHAR = {
  tab: 9,
  lf: 10,
  cr: 13,
  space: 32,
  exclamation: 33,
  quote: 34,
  hash: 35,
  percent: 37,
  ampersand: 38,
  apostrophe: 39,
  star: 42,
  comma: 44,
  dash: 45,
  dot: 46,
  colon: 58,
  greater: 62,
  question: 63,
  at: 64,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  backtick: 96,
  openBrace: 123,
  pipe: 124,
  closeBrace: 125,
  nextLine: 0x85,
  lineSeparator: 0x2028,
  paragraphSeparator: 0x2029,
} as const;

export function isBreak(code: number): boolean {
  return (
    code === CHAR.lf ||
    code === CHAR.cr ||
    code === CHAR.nextLine ||
    code === CHAR.lineSeparator ||
    code === CHAR.paragraphSeparator
  );
}

export function isBlank(code: number): boolean {
  return code === CHAR.space || code === CHAR.tab;
}

/** Blank, line break or end of text (`charCodeAt` past the end is NaN). */
export function isBlankOrEnd(code: number): boolean {
  return code === CHAR.space || code === CHAR.lf || code === CHAR.tab || Number.isNaN(code) || isBreak(code);
}

export function isFlowIndicator(code: number): boolean {
  return (
    code === CHAR.comma ||
    code === CHAR.openBracket ||
    code === CHAR.closeBracket ||
    code === CHAR.openBrace ||
    code === CHAR.closeBrace
  );
}

/** Carries a diagnostic out of the recursive parser; caught by `parseSource`, never seen outside this phase. */
export class SyntaxProblem extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

/** Reading position in one file, with what YAML's rules about indentation and keys need to know. */
export class Cursor {
  readonly text: string;
  at = 0;
  /** Offset of the first character of the current line. */
  lineStart = 0;
  /** Open `[` and `{`. Inside them line breaks and indentation mean nothing. */
  flowDepth = 0;
  /**
   * A block collection may start here: at the beginning of a line, after `- ` and `? `; not after `key:` on the same line.
   * Also what decides whether a tab is a separator (allowed) or indentation (not allowed).
   */
  atFreshPlace = true;
  /** A scalar has read blank lines up to here: a tab in them indents nothing. */
  blankUpTo = 0;
  /** Comments that begin with `pigstyc:`, in file order. */
  readonly comments: Span[] = [];
  /** Most files have no such comment: theirs are not looked at. */
  readonly #addressed: boolean;

  readonly file: SourceFile;

  constructor(file: SourceFile) {
    this.file = file;

    this.text = file.text;
    this.#addressed = this.text.includes('pigstyc:');
    if (this.text.charCodeAt(0) === 0xfeff) this.at = this.lineStart = 1;
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  span(start: number, end: number): Span {
    return { file: this.file, start, end: Math.min(Math.max(end, start), this.text.length) };
  }

  /** `---` or `...` alone at the beginning of a line. */
  get atDocumentMarker(): boolean {
    if (this.at !== this.lineStart) return false;
    const code = this.code();
    if (code !== CHAR.dash && code !== CHAR.dot) return false;
    return this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3));
  }

  /** The character here is the indicator `code` followed by a blank or the end of the line. */
  atIndicator(code: number): boolean {
    return this.code() === code && isBlankOrEnd(this.code(1));
  }

  /** Moves over one line break (`\r\n` counts as one). */
  newline(): void {
    if (this.code() === CHAR.cr && this.code(1) === CHAR.lf) this.at++;
    this.at++;
    this.lineStart = this.at;
  }

  /** Moves over blanks, comments and line breaks to the next token. Stops at a tab where only spaces may indent. */
  skip(): void {
    for (;;) {
      let code = this.code();
      while (code === CHAR.space || (code === CHAR.tab && this.#tabSeparates)) {
        this.at++;
        code = this.code();
      }
      if (code === CHAR.hash) this.skipComment();
      if (!isBreak(this.code())) return;
      this.newline();
      if (this.flowDepth === 0) this.atFreshPlace = true;
    }
  }

  get #tabSeparates(): boolean {
    return this.flowDepth > 0 || !this.atFreshPlace || this.at < this.blankUpTo;
  }

  skipToLineEnd(): void {
    while (!this.done && !isBreak(this.code())) this.at++;
  }

  /** The parser may pass a comment twice when it looks ahead. */
  skipComment(): void {
    const start = this.at;
    this.skipToLineEnd();
    if (!this.#addressed || start <= (this.comments.at(-1)?.start ?? -1)) return;
    const from = addressedFrom(this.text.slice(start, this.at));
    if (from !== -1) this.comments.push(this.span(start + from, this.lineEnd(start)));
  }

  /** Offset of the next character of this line that is not a blank. */
  afterBlanks(from = this.at): number {
    let at = from;
    while (isBlank(this.text.charCodeAt(at))) at++;
    return at;
  }

  /** End of the line that contains `offset`, without trailing blanks. */
  lineEnd(offset: number): number {
    let end = offset;
    while (end < this.text.length && !isBreak(this.text.charCodeAt(end))) end++;
    while (end > offset && isBlank(this.text.charCodeAt(end - 1))) end--;
    return end;
  }

  /** First offset of the line that contains `offset`. */
  lineStartOf(offset: number): number {
    let start = offset;
    while (start > 0 && !isBreak(this.text.charCodeAt(start - 1))) start--;
    return start;
  }
}
