import { report } from '../diagnostics/report.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Secret } from '../model/secret.ts';
import { isPublishedWord } from '../schema/published.ts';

/**
 * Sees to it that a committed demo key is used for public secrets only. Who has the key can try passwords against a
 * fingerprint, half a million a second, and knows the salts of all verifiers.
 */
export class DemoGuard {
  readonly #private = new Set<string>();
  readonly #public: ReadonlySet<string>;

  /** @param listed secrets that the file of the key makes public, besides the published ones */
  constructor(listed: ReadonlySet<string>) {
    this.#public = listed;
  }

  /** Takes note of a secret that the bundle holds. */
  see(secret: Secret): void {
    if (secret.generated) return;
    const value = secret.expose();
    if (value !== '' && !this.#public.has(value) && !isPublishedWord(value)) this.#private.add(secret.name);
  }

  /** The error, when a secret was private. */
  problems(path: string): readonly Diagnostic[] {
    const names = [...this.#private].sort();
    const [first, ...others] = names;
    if (first === undefined) return [];
    const secrets = others.length === 0 ? `\`${first}\`` : `\`${first}\` and ${others.length} more`;
    return [report('demo-key-refused', undefined, { path, secrets })];
  }
}
