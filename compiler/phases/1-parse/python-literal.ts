/** Values of an INI inventory: what Python reads as a literal is one, everything else is a text. */
import type { MapEntry, Node, ScalarNode, ScalarValue, Span } from '../../source/node.ts';

/** The value of a text. All parts of a list or map have the place of the whole. */
export function pythonValue(text: string, span: Span): Node {
  const reader = new LiteralReader(text, span);
  try {
    return reader.whole();
  } catch (error) {
    if (error !== NO_LITERAL) throw error;
    return { kind: 'scalar', value: text, text, style: 'plain', span };
  }
}

const NO_LITERAL = new Error('no literal');
const DEEPEST = 50;

class LiteralReader {
  #at = 0;
  #depth = 0;
  readonly #text: string;
  readonly #span: Span;

  constructor(text: string, span: Span) {
    this.#text = text.replace(/^[ \t]+/, '');
    this.#span = span;
  }

  /** One value, or several with commas, which are a tuple. */
  whole(): Node {
    const first = this.#value();
    const items = this.#sees(',') ? [first, ...this.#items('')] : undefined;
    this.#blank();
    if (this.#at < this.#text.length) throw NO_LITERAL;
    return items === undefined ? first : { kind: 'seq', items, span: this.#span };
  }

  #value(): Node {
    if (++this.#depth > DEEPEST) throw NO_LITERAL;
    const value = this.#sees('[') ? this.#list(']') : this.#sees('(') ? this.#tuple() : this.#simple();
    this.#depth--;
    return value;
  }

  #list(close: string): Node {
    return { kind: 'seq', items: this.#items(close), span: this.#span };
  }

  /** Parentheses around one value are no tuple. */
  #tuple(): Node {
    if (this.#sees(')')) return { kind: 'seq', items: [], span: this.#span };
    const first = this.#value();
    if (this.#sees(')')) return first;
    if (!this.#sees(',')) throw NO_LITERAL;
    return { kind: 'seq', items: [first, ...this.#items(')')], span: this.#span };
  }

  /** Values with commas up to a bracket, or to the end of the text. */
  #items(close: string): readonly Node[] {
    const items: Node[] = [];
    while (!this.#ends(close)) {
      items.push(this.#value());
      if (!this.#sees(',') && !this.#isAt(close)) throw NO_LITERAL;
    }
    return items;
  }

  #ends(close: string): boolean {
    this.#blank();
    return close === '' ? this.#at >= this.#text.length : this.#sees(close);
  }

  #isAt(close: string): boolean {
    this.#blank();
    return close === '' ? this.#at >= this.#text.length : this.#text.startsWith(close, this.#at);
  }

  #simple(): Node {
    if (this.#sees('{')) return this.#map();
    const quoted = this.#strings();
    if (quoted !== undefined) return this.#scalar(quoted, 'single');
    const word = /[+-]?[\w.]+(?:(?<=\d[eE])[+-]\d+)?/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return this.#scalar(wordValue(found), 'plain', found);
  }

  #map(): Node {
    const entries: MapEntry[] = [];
    while (!this.#sees('}')) {
      const key = this.#value();
      if (key.kind !== 'scalar' || !this.#sees(':')) throw NO_LITERAL;
      entries.push({ key, value: this.#value() });
      if (!this.#sees(',') && !this.#isAt('}')) throw NO_LITERAL;
    }
    return { kind: 'map', entries, span: this.#span };
  }

  /** Texts that stand one after the other are one. */
  #strings(): string | undefined {
    let all: string | undefined;
    for (;;) {
      this.#blank();
      const next = /([rRuUbB]{0,2})('''(?:[^\\]|\\.)*?'''|"""(?:[^\\]|\\.)*?"""|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/y;
      next.lastIndex = this.#at;
      const [whole, prefix, literal] = next.exec(this.#text) ?? [];
      if (whole === undefined) return all;
      this.#at = next.lastIndex;
      const marks = /^('''|""")/.test(literal!) ? 3 : 1;
      const inner = literal!.slice(marks, -marks);
      all = (all ?? '') + (/r/i.test(prefix!) ? inner : unescaped(inner));
    }
  }

  #scalar(value: ScalarValue, style: ScalarNode['style'], text = String(value)): ScalarNode {
    return { kind: 'scalar', value, text, style, span: this.#span };
  }

  #sees(token: string): boolean {
    this.#blank();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #blank(): void {
    const blank = /[ \t\f]*(?:#.*$)?/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)?.[0].length ?? 0;
  }
}

function wordValue(word: string): ScalarValue {
  if (word === 'True' || word === 'False') return word === 'True';
  if (word === 'None') return null;
  const [, sign, digits] = /^([+-]?)(.*)$/.exec(word)!;
  const plain = digits!.replace(/(?<=[\da-fA-FxXoObB])_(?=[\da-fA-F])/g, '');
  if (
    !/^(?:0+|[1-9]\d*|0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d*\.\d+|\d+\.\d*|(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+)$/.test(
      plain,
    )
  )
    throw NO_LITERAL;
  return (sign === '-' ? -1 : 1) * Number(plain);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function unescaped(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|(.))/gs,
    (whole, x?: string, u?: string, U?: string, octal?: string, letter?: string) => {
      const hex = x ?? u ?? U;
      if (hex !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff));
      return octal === undefined ? (ESCAPES[letter!] ?? whole) : String.fromCharCode(Number.parseInt(octal, 8));
    },
  );
}
