import { requireText } from './unrepresentable.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\\': '\\\\',
  "'": "''",
};

/** A value in postgresql.conf: numbers and booleans bare, strings in single quotes with the escapes the GUC scanner undoes. */
export function pgConfValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(value);
  return `'${requireText('postgresql.conf', value).replace(/[\n\r\t\x08\f\\']/g, (c) => ESCAPES[c]!)}'`;
}
