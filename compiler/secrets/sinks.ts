import type { Secret, SecretSink } from '../model/secret.ts';
import type { LocalKey } from './local-key.ts';
import { isPasswordHash } from '../model/stored-password.ts';
import { KeptSalts } from './kept-salts.ts';
import { scramVerifier } from './scram.ts';

const SALT_BYTES = 16;
const FINGERPRINT_DIGITS = 8;

/** Real values, for files that only the host may read. One instance a build: it keeps verifiers, which cost milliseconds each. */
export class SealedSink implements SecretSink {
  readonly #verifiers = new Map<string, string>();

  readonly #key: LocalKey;
  readonly #kept: KeptSalts;

  constructor(key: LocalKey, kept = new KeptSalts()) {
    this.#key = key;
    this.#kept = kept;
  }

  reveal(secret: Secret): string {
    return secret.expose();
  }

  derive(secret: Secret, _name: string, compute: (plain: string) => string): string {
    return compute(secret.expose());
  }

  scram(secret: Secret, cluster: string, user: string): string {
    const password = secret.expose();
    if (isPasswordHash(password)) return password;
    const id = [cluster, user, password].map((part) => `${part.length}:${part}`).join('');
    let verifier = this.#verifiers.get(id);
    if (verifier === undefined) {
      const kept = this.#kept.of(cluster, user);
      // The salt must not follow from the password: equal passwords would be seen to be equal, and the verifier could
      // be tested against a list.
      const salt = kept?.salt ?? this.#key.hmac('scram salt', cluster, user).subarray(0, SALT_BYTES);
      verifier = scramVerifier(password, salt, kept?.iterations);
      this.#verifiers.set(id, verifier);
    }
    return verifier;
  }
}

/** Markers, for the files that people review: `<secret:NAME#fingerprint>`; the fingerprint changes exactly when the value does. */
export class TwinSink implements SecretSink {
  readonly #key: Pick<LocalKey, 'hmac'> | undefined;
  readonly #see: (secret: Secret) => void;
  /** A secret is in several files of many hosts. */
  readonly #fingerprints = new WeakMap<Secret, string>();

  /**
   * @param key undefined: markers without fingerprint
   * @param see is shown every secret that gets a marker
   */
  constructor(key: Pick<LocalKey, 'hmac'> | undefined, see: (secret: Secret) => void = () => undefined) {
    this.#key = key;
    this.#see = see;
  }

  reveal(secret: Secret): string {
    return this.marker(secret, secret.name);
  }

  derive(secret: Secret, name: string): string {
    return this.marker(secret, `${secret.name}.${name}`);
  }

  scram(secret: Secret, _cluster: string, user: string): string {
    return this.marker(secret, `${secret.name}.scram.${user}`);
  }

  private marker(secret: Secret, name: string): string {
    this.#see(secret);
    if (this.#key === undefined || secret.generated) return `<secret:${name}>`;
    let fingerprint = this.#fingerprints.get(secret);
    if (fingerprint === undefined) {
      const digest = this.#key.hmac('fingerprint', secret.name, secret.expose()).toString('hex');
      this.#fingerprints.set(secret, (fingerprint = digest.slice(0, FINGERPRINT_DIGITS)));
    }
    return `<secret:${name}#${fingerprint}>`;
  }
}
