import { requireTrimmedLine, UnrepresentableError } from './unrepresentable.ts';

/** A value in pgbackrest.conf: the rest of the line, trimmed, never empty, no quoting; `#` starts a comment only at the start of a line. */
export function iniValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'y' : 'n';
  const text = requireTrimmedLine('pgbackrest.conf', String(value));
  if (text === '') throw new UnrepresentableError('pgbackrest.conf', 'an empty value', text);
  return text;
}

/**
 * A value in grafana.ini (go-ini): `#` and `;` start comments and a final backslash continues a line, unless the value is in
 * triple quotes. `${…}`, `$__provider{…}` and `%(key)s` are expanded even then.
 */
export function grafanaIniValue(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  requireTrimmedLine('grafana.ini', value);
  if (/\$(__\w+)?\{|%\([^)]*\)s/.test(value))
    throw new UnrepresentableError('grafana.ini', 'an expression (`${…}`, `$__…{…}`, `%(…)s`)', value);
  if (!/[#;`"'\\]/.test(value)) return value;
  if (value.includes('"""') || value.endsWith('"'))
    throw new UnrepresentableError('grafana.ini', 'a quote that would end the value', value);
  return `"""${value}"""`;
}
