/**
 * Thrown by a quoting function when its grammar has no spelling for a value. Phase 8 turns it into a diagnostic that
 * names the parameter.
 */
export class UnrepresentableError extends Error {
  readonly #value: string;

  readonly grammar: string;
  readonly reason: string;

  /**
   * @param grammar what was being written, e.g. `.pgpass`
   * @param reason what the grammar cannot hold, e.g. `a line break`
   * @param value kept out of the message: it may be a secret
   */
  constructor(grammar: string, reason: string, value: string) {
    super(`${grammar} cannot hold ${reason}`);
    this.grammar = grammar;
    this.reason = reason;

    this.name = 'UnrepresentableError';
    this.#value = value;
  }

  /** The offending value; never print it. */
  get value(): string {
    return this.#value;
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Rejects what no text file can hold: NUL, and half of a surrogate pair (it has no UTF-8 form). */
export function requireText(grammar: string, value: string): string {
  if (value.includes('\0')) throw new UnrepresentableError(grammar, 'a NUL character', value);
  if (LONE_SURROGATE.test(value)) throw new UnrepresentableError(grammar, 'an unpaired surrogate', value);
  return value;
}

/** {@link requireText}, and no line break: for grammars where a line is a record. */
export function requireLine(grammar: string, value: string): string {
  requireText(grammar, value);
  if (/[\n\r]/.test(value)) throw new UnrepresentableError(grammar, 'a line break', value);
  return value;
}

/** {@link requireLine}, and no blank at either end: for grammars that trim. */
export function requireTrimmedLine(grammar: string, value: string): string {
  requireLine(grammar, value);
  if (/^\s|\s$/.test(value)) throw new UnrepresentableError(grammar, 'a blank at the start or end of a value', value);
  return value;
}
