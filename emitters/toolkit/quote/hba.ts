import { requireLine, UnrepresentableError } from './unrepresentable.ts';

/** A longer token is cut off by the server. */
const MAX_BYTES = 10_000;
const PLAIN = /^[A-Za-z0-9_.:/+*%-]+$/;

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

/** A token of pg_hba.conf that may be a keyword or carry a meaning (`all`, `replication`, `+role`, an address). */
export function hbaToken(value: string): string {
  requireLine('pg_hba.conf', value);
  if (value === '') throw new UnrepresentableError('pg_hba.conf', 'an empty field', value);
  if (value.length * 3 > MAX_BYTES && Buffer.byteLength(value) > MAX_BYTES)
    throw new UnrepresentableError('pg_hba.conf', 'a field longer than 10,000 bytes', value);
  return PLAIN.test(value) ? value : quoted(value);
}
