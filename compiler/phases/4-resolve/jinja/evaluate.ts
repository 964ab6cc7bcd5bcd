import { MASK } from '../../../diagnostics/frame.ts';
import { FILTERS, TESTS } from './filters.ts';
import { type Expression, JinjaProblem, Keyword, parseTemplate, type Segment } from './parse.ts';
import { equal, FilterProblem, LazyMap, pythonText, truth, UNDEFINED } from './values.ts';
import { LONGEST_SOURCE, open, operation, spendItems, spendText, Tainted, TooMuch } from './work.ts';

/** What names mean. `undefined` for a name that does not exist. */
export type Lookup = (name: string) => unknown;

const parsed = new Map<string, readonly Segment[]>();

/**
 * The value of a text with `{{ … }}`. A text that is one expression keeps the expression's type; otherwise the results are
 * printed into the text as Python prints them. What was made from a secret comes {@link Tainted}. Throws {@link JinjaProblem}.
 */
export function evaluateTemplate(text: string, lookup: Lookup): unknown {
  try {
    const segments = segmentsOf(text);
    const results = segments.map((segment) => ('text' in segment ? segment.text : evaluateSegment(segment, lookup)));
    if (results.length === 1) return results[0];
    return operation(
      () => {
        const texts = results.map(pythonText);
        spendText(texts.reduce((sum, part) => sum + part.length, 0));
        return texts.join('');
      },
      (problem) => problem,
    );
  } catch (problem) {
    if (problem instanceof FilterProblem) throw new JinjaProblem('jinja-failed', problem.message, 0, text.length);
    if (problem instanceof TooMuch) throw new JinjaProblem('expression-too-large', problem.message, 0, text.length);
    throw problem;
  }
}

function segmentsOf(text: string): readonly Segment[] {
  if (text.length > LONGEST_SOURCE) throw new TooMuch(`it is longer than ${LONGEST_SOURCE} characters`);
  let segments = parsed.get(text);
  if (segments === undefined) parsed.set(text, (segments = parseTemplate(text)));
  return segments;
}

function evaluateSegment({ expression, start, end }: Exclude<Segment, { text: string }>, lookup: Lookup): unknown {
  const value = new Evaluator(lookup, start, end).run(expression);
  if (value === UNDEFINED || value instanceof LazyMap)
    throw new JinjaProblem('jinja-failed', 'it has no value', start, end);
  return value;
}

/** The single variable a text consists of (`{{ name }}`), or undefined. */
export function loneVariable(text: string): string | undefined {
  return /^\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}$/.exec(text)?.[1];
}

class Evaluator {
  readonly #lookup: Lookup;
  /** The name whose missing value is being carried along, for the message. */
  #missing: { readonly name: string; readonly at: number } | undefined;

  readonly #start: number;
  readonly #end: number;

  constructor(lookup: Lookup, start: number, end: number) {
    this.#lookup = lookup;
    this.#start = start;
    this.#end = end;
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
    return operation(
      () => this.#measured(e),
      (problem) =>
        problem instanceof JinjaProblem ? new JinjaProblem(problem.slug, MASK, problem.start, problem.end) : problem,
    );
  }

  /** What an operation made, when it is not too much; a complaint says where. */
  #measured(e: Expression): unknown {
    try {
      const value = this.#compute(e);
      if (typeof value === 'string') spendText(value.length);
      if (Array.isArray(value)) spendItems(value.length);
      return value;
    } catch (problem) {
      if (!(problem instanceof FilterProblem)) throw problem;
      const [from, to] =
        e.kind === 'filter' || e.kind === 'test' ? [e.at, e.at + e.name.length] : [this.#start, this.#end];
      const subject = e.kind === 'filter' || e.kind === 'test' ? `\`${e.name}\` ` : '';
      throw new JinjaProblem('jinja-failed', `${subject}${problem.message}`, from, to);
    }
  }

  #compute(e: Expression): unknown {
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
        return new Map(e.entries.map(([key, value]) => [this.#key(key), this.run(value)]));
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

  /** Keys are shown wherever a map is, so that none may be secret. */
  #key(e: Expression): unknown {
    const key = this.run(e);
    if (key instanceof Tainted) throw new FilterProblem('a secret cannot be a key');
    return key;
  }

  #absent(name: string, at: number): typeof UNDEFINED {
    this.#missing = { name, at };
    return UNDEFINED;
  }

  #member(e: Expression & { kind: 'member' }): unknown {
    const of = open(this.run(e.of));
    const written = this.run(e.key);
    const key = open(written);
    const name = pythonText(key);
    // It is named when nothing is found, which may be said much later.
    const absent = (): typeof UNDEFINED => this.#absent(written instanceof Tainted ? MASK : name, e.at);
    if (of instanceof Map) return of.get(key) ?? of.get(name) ?? absent();
    if (of instanceof LazyMap) return of.get(name) ?? absent();
    if (Array.isArray(of) || typeof of === 'string')
      return (typeof key === 'number' ? of.at(key) : undefined) ?? absent();
    return absent();
  }

  #binary({ operator, left, right, at }: Expression & { kind: 'binary' }): unknown {
    const first = this.run(left);
    if (operator === 'and') return truth(first) ? this.run(right) : first;
    if (operator === 'or') return truth(first) ? first : this.run(right);
    const [a, b] = [open(first), open(this.run(right))];
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

  #number(given: unknown, operator: string, at: number): number {
    const value = open(given);
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
    return e.kind === 'filter' ? FILTERS[e.name]!(value, args, named) : TESTS[e.name]!(value, args) !== e.negated;
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
