import { createHmac } from 'node:crypto';
import { report } from '../diagnostics/report.ts';
import type { Host } from '../host/host.ts';
import type { Result } from '../diagnostics/result.ts';

/**
 * The private key of a site. Fingerprints of secrets and salts of verifiers are HMACs with it: without the key a
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

  /** Tells keys apart and nothing about them. */
  get id(): string {
    return this.hmac('key id').toString('hex').slice(0, 32);
  }
}

/** Where a key is: the private one, and the committed one of an example. */
export interface KeyPlace {
  readonly key: string;
  readonly demoKey: string;
}

export interface FoundKey {
  readonly key: LocalKey;
  /** Set for the committed key of an example: the secrets that its file makes public. */
  readonly publicSecrets?: ReadonlySet<string> | undefined;
}

const KEY_BYTES = 32;

/**
 * The private key, else the committed demo key; undefined when there is none. Text form: hexadecimal; a demo key is followed by the secrets
 * it is for, one a line. A file that holds anything else is an error and not replaced: another key changes every fingerprint.
 */
export function readLocalKey(host: Host, place: KeyPlace): Result<FoundKey | undefined> {
  for (const path of [place.key, place.demoKey]) {
    if (host.stat(path) === undefined) continue;
    const [first = '', ...others] = Buffer.from(host.readFile(path)).toString('utf8').split(/\r?\n/);
    const key = parseKey(first);
    if (key === undefined || (path === place.key && (others.join('') !== '' || isGuessable(key))))
      return [undefined, [report('bad-local-key', undefined, { path })]];
    const publicSecrets = path === place.demoKey ? new Set(others.filter((line) => line !== '')) : undefined;
    return [{ key: new LocalKey(key), publicSecrets }, []];
  }
  return [undefined, []];
}

/** Makes a new private key, git-ignored. */
export function createLocalKey(host: Host, { key: path }: KeyPlace): LocalKey {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const key = host.randomBytes(KEY_BYTES);
  host.mkdir(directory, 0o700);
  host.writeFile(`${directory}/.gitignore`, '*\n', 0o644);
  host.writeFile(path, `${Buffer.from(key).toString('hex')}\n`, 0o600);
  return new LocalKey(key);
}

/**
 * Random bytes have some thirty different ones; what somebody typed has fewer, and who guesses it can try passwords
 * against fingerprints.
 */
function isGuessable(key: Uint8Array): boolean {
  return new Set(key).size < KEY_BYTES / 2;
}

function parseKey(text: string): Uint8Array | undefined {
  const hex = text.trim();
  return /^[0-9a-f]+$/i.test(hex) && hex.length === KEY_BYTES * 2 ? Buffer.from(hex, 'hex') : undefined;
}
