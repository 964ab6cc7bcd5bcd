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

/** `postgresql://` URI; user, password and database are percent-encoded. Of several hosts the first one that answers is taken. */
export function postgresUri(parts: {
  readonly user: string;
  readonly password?: string | undefined;
  readonly host: string | readonly string[];
  readonly port: number;
  readonly database: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
}): string {
  const login = parts.password === undefined ? encode(parts.user) : `${encode(parts.user)}:${encode(parts.password)}`;
  return `postgresql://${login}@${places(parts)}/${encode(parts.database)}${queryOf(parts.query ?? {})}`;
}

/** The same for the JDBC driver, which takes user and password as parameters. */
export function jdbcUrl(parts: Parameters<typeof postgresUri>[0]): string {
  const { user, password, query } = parts;
  const login = password === undefined ? { user } : { user, password };
  return `jdbc:postgresql://${places(parts)}/${encode(parts.database)}${queryOf({ ...login, ...query })}`;
}

function places({ host, port }: Parameters<typeof postgresUri>[0]): string {
  return [host]
    .flat()
    .map((one) => `${one}:${port}`)
    .join(',');
}

function queryOf(query: Readonly<Record<string, string>>): string {
  const text = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return text.length === 0 ? '' : `?${text.join('&')}`;
}

function encode(text: string): string {
  return encodeURIComponent(requireText('connection URI', text)).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
