import { UnrepresentableError } from './unrepresentable.ts';

const PLAIN = /^[A-Za-z0-9_./:@%+,=*-]+$/;
const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** An argument of a redis.conf directive: bare or in double quotes with Redis' escapes. Any control character has a `\xHH` form. */
export function redisString(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new UnrepresentableError('redis.conf', 'an unpaired surrogate', value);
  if (PLAIN.test(value)) return value;
  const body = value.replace(
    /["\\\u0000-\u001f\u007f]/g,
    (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${body}"`;
}
