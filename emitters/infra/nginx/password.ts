import { createHash } from 'node:crypto';
import type { Secret, SecretSink } from '../../../compiler/model/secret.ts';
import { requireText, UnrepresentableError } from '../../toolkit/quote/index.ts';

/**
 * Users of `auth: true` portal entries. nginx reads salted SHA-1 (`{SSHA}`) on every libc; the salt is made of the user's
 * name, so that the file is the same in every build.
 */
export function htpasswd(users: ReadonlyMap<string, Secret>, secrets: SecretSink): string {
  const lines = [...users].map(([user, password]) => {
    if (/[:\s]/.test(user)) throw new UnrepresentableError('.htpasswd', 'a user name with a colon or a blank', user);
    const salt = createHash('sha256').update(`nginx user ${user}`).digest().subarray(0, 8);
    const hash = secrets.derive(password, 'ssha', (plain) => {
      const digest = createHash('sha1').update(requireText('.htpasswd', plain)).update(salt).digest();
      return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`;
    });
    return `${user}:${hash}\n`;
  });
  return lines.length === 0 ? '\n' : lines.join('');
}
