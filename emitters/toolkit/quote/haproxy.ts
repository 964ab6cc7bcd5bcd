import { requireLine } from './unrepresentable.ts';

const PLAIN = /^[A-Za-z0-9_./:@%+,=*?&()-]+$/;

/** One argument of an HAProxy line. Single quotes take everything literally, also `$`, `#` and `\`. */
export function haproxyWord(value: string): string {
  requireLine('haproxy.cfg', value);
  return PLAIN.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
