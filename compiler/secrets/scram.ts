import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { saslprep } from './saslprep.ts';

/** PostgreSQL's own default (`scram_iterations`). */
export const SCRAM_ITERATIONS = 4096;

/**
 * SCRAM-SHA-256 verifier in the form of pg_authid.rolpassword (RFC 5802, RFC 7677):
 * `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`.
 */
export function scramVerifier(password: string, salt: Uint8Array, iterations: number = SCRAM_ITERATIONS): string {
  const salted = pbkdf2Sync(saslprep(password), salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${Buffer.from(salt).toString('base64')}$${storedKey}:${serverKey}`;
}

export function isMd5Hash(password: string): boolean {
  return /^md5[0-9a-f]{32}$/.test(password);
}

export function isScramVerifier(password: string): boolean {
  return /^SCRAM-SHA-256\$\d+:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/.test(
    password,
  );
}

/** True when PostgreSQL would store this text as it is: a SCRAM verifier or an MD5 hash. */
export function isPasswordHash(password: string): boolean {
  return isMd5Hash(password) || isScramVerifier(password);
}
