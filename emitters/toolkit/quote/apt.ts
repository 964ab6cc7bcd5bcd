import { requireText, UnrepresentableError } from './unrepresentable.ts';

/** The value of an option in a line of a source list (sources.list(5)), which has no quotes. */
export function aptOption(value: string): string {
  requireText('apt source list', value);
  if (!/^[^\s\]"']+$/.test(value))
    throw new UnrepresentableError('apt source list', 'blanks, quotes or `]` in an option', value);
  return value;
}
