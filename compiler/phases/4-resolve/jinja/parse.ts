/** Jinja2 expressions as they occur in inventory values: variables, literals, operators, tests, filters, `a if c else b`. */

export type Expression =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: 'not' | '-' | '+'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'filter' | 'test';
      readonly name: string;
      readonly of: Expression;
      readonly args: readonly Expression[];
      readonly negated: boolean;
      readonly at: number;
    }
  | {
      readonly kind: 'if';
      readonly then: Expression;
      readonly condition: Expression;
      readonly otherwise: Expression | undefined;
    };

/** Text and expressions of a template, in order. */
export type Segment =
  | { readonly text: string }
  | { readonly expression: Expression; readonly start: number; readonly end: number };

/** Something in a template that cannot be read or evaluated here; offsets are within the text. */
export class JinjaProblem extends Error {
  readonly slug: 'jinja-syntax' | 'jinja-unsupported' | 'jinja-undefined' | 'jinja-failed' | 'expression-too-large';
  readonly what: string;
  readonly start: number;
  readonly end: number;

  constructor(
    slug: 'jinja-syntax' | 'jinja-unsupported' | 'jinja-undefined' | 'jinja-failed' | 'expression-too-large',
    what: string,
    start: number,
    end: number,
  ) {
    super(what);
    this.slug = slug;
    this.what = what;
    this.start = start;
    this.end = end;
  }
}

/** Splits a text at `{{ … }}`. Comments vanish; statements are not supported in values. */
export function parseTemplate(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  while (from < text.length) {
    const match = /\{\{-?|\{%-?|\{#/g;
    match.lastIndex = from;
    const open = match.exec(text);
    if (open === null) break;
    if (open.index > from) segments.push({ text: text.slice(from, open.index) });
    if (open[0].startsWith('{%'))
      throw new JinjaProblem('jinja-unsupported', '`{% … %}` statements', open.index, open.index + 2);
    if (open[0] === '{#') {
      const close = text.indexOf('#}', open.index);
      if (close === -1) throw new JinjaProblem('jinja-syntax', '`{#` is not closed', open.index, open.index + 2);
      from = close + 2;
      continue;
    }
    const parser = new Parser(text, open.index + open[0].length);
    const expression = parser.expression();
    const end = parser.close(open.index);
    segments.push({ expression, start: open.index, end });
    from = end;
  }
  if (from < text.length) segments.push({ text: text.slice(from) });
  return segments;
}

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(==|!=|<=|>=|\/\/|\*\*|-?\}\}|[-+*/%~|.,:()[\]{}<>]))/y;
const CONSTANTS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** More than this in one expression is a tree too deep to walk. */
const MOST_OPERATORS = 300;
const DEEPEST = 100;

class Parser {
  readonly #text: string;
  #token: Token;
  #operators = 0;
  #depth = 0;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#token = this.#read(from);
  }

  expression(): Expression {
    if (++this.#depth > DEEPEST) throw this.#tooLarge(`it is nested more than ${DEEPEST} levels deep`);
    const then = this.#or();
    const condition = this.#takeName('if') ? this.#or() : undefined;
    const otherwise = condition !== undefined && this.#takeName('else') ? this.expression() : undefined;
    this.#depth--;
    return condition === undefined ? then : { kind: 'if', then, condition, otherwise };
  }

  /** Consumes the closing braces and returns the offset after them. */
  close(open: number): number {
    if (this.#token.text === '}}' || this.#token.text === '-}}') return this.#token.end;
    if (this.#token.kind === 'end') throw new JinjaProblem('jinja-syntax', '`{{` is not closed', open, open + 2);
    throw this.#unexpected();
  }

  /** Operators make the tree deeper without brackets. */
  #count(): void {
    if (++this.#operators > MOST_OPERATORS) throw this.#tooLarge(`it has more than ${MOST_OPERATORS} operators`);
  }

  #tooLarge(what: string): JinjaProblem {
    const { start } = this.#token;
    return new JinjaProblem('expression-too-large', what, start, Math.min(start + 1, this.#text.length));
  }

  #or(): Expression {
    return this.#binary(() => this.#and(), ['or']);
  }

  #and(): Expression {
    return this.#binary(() => this.#not(), ['and']);
  }

  #not(): Expression {
    if (!this.#takeName('not')) return this.#comparison();
    this.#count();
    return { kind: 'unary', operator: 'not', of: this.#not() };
  }

  #comparison(): Expression {
    let left = this.#sum();
    for (;;) {
      const at = this.#token.start;
      if (COMPARISONS.has(this.#token.text) || this.#token.text === 'in') this.#count();
      if (COMPARISONS.has(this.#token.text))
        left = { kind: 'binary', operator: this.#next().text, left, right: this.#sum(), at };
      else if (this.#takeName('in')) left = { kind: 'binary', operator: 'in', left, right: this.#sum(), at };
      else if (this.#token.text === 'not' && this.#token.kind === 'name') {
        this.#count();
        this.#next();
        if (!this.#takeName('in')) throw this.#unexpected();
        left = { kind: 'unary', operator: 'not', of: { kind: 'binary', operator: 'in', left, right: this.#sum(), at } };
      } else return left;
    }
  }

  #sum(): Expression {
    return this.#binary(() => this.#product(), ['+', '-', '~']);
  }

  #product(): Expression {
    return this.#binary(() => this.#unary(), ['*', '/', '//', '%']);
  }

  #binary(operand: () => Expression, operators: readonly string[]): Expression {
    let left = operand();
    while (operators.includes(this.#token.text) && this.#token.kind !== 'string') {
      this.#count();
      const { text, start } = this.#next();
      left = { kind: 'binary', operator: text, left, right: operand(), at: start };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#token.kind === 'operator' && (this.#token.text === '-' || this.#token.text === '+')) {
      this.#count();
      return { kind: 'unary', operator: this.#next().text as '-' | '+', of: this.#unary() };
    }
    return this.#suffixes(this.#primary());
  }

  #suffixes(first: Expression): Expression {
    let of = first;
    for (;;) {
      const { text, kind, start } = this.#token;
      if ((kind === 'operator' && '.[|'.includes(text)) || (kind === 'name' && text === 'is')) this.#count();
      if (kind === 'operator' && text === '.') {
        this.#next();
        const key = this.#next();
        if (key.kind !== 'name' && key.kind !== 'number') throw this.#unexpected(key);
        of = {
          kind: 'member',
          of,
          key: { kind: 'literal', value: key.kind === 'number' ? Number(key.text) : key.text },
          at: key.start,
        };
      } else if (kind === 'operator' && text === '[') {
        this.#next();
        of = { kind: 'member', of, key: this.expression(), at: start };
        this.#expect(']');
      } else if (kind === 'operator' && text === '(')
        throw new JinjaProblem('jinja-unsupported', 'calls', start, start + 1);
      else if (kind === 'operator' && text === '|') {
        this.#next();
        of = this.#applied('filter', of, false);
      } else if (kind === 'name' && text === 'is') {
        this.#next();
        of = this.#applied('test', of, this.#takeName('not'));
      } else return of;
    }
  }

  #applied(kind: 'filter' | 'test', of: Expression, negated: boolean): Expression {
    const token = this.#next();
    if (token.kind !== 'name') throw this.#unexpected(token);
    let name = token.text;
    while (this.#token.text === '.' && this.#token.kind === 'operator') {
      this.#next();
      name += `.${this.#next().text}`;
    }
    return {
      kind,
      name: name.replace(/^ansible\.builtin\./, ''),
      of,
      args: this.#arguments(kind === 'test'),
      negated,
      at: token.start,
    };
  }

  /** `(a, b)`; a test may have one argument without parentheses. Keyword arguments count by position, except `attribute=`. */
  #arguments(bare: boolean): readonly Expression[] {
    const args: Expression[] = [];
    if (!this.#at('(')) {
      const begins =
        this.#token.kind === 'string' ||
        this.#token.kind === 'number' ||
        (this.#token.kind === 'name' && !/^(?:and|or|not|is|in|if|else)$/.test(this.#token.text));
      return bare && begins ? [this.#primary()] : args;
    }
    this.#next();
    while (!this.#at(')')) {
      const keyword = /^([A-Za-z_]\w*)\s*=(?!=)/.exec(this.#text.slice(this.#token.start));
      if (keyword !== null) {
        args.push({ kind: 'literal', value: new Keyword(keyword[1]!) });
        this.#token = this.#read(this.#token.start + keyword[0].length);
      }
      args.push(this.expression());
      if (!this.#at(',')) break;
      this.#next();
    }
    this.#expect(')');
    return args;
  }

  #primary(): Expression {
    const token = this.#next();
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'string') return { kind: 'literal', value: unquote(token.text) };
    if (token.kind === 'name')
      return Object.hasOwn(CONSTANTS, token.text)
        ? { kind: 'literal', value: CONSTANTS[token.text] }
        : { kind: 'name', name: token.text, at: token.start };
    if (token.text === '(') {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#items(']', () => this.expression()) };
    if (token.text === '{') return { kind: 'dict', entries: this.#items('}', () => this.#dictEntry()) };
    throw this.#unexpected(token);
  }

  #dictEntry(): readonly [Expression, Expression] {
    const key = this.expression();
    this.#expect(':');
    return [key, this.expression()];
  }

  #items<T>(close: string, item: () => T): readonly T[] {
    const items: T[] = [];
    while (!this.#at(close)) {
      items.push(item());
      if (!this.#at(',')) break;
      this.#next();
    }
    this.#expect(close);
    return items;
  }

  #takeName(name: string): boolean {
    if (this.#token.kind !== 'name' || this.#token.text !== name) return false;
    this.#next();
    return true;
  }

  #at(operator: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === operator;
  }

  #expect(text: string): void {
    const token = this.#next();
    if (token.kind !== 'operator' || token.text !== text) throw this.#unexpected(token);
  }

  #next(): Token {
    const token = this.#token;
    this.#token = this.#read(token.end);
    return token;
  }

  #read(from: number): Token {
    TOKEN.lastIndex = from;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      const at = from + /^\s*/.exec(this.#text.slice(from))![0].length;
      if (at < this.#text.length)
        throw new JinjaProblem('jinja-syntax', `\`${this.#text[at]}\` is not expected here`, at, at + 1);
      return { kind: 'end', text: '', start: from, end: from };
    }
    const [whole, name, number, string, operator] = match;
    const text = (name ?? number ?? string ?? operator)!;
    const end = from + whole.length;
    const kind =
      name !== undefined ? 'name' : number !== undefined ? 'number' : string !== undefined ? 'string' : 'operator';
    return { kind, text, start: end - text.length, end };
  }

  #unexpected(token = this.#token): JinjaProblem {
    const what = token.kind === 'end' ? 'the expression is incomplete' : `\`${token.text}\` is not expected here`;
    return new JinjaProblem(
      'jinja-syntax',
      what,
      Math.min(token.start, this.#text.length - 1),
      Math.max(token.end, token.start + 1),
    );
  }
}

/** Marks the next argument as given by name. */
export class Keyword {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' };

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, c: string) => ESCAPES[c] ?? (/['"\\]/.test(c) ? c : `\\${c}`));
}
