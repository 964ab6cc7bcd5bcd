import { createHmac } from 'node:crypto';
import { report } from '../diagnostics/report.ts';
import type { Host } from '../host.ts';
import type { Result } from '../result.ts';

/**
 * The key of this working copy. Fingerprints of secrets and salts of verifiers are HMACs with it: without the key a
 * fingerprint says nothing about a password, with it a rotated password shows as a changed line.
 */
export class LocalKey {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** HMAC-SHA-256 of a purpose and some parts; a different purpose gives an unrelated value. */
  hmac(purpose: string, ...parts: readonly string[]): Buffer {
    const mac = createHmac('sha256', this.#key).update(purpose);
    for (const part of parts) mac.update(`\0${Buffer.byteLength(part)}:`).update(part);
    return mac.digest();
  }
}

/** Committed beside an example inventory, so that a fresh clone rebuilds the same bundle. Never for real passwords. */
export const DEMO_KEY_FILE = '.pigstyc-demo-key';
export const KEY_DIRECTORY = '.pigstyc';
const KEY_BYTES = 32;

/**
 * Key beside the inventory: `.pigstyc/key` (private, git-ignored), else the committed demo key, else a new one is created.
 * Text form: hexadecimal. A file that holds anything else is an error and not replaced: another key changes every fingerprint.
 */
export function loadLocalKey(host: Host, inventoryDirectory: string): Result<LocalKey | undefined> {
  const file = `${inventoryDirectory}/${KEY_DIRECTORY}/key`;
  for (const path of [file, `${inventoryDirectory}/${DEMO_KEY_FILE}`]) {
    if (host.stat(path) === undefined) continue;
    const key = parseKey(Buffer.from(host.readFile(path)).toString('latin1'));
    return key === undefined ? [undefined, [report('bad-local-key', undefined, { path })]] : [new LocalKey(key), []];
  }
  const key = host.randomBytes(KEY_BYTES);
  host.mkdir(`${inventoryDirectory}/${KEY_DIRECTORY}`, 0o700);
  host.writeFile(`${inventoryDirectory}/${KEY_DIRECTORY}/.gitignore`, '*\n', 0o644);
  host.writeFile(file, `${Buffer.from(key).toString('hex')}\n`, 0o600);
  return [new LocalKey(key), []];
}

function parseKey(text: string): Uint8Array | undefined {
  const hex = text.trim();
  return /^[0-9a-f]+$/i.test(hex) && hex.length === KEY_BYTES * 2 ? Buffer.from(hex, 'hex') : undefined;
}
