import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import { type Node, SourceFile } from '../../../compiler/source/node.ts';
import { parseSource, type ParseOptions } from '../../../compiler/phases/1-parse/parse.ts';

export interface Read {
  readonly file: SourceFile;
  readonly tree: Node;
  readonly problems: readonly Diagnostic[];
}

export function read(text: string, options: ParseOptions = {}): Read {
  const file = new SourceFile('pigsty.yml', text);
  const [tree, problems] = parseSource(file, options);
  return { file, tree, problems };
}

/** `slug line:column`, and the text under the caret. */
export function shown(text: string, options: ParseOptions = {}): readonly string[] {
  return read(text, options).problems.map(({ slug, span }) => {
    const { line, column } = span!.file.position(span!.start);
    return `${slug} ${line}:${column} ${JSON.stringify(span!.file.text.slice(span!.start, span!.end))}`;
  });
}

/** A tree with its types: maps as lists of pairs, dates as `{ date }`. */
export function typed(node: Node): unknown {
  switch (node.kind) {
    case 'map':
      return { map: node.entries.map((e) => [typed(e.key), typed(e.value)]) };
    case 'seq':
      return node.items.map(typed);
    case 'scalar':
      if (node.tag === 'timestamp') return { date: true };
      return typeof node.value === 'number' && !Number.isFinite(node.value)
        ? { number: String(node.value) }
        : node.value;
  }
}
