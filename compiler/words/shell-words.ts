/** A word of a line, without its quotes. */
export interface Word {
  readonly text: string;
  /** Half-open range in the line, quotes included. */
  readonly start: number;
  readonly end: number;
}

export interface Words {
  readonly words: readonly Word[];
  /** Where a comment begins. */
  readonly comment: number | undefined;
  /** Where a quote begins that nothing closes. */
  readonly open: number | undefined;
}

/** A line divided as a shell divides it; `#` begins a comment wherever it is not quoted. */
export function shellWords(line: string): Words {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at++;
    if (at >= line.length) return { words, comment: undefined, open: undefined };
    const start = at;
    let text = '';
    while (at < line.length && !/[\s#]/.test(line[at]!)) {
      const piece = quotedPiece(line, at);
      if (piece === undefined) return { words, comment: undefined, open: at };
      text += piece.text;
      at += piece.length;
    }
    if (at > start) words.push({ text, start, end: at });
    if (line[at] === '#') return { words, comment: at, open: undefined };
  }
}

/** What stands at a place up to the end of its quotes; undefined when they are not closed. */
function quotedPiece(line: string, at: number): { readonly text: string; readonly length: number } | undefined {
  const rest = line.slice(at);
  if (rest.startsWith("'")) {
    const [whole, text] = /^'([^']*)'/.exec(rest) ?? [];
    return whole === undefined ? undefined : { text: text!, length: whole.length };
  }
  if (rest.startsWith('"')) {
    const [whole, text] = /^"((?:[^"\\]|\\[^])*)"/.exec(rest) ?? [];
    return whole === undefined ? undefined : { text: text!.replace(/\\(["\\])/g, '$1'), length: whole.length };
  }
  if (rest.startsWith('\\')) return rest.length === 1 ? undefined : { text: rest[1]!, length: 2 };
  return { text: rest[0]!, length: 1 };
}

/** The commands of a script as their words. One that ends with a backslash, or within quotes, goes on in the next line. */
export function* statements(script: string): Generator<readonly string[]> {
  let before = '';
  for (const line of script.split('\n')) {
    const text = before + line;
    if (text.endsWith(' \\')) {
      before = text.slice(0, -1);
      continue;
    }
    const { words, open } = shellWords(text);
    before = open === undefined ? '' : `${text}\n`;
    if (open === undefined) yield words.map((word) => word.text);
  }
}
