import { requireText, UnrepresentableError } from './unrepresentable.ts';

const PLAIN = /^[A-Za-z0-9_./:@%+,-]+$/;

/** One word of a POSIX shell command: bare when nothing in it is special, else in single quotes. */
export function bashWord(value: string): string {
  requireText('bash', value);
  if (PLAIN.test(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A command line from its words. */
export function bashCommand(words: readonly string[]): string {
  return words.map(bashWord).join(' ');
}

/** `export NAME=value` for /etc/profile.d and .bash_profile. */
export function shellProfileExport(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new UnrepresentableError('shell profile', 'a variable name that is no identifier', name);
  return `export ${name}=${bashWord(value)}`;
}
