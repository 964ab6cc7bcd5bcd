/**
 * A value that must never be printed. It leaves the model only through a {@link SecretSink}, which
 * decides whether the real value (sealed file) or a marker (reviewable twin) is written.
 */
export class Secret {
  readonly #value: string;

  readonly name: string;
  readonly generated: boolean;

  /**
   * @param name stable name shown in markers, e.g. `pg_admin_password` or `pg_users.dbuser_meta.password`
   * @param generated made by pigstyc itself (a private key): its marker carries no fingerprint, so that a bundle built
   *   elsewhere from the same inventory reads the same
   */
  constructor(name: string, value: string, generated: boolean = false) {
    this.name = name;
    this.generated = generated;

    this.#value = value;
  }

  /** Only sinks, key derivations and checks of well-known values may call this. */
  expose(): string {
    return this.#value;
  }

  toString(): string {
    return `<secret:${this.name}>`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** The secret, or when it is empty the value that stands for it. A name that serves as a password is as secret as any other. */
export function secretOr(secret: Secret, whenEmpty: string): Secret {
  return secret.expose() === '' ? new Secret(secret.name, whenEmpty) : secret;
}

/** Turns secrets into text while one file is rendered. Each file is rendered once per sink: sealed and reviewable. */
export interface SecretSink {
  /** The real value, or `<secret:NAME#fingerprint>`. */
  reveal(secret: Secret): string;
  /** A value computed from a secret (a verifier, a hash, a URL) that is itself secret; `name` is appended to the marker. */
  derive(secret: Secret, name: string, compute: (plain: string) => string): string;
  /** SCRAM-SHA-256 verifier for a PostgreSQL role, salted with HMAC(local key, cluster|user). Verifiers given as passwords pass through. */
  scram(secret: Secret, cluster: string, user: string): string;
}
