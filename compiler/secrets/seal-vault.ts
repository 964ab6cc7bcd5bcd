import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';

const ITERATIONS = 10_000;
const BLOCK = 16;
const LINE = 80;

/** A text as a vault of Ansible's format 1.1, which its programs open and change. */
export function sealVault(plain: string, password: string, random: (length: number) => Uint8Array): string {
  const salt = Buffer.from(random(32));
  const keys = pbkdf2Sync(password, salt, ITERATIONS, 80, 'sha256');
  const text = Buffer.from(plain, 'utf8');
  const padding = BLOCK - (text.length % BLOCK);
  const cipher = createCipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
  const sealed = Buffer.concat([cipher.update(Buffer.concat([text, Buffer.alloc(padding, padding)])), cipher.final()]);
  const mac = createHmac('sha256', keys.subarray(32, 64)).update(sealed).digest();
  const parts = [salt, mac, sealed].map((part) => part.toString('hex')).join('\n');
  const lines = Buffer.from(parts, 'latin1')
    .toString('hex')
    .match(new RegExp(`.{1,${LINE}}`, 'g'))!;
  return `$ANSIBLE_VAULT;1.1;AES256\n${lines.join('\n')}\n`;
}
