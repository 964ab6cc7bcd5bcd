/** Values of expressions: texts, numbers, booleans, null, arrays, maps. */

/** The value of a name or member that does not exist; only tests and `default` accept it. */
export const UNDEFINED: unique symbol = Symbol('undefined');

/** Python's truth: empty texts, lists and maps, zero and none are false. */
export function truth(value: unknown): boolean {
  if (value === UNDEFINED) return false;
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Map ? value.size > 0 : Boolean(value);
}

/** Python's `==`. */
export function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (a instanceof Map && b instanceof Map)
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && equal(value, b.get(key)));
  if (typeof a === 'boolean' && typeof b === 'number') return Number(a) === b;
  if (typeof a === 'number' && typeof b === 'boolean') return a === Number(b);
  return a === b;
}

/** Python's `str()`, as Jinja prints values: `True`, `['a', 1]`, and nothing for none. */
export function pythonText(value: unknown): string {
  if (value === null || value === UNDEFINED) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'object' ? pythonLiteral(value) : String(value);
}

function pythonLiteral(value: unknown): string {
  if (value === null) return 'None';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...value].map(([key, item]) => `${pythonLiteral(key)}: ${pythonLiteral(item)}`).join(', ')}}`;
  if (typeof value === 'string')
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replace(/[\\']/g, '\\$&')}'`;
  return pythonText(value);
}
