import { requireLine, UnrepresentableError } from './unrepresentable.ts';

/** One word of keepalived.conf. Quotes keep blanks, `#` and `!`; there is no escape for a quote, and `${` starts a reference. */
export function keepalivedWord(value: string): string {
  requireLine('keepalived.conf', value);
  if (value.includes('"')) throw new UnrepresentableError('keepalived.conf', 'a double quote', value);
  // Even in quotes it begins or ends a block.
  if (value === '{' || value === '}') throw new UnrepresentableError('keepalived.conf', 'a brace alone', value);
  if (/\$[A-Za-z_{]/.test(value)) throw new UnrepresentableError('keepalived.conf', 'a `$` followed by a name', value);
  return /^[A-Za-z0-9_./:%+,=-]+$/.test(value) ? value : `"${value}"`;
}
