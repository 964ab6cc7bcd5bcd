import { FilterProblem, FILTERS, TESTS } from './filters.ts';
import { type Expression, JinjaProblem, Keyword, parseTemplate, type Segment } from './parse.ts';
import { equal, pythonText, truth, UNDEFINED } from './values.ts';

/** What names mean. `undefined` for a name that does not exist. */
export type Lookup = (name: string) => unknown;

const parsed = new Map<string, readonly Segment[]>();

/**
 * The value of a text with `{{ … }}`. A text that is one expression keeps the expression's type; otherwise the results are
 * printed into the text as Python prints them. Throws {@link JinjaProblem}.
 */
export function evaluateTemplate(text: string, lookup: Lookup): unknown {
  let segments = parsed.get(text);
  if (segments === undefined) parsed.set(text, (segments = parseTemplate(text)));
  const results = segments.map((segment) => {
    if ('text' in segment) return segment.text;
    const value = new Evaluator(lookup).run(segment.expression);
    if (value === UNDEFINED) throw new JinjaProblem('jinja-failed', 'it has no value', segment.start, segment.end);
    return value;
  });
  return results.length === 1 ? results[0] : results.map(pythonText).join('');
}

/** The single variable a text consists of (`{{ name }}`), or undefined. */
export function loneVariable(text: string): string | undefined {
  return /^\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}$/.exec(text)?.[1];
}

class Evaluator {
  readonly #lookup: Lookup;
  /** The name whose missing value is being carried along, for the message. */
  #missing: { readonly name: string; readonly at: number } | undefined;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** Evaluates; a missing variable that nothing has caught is reported with its name. */
  run(expression: Expression): unknown {
    const value = this.#evaluate(expression);
    return value === UNDEFINED ? this.#fail() : value;
  }

  #fail(): never {
    const { name, at } = this.#missing!;
    throw new JinjaProblem('jinja-undefined', name, at, at + name.length);
  }

  #evaluate(e: Expression): unknown {
    switch (e.kind) {
      case 'literal':
        return e.value;
      case 'name': {
        const value = this.#lookup(e.name);
        return value === undefined ? this.#absent(e.name, e.at) : value;
      }
      case 'list':
        return e.items.map((item) => this.run(item));
      case 'dict':
        return new Map(e.entries.map(([key, value]) => [this.run(key), this.run(value)]));
      case 'member':
        return this.#member(e);
      case 'unary': {
        if (e.operator === 'not') return !truth(this.run(e.of));
        const value = this.#number(this.run(e.of), e.operator, 0);
        return e.operator === '-' ? -value : value;
      }
      case 'binary':
        return this.#binary(e);
      case 'if':
        return truth(this.run(e.condition))
          ? this.#evaluate(e.then)
          : e.otherwise === undefined
            ? ''
            : this.#evaluate(e.otherwise);
      case 'filter':
      case 'test':
        return this.#apply(e);
    }
  }

  #absent(name: string, at: number): typeof UNDEFINED {
    this.#missing = { name, at };
    return UNDEFINED;
  }

  #member(e: Expression & { kind: 'member' }): unknown {
    const of = this.run(e.of);
    const key = this.run(e.key);
    const shown = pythonText(key);
    if (of instanceof Map) return of.get(key) ?? of.get(shown) ?? this.#absent(shown, e.at);
    if (of instanceof LazyMap) return of.get(shown) ?? this.#absent(shown, e.at);
    if (Array.isArray(of) || typeof of === 'string')
      return (typeof key === 'number' ? of.at(key) : undefined) ?? this.#absent(shown, e.at);
    return this.#absent(shown, e.at);
  }

  #binary({ operator, left, right, at }: Expression & { kind: 'binary' }): unknown {
    const a = this.run(left);
    if (operator === 'and') return truth(a) ? this.run(right) : a;
    if (operator === 'or') return truth(a) ? a : this.run(right);
    const b = this.run(right);
    switch (operator) {
      case '~':
        return pythonText(a) + pythonText(b);
      case '==':
        return equal(a, b);
      case '!=':
        return !equal(a, b);
      case 'in':
        return b instanceof LazyMap
          ? b.get(pythonText(a)) !== undefined
          : b instanceof Map
            ? b.has(a)
            : TESTS['in']!(a, [b]);
      case '+':
        if (typeof a === 'string' && typeof b === 'string') return a + b;
        if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
        break;
      case '<':
      case '<=':
      case '>':
      case '>=':
        if (typeof a === 'string' && typeof b === 'string') return compare(operator, a, b);
        break;
    }
    return arithmetic(operator, this.#number(a, operator, at), this.#number(b, operator, at));
  }

  #number(value: unknown, operator: string, at: number): number {
    if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
    throw new JinjaProblem('jinja-failed', `\`${operator}\` does not work on these values`, at, at + operator.length);
  }

  #apply(e: Expression & { kind: 'filter' | 'test' }): unknown {
    const value = this.#evaluate(e.of);
    const args: unknown[] = [];
    const named: Record<string, unknown> = {};
    for (let i = 0; i < e.args.length; i++) {
      const arg = this.run(e.args[i]!);
      if (arg instanceof Keyword) named[arg.name] = this.run(e.args[++i]!);
      else args.push(arg);
    }
    const end = e.at + e.name.length;
    const known = e.kind === 'filter' ? FILTERS : TESTS;
    if (!Object.hasOwn(known, e.name))
      throw new JinjaProblem('jinja-unsupported', `${e.kind} \`${e.name}\``, e.at, end);
    const catches = e.name === 'default' || e.name === 'd' || (e.kind === 'test' && e.name.endsWith('defined'));
    if (value === UNDEFINED && !catches) this.#fail();
    try {
      if (e.kind === 'filter') return FILTERS[e.name]!(value, args, named);
      return TESTS[e.name]!(value, args) !== e.negated;
    } catch (error) {
      if (error instanceof FilterProblem)
        throw new JinjaProblem('jinja-failed', `\`${e.name}\` ${error.message}`, e.at, end);
      throw error;
    }
  }
}

function compare(operator: string, a: string | number, b: string | number): boolean {
  return operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b;
}

function arithmetic(operator: string, a: number, b: number): number | boolean {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
      return Math.floor(a / b);
    case '%':
      return a - b * Math.floor(a / b);
    default:
      return compare(operator, a, b);
  }
}

/** A mapping whose values are found when asked for: `hostvars` and one host's variables. */
export class LazyMap {
  readonly get: (key: string) => unknown;

  constructor(get: (key: string) => unknown) {
    this.get = get;
  }
}
