import { lineOf } from '../diagnostics/suppressions.ts';
import type { Node, SourceFile, Span } from '../source/node.ts';

/** The comments of a file that are addressed to pigstyc. Each is given away once, with what stands on the line that it is about. */
export class Comments {
  readonly #file: SourceFile | undefined;
  /** By the line they are about; those of the file by 0. */
  readonly #waiting = new Map<number, string[]>();

  constructor(file?: SourceFile, spans: readonly Span[] = []) {
    this.#file = file;
    for (const span of spans) {
      const text = span.file.text.slice(span.start, span.end).trimEnd();
      const line = /pigstyc:[ \t]*allow-file/.test(text) ? 0 : lineOf(span);
      this.#waiting.set(line, [...(this.#waiting.get(line) ?? []), text]);
    }
  }

  /** Those about the lines from the beginning of one node to the end of another. */
  take(from: Node, to: Node = from): readonly string[] {
    if (this.#waiting.size === 0 || from.span.file !== this.#file || to.span.file !== this.#file) return [];
    const first = this.#file.position(from.span.start).line;
    const last = Math.max(first, this.#file.position(Math.max(to.span.start, to.span.end - 1)).line);
    const lines = [...this.#waiting.keys()].filter((line) => line >= first && line <= last);
    return lines.flatMap((line) => this.#take(line));
  }

  /** What nobody took. */
  rest(): readonly string[] {
    return [...this.#waiting.keys()].sort((a, b) => a - b).flatMap((line) => this.#take(line));
  }

  #take(line: number): readonly string[] {
    const texts = this.#waiting.get(line)!;
    this.#waiting.delete(line);
    return texts;
  }
}
