import { requireLine, requireTrimmedLine, UnrepresentableError } from './unrepresentable.ts';

/** A value in pgbouncer.ini: the rest of the line, blanks trimmed, no quoting and no escapes. */
export function pgbouncerValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return requireTrimmedLine('pgbouncer.ini', String(value));
}

/**
 * A key of `[databases]` or `[users]`; `*` is the fallback entry. The documentation mentions names in double quotes, but the
 * parser of every release up to now refuses them (pgbouncer issue 971), so a name has letters, digits, `_`, `.` and `-` only.
 */
export function pgbouncerName(name: string): string {
  if (name === '*' || isPgbouncerName(name)) return name;
  throw new UnrepresentableError(
    'pgbouncer.ini',
    'a name with other characters than letters, digits, `_`, `.` and `-`',
    name,
  );
}

/** Whether PgBouncer can have an entry of that name. */
export function isPgbouncerName(name: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(name);
}

/** A value inside an entry of `[databases]`: PgBouncer undoes a doubled quote and nothing else, and refuses the file for an empty value. */
export function pgbouncerEntryValue(value: string): string {
  requireLine('pgbouncer.ini', value);
  if (value === '') throw new UnrepresentableError('pgbouncer.ini', 'an empty value', value);
  return !/[\s']/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}

/** A longer name is cut off, or makes PgBouncer drop the rest of a user list. */
function requireUser(grammar: string, name: string): string {
  if (Buffer.byteLength(name) > 127) throw new UnrepresentableError(grammar, 'a user name longer than 127 bytes', name);
  return name;
}

/** `name = key=value key=value`; undefined entries are left out. */
export function pgbouncerEntry(
  name: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const pairs = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [`${key}=${pgbouncerEntryValue(key === 'user' ? requireUser('pgbouncer.ini', String(value)) : String(value))}`],
  );
  return `${pgbouncerName(name)} = ${pairs.join(' ')}`.trimEnd();
}

/** A line of userlist.txt: `"user" "password"`, a quote doubled. */
export function userlistLine(user: string, password: string): string {
  const quote = (text: string): string => `"${requireLine('userlist.txt', text).replaceAll('"', '""')}"`;
  if (Buffer.byteLength(password) > 2000)
    throw new UnrepresentableError('userlist.txt', 'a password longer than 2,000 bytes', password);
  return `${quote(requireUser('userlist.txt', user))} ${quote(password)}`;
}
