import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar, type Node as YamlNode } from 'yaml';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { MapBuilder } from '../../phases/1-parse/map-builder.ts';
import { parseSource } from '../../phases/1-parse/parse.ts';
import { plainScalar } from '../../phases/1-parse/tags.ts';
import type { Node, ScalarNode, SourceFile, Span } from '../../source/node.ts';

/** The tree of a file: the compiler's own where it can be read, else what can be made of a text that is being typed. */
export function treeOf(file: SourceFile): Node {
  const [tree, problems] = parseSource(file);
  const unread = tree.kind === 'scalar' && tree.value === null && problems.some(({ severity }) => severity === 'error');
  return unread ? tolerantTree(file) : tree;
}

/**
 * A tree of any text, with whatever can be recognized by indentation: brackets that are still open, keys without a colon.
 * Aliases stand for nothing here: without the compiler's limits they could stand for millions of nodes.
 */
export function tolerantTree(file: SourceFile): Node {
  try {
    const { contents } = parseDocument(file.text, {
      version: '1.1',
      schema: 'failsafe',
      strict: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    return new Builder(file).node(contents, 0);
  } catch (error) {
    // The library recurses: brackets nested thousands deep are no inventory.
    if (error instanceof RangeError) return new Builder(file).empty(0);
    throw error;
  }
}

/** As deep as the compiler goes. */
const DEEPEST = 128;

class Builder {
  /** Findings are the compiler's business. */
  readonly #ignored: Diagnostic[] = [];

  readonly #file: SourceFile;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  node(node: YamlNode | null | undefined, at: number, depth = 0): Node {
    if (depth > DEEPEST) return this.empty(at);
    if (isMap(node)) {
      const map = new MapBuilder(this.#ignored);
      for (const { key, value } of node.items) {
        const keys = this.#keys(key, at);
        const last = keys.at(-1)!;
        for (const unfinished of keys.slice(0, -1)) map.add(unfinished, this.empty(unfinished.span.end));
        const after = last.span.end;
        map.add(last, isNothing(value) ? this.empty(after) : this.node(value as YamlNode, after, depth + 1));
      }
      return { kind: 'map', entries: map.finish(), span: this.#span(node, at) };
    }
    if (isSeq(node))
      return {
        kind: 'seq',
        items: node.items.map((item) => this.node(item as YamlNode | null, at, depth + 1)),
        span: this.#span(node, at),
      };
    if (isScalar(node)) return this.#scalar(node, at);
    return this.empty(isAlias(node) ? (node.range?.[0] ?? at) : at);
  }

  empty(at: number): ScalarNode {
    return { kind: 'scalar', value: null, text: '', style: 'plain', span: { file: this.#file, start: at, end: at } };
  }

  /** A key that is typed above another one, still without its colon, is read as the beginning of that one. */
  #keys(key: unknown, at: number): readonly ScalarNode[] {
    if (!isScalar(key)) return [this.empty(at)];
    const scalar = this.#scalar(key, at);
    const written = this.#file.text.slice(scalar.span.start, scalar.span.end);
    if (scalar.style !== 'plain' || !written.includes('\n')) return [scalar];
    return [...written.matchAll(/[^\s](?:[^\r\n]*[^\s])?/g)].map((line) => {
      const start = scalar.span.start + line.index;
      return plainScalar(line[0], { file: this.#file, start, end: start + line[0].length }, this.#ignored);
    });
  }

  #scalar(node: Scalar, at: number): ScalarNode {
    const span = this.#span(node, at);
    const text = typeof node.value === 'string' ? node.value : '';
    switch (node.type) {
      case Scalar.QUOTE_SINGLE:
        return { kind: 'scalar', value: text, text, style: 'single', span };
      case Scalar.QUOTE_DOUBLE:
        return { kind: 'scalar', value: text, text, style: 'double', span };
      case Scalar.BLOCK_FOLDED:
      case Scalar.BLOCK_LITERAL:
        return { kind: 'scalar', value: text, text, style: 'block', span };
      default:
        return plainScalar(text, span, this.#ignored);
    }
  }

  #span(node: YamlNode, at: number): Span {
    const [start, end] = node.range ?? [at, at];
    return { file: this.#file, start, end };
  }
}

/** Nothing behind a colon: its place is the end of the key. */
function isNothing(value: unknown): boolean {
  if (value === null) return true;
  return isScalar(value) && value.type === Scalar.PLAIN && value.source === '' && value.anchor === undefined;
}
