/** Collects lines of a text file. */
export class Lines {
  readonly #lines: string[] = [];
  #indent = '';

  /** Appends lines at the current indentation; an empty one stays empty. */
  add(...lines: readonly string[]): this {
    for (const line of lines) this.#lines.push(line === '' ? '' : this.#indent + line);
    return this;
  }

  /** One blank line, never two in a row and never first. */
  blank(): this {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
    return this;
  }

  /** Runs `body` with lines indented by `by`. */
  indent(by: string, body: () => void): this {
    const before = this.#indent;
    this.#indent = before + by;
    body();
    this.#indent = before;
    return this;
  }

  /** The text, ending with exactly one newline; empty when nothing was added. */
  toString(): string {
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n').replace(/\n+$/, '')}\n`;
  }
}
