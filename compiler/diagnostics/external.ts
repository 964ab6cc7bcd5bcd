import type { Diagnostic } from './diagnostic.ts';
import { MASK } from './frame.ts';
import { printable } from './report.ts';

/** Texts shorter than this are no secrets, and are hidden only where they stand alone: `1` is in every other message. */
const SHORTEST = 4;

/** Hides what came from the environment, a file or a vault, whatever the parameter that holds it is called. */
export class External {
  readonly #forms: readonly string[];
  readonly #whole: ReadonlySet<string>;

  constructor(values: Iterable<string> = []) {
    this.#whole = new Set([...values].filter((value) => value.trim() !== ''));
    // The longest first: it may hold another.
    this.#forms = [...new Set([...this.#whole].flatMap(formsOf))].sort((a, b) => b.length - a.length);
  }

  /** True when a text is such a value and nothing else. */
  has(text: string): boolean {
    return this.#whole.has(text);
  }

  /** True when a text holds such a value. */
  within(text: string): boolean {
    return this.text(text) !== text;
  }

  /** A text with these values replaced by a mask. */
  text(text: string): string {
    return this.#forms.reduce((hidden, form) => hideCut(hidden.replace(patternOf(form), MASK), form), text);
  }

  /** JSON data with these values replaced in every text and number. */
  data(value: unknown): unknown {
    if (this.#forms.length === 0) return value;
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return String(value).length >= SHORTEST && this.has(String(value)) ? MASK : value;
    if (Array.isArray(value)) return value.map((item) => this.data(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.data(item)]));
  }

  /** Findings that do not tell these values. A fix that would write one into the inventory is none. */
  diagnostics(found: readonly Diagnostic[]): readonly Diagnostic[] {
    return this.#forms.length === 0 ? found : found.map((diagnostic) => this.#diagnostic(diagnostic));
  }

  #diagnostic(diagnostic: Diagnostic): Diagnostic {
    const { message, help, related, fix } = diagnostic;
    return {
      ...diagnostic,
      message: this.text(message),
      help: help && this.text(help),
      related: related?.map((other) => ({ ...other, message: this.text(other.message) })),
      fix: fix === undefined || this.within(fix.text) ? undefined : fix,
    };
  }
}

/** A value as it may stand in a text: as it is, escaped for JSON or a terminal, and each of its lines. */
function formsOf(value: string): readonly string[] {
  const lines = value.includes('\n')
    ? value
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line.length >= SHORTEST)
    : [];
  return [value, ...lines].flatMap((form) => [form, JSON.stringify(form).slice(1, -1), printable(form, Infinity)]);
}

function patternOf(form: string): RegExp {
  const literal = form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(form.length < SHORTEST ? `(?<![\\w.:-])${literal}(?![\\w.:-])` : literal, 'g');
}

/** The beginning of a value right before the `…` of an argument that was cut. */
function hideCut(text: string, form: string): string {
  for (let length = form.length - 1; length >= SHORTEST && text.includes('…'); length--)
    text = text.replaceAll(`${form.slice(0, length)}…`, `${MASK}…`);
  return text;
}
