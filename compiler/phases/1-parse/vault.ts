import { createRequire } from 'node:module';

export type VaultAnswer =
  | { readonly plain: string }
  | { readonly problem: 'vault-password-missing' | 'vault-password-wrong' | 'vault-malformed' };

const HEADER = /^\$ANSIBLE_VAULT;1\.[12];AES256(?:;[^\r\n;]*)?[ \t]*\r?\n/;
/** True for a text that is encrypted as a whole. */
export function isVault(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;');
}

const ITERATIONS = 10_000;

/** Loading the module takes longer than reading an inventory, and few have encrypted values. */
function crypto(): typeof import('node:crypto') {
  return createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');
}

/**
 * Opens `!vault` values with the first password that fits. The format is Ansible's 1.1 and 1.2 (which adds a label): hex of three
 * lines of hex (salt, HMAC-SHA256 of the ciphertext, AES-256-CTR ciphertext with PKCS#7 padding); keys by PBKDF2.
 */
export function vaultOpener(passwords: readonly string[]): (envelope: string) => VaultAnswer {
  const answers = new Map<string, VaultAnswer>();
  return (envelope) => {
    const known = answers.get(envelope);
    if (known !== undefined) return known;
    const answer = open(envelope, passwords);
    answers.set(envelope, answer);
    return answer;
  };
}

function open(envelope: string, passwords: readonly string[]): VaultAnswer {
  const header = HEADER.exec(envelope);
  const outer = header === null ? undefined : unhex(envelope.slice(header[0].length).replace(/\s+/g, ''));
  const parts = outer?.toString('latin1').split('\n').map(unhex);
  if (parts?.length !== 3 || parts.includes(undefined)) return { problem: 'vault-malformed' };
  if (passwords.length === 0) return { problem: 'vault-password-missing' };
  const [salt, mac, cipher] = parts as [Buffer, Buffer, Buffer];
  const { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } = crypto();
  for (const password of passwords) {
    const keys = pbkdf2Sync(password, salt, ITERATIONS, 80, 'sha256');
    const expected = createHmac('sha256', keys.subarray(32, 64)).update(cipher).digest();
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) continue;
    const decipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
    const padded = Buffer.concat([decipher.update(cipher), decipher.final()]);
    const padding = padded.at(-1) ?? 0;
    return { plain: padded.subarray(0, padded.length - padding).toString('utf8') };
  }
  return { problem: 'vault-password-wrong' };
}

function unhex(text: string): Buffer | undefined {
  return /^(?:[0-9a-fA-F]{2})*$/.test(text) ? Buffer.from(text, 'hex') : undefined;
}
