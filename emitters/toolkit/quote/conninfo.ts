import { requireText } from './unrepresentable.ts';

/** A value of a libpq `key=value` connection string: quoted when empty or when it holds blanks, quotes or backslashes. */
export function conninfoValue(value: string): string {
  requireText('connection string', value);
  if (value !== '' && !/[\s'\\]/.test(value)) return value;
  return `'${value.replace(/['\\]/g, '\\$&')}'`;
}

/** A libpq connection string in the order given; undefined entries are left out. */
export function conninfo(parameters: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(parameters)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${conninfoValue(String(value))}`]))
    .join(' ');
}

/** `postgresql://` URI; user, password and database are percent-encoded. */
export function postgresUri(parts: {
  readonly user: string;
  readonly password?: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
}): string {
  const encode = (text: string): string =>
    encodeURIComponent(requireText('connection URI', text)).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const login = parts.password === undefined ? encode(parts.user) : `${encode(parts.user)}:${encode(parts.password)}`;
  const query = Object.entries(parts.query ?? {})
    .map(([k, v]) => `${encode(k)}=${encode(v)}`)
    .join('&');
  return `postgresql://${login}@${parts.host}:${parts.port}/${encode(parts.database)}${query === '' ? '' : `?${query}`}`;
}
