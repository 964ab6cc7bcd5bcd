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
