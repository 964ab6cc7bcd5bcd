import { createRequire } from 'node:module';

/** Loading the tables takes longer than reading an inventory, and few passwords need them. */
function prepare(): typeof import('@mongodb-js/saslprep') {
  return createRequire(import.meta.url)('@mongodb-js/saslprep') as typeof import('@mongodb-js/saslprep');
}

/**
 * SASLprep (RFC 4013) as PostgreSQL applies it to a password: an ASCII password stays as it is, and one that SASLprep
 * prohibits, or of which it leaves nothing, is used unprepared on both sides rather than rejected.
 */
export function saslprep(password: string): string {
  if (/^[\x00-\x7f]*$/.test(password)) return password;
  try {
    return prepare()(password) || password;
  } catch {
    return password;
  }
}
