import { requireLine } from './unrepresentable.ts';

/** A literal field of ~/.pgpass. libpq drops the backslash before any character, so `\*` is a star and not the wildcard. */
export function pgpassField(value: string): string {
  requireLine('.pgpass', value);
  const escaped = value.replace(/[:\\]/g, '\\$&');
  return escaped === '*' || escaped.startsWith('#') ? `\\${escaped}` : escaped;
}

/** One line `host:port:database:user:password`; `*` matches anything except as password. */
export function pgpassLine(
  host: string,
  port: string | number,
  database: string,
  user: string,
  password: string,
): string {
  const selector = (value: string): string => (value === '*' ? value : pgpassField(value));
  return [selector(host), selector(String(port)), selector(database), selector(user), pgpassField(password)].join(':');
}
