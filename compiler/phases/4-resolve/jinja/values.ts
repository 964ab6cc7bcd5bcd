/** Values of expressions: texts, numbers, booleans, null, arrays, maps; members of the last two may be secret. */
import { open, spend, spendText } from './work.ts';

/** The value of a name or member that does not exist; only tests and `default` accept it. */
export const UNDEFINED: unique symbol = Symbol('undefined');

/** A mapping whose values are found when asked for: `hostvars` and one host's variables. */
export class LazyMap {
  readonly get: (key: string) => unknown;

  constructor(get: (key: string) => unknown) {
    this.get = get;
  }
}

/** An operation got something it cannot work with; the text says what it wants. */
export class FilterProblem extends Error {}

/** Python's truth: empty texts, lists and maps, zero and none are false. */
export function truth(tested: unknown): boolean {
  const value = open(tested);
  if (value === UNDEFINED) return false;
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Map ? value.size > 0 : Boolean(value);
}

/** Python's `==`. */
export function equal(left: unknown, right: unknown): boolean {
  const [a, b] = [open(left), open(right)];
  spend(1);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key)));
  if (typeof a === 'boolean' && typeof b === 'number') return Number(a) === b;
  if (typeof a === 'number' && typeof b === 'boolean') return a === Number(b);
  return a === b;
}

/** Python's `str()`, as Jinja prints values: `True`, `['a', 1]`, and nothing for none. */
export function pythonText(printed: unknown): string {
  const value = open(printed);
  if (value === null || value === UNDEFINED) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof LazyMap) throw new FilterProblem('cannot print a mapping of hosts, groups or variables');
  const text = typeof value === 'object' ? pythonLiteral(value) : String(value);
  spendText(text.length);
  return text;
}

function pythonLiteral(printed: unknown): string {
  const value = open(printed);
  spend(1);
  if (value === null) return 'None';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...value].map(([key, item]) => `${pythonLiteral(key)}: ${pythonLiteral(item)}`).join(', ')}}`;
  if (typeof value === 'string')
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replace(/[\\']/g, '\\$&')}'`;
  return pythonText(value);
}
