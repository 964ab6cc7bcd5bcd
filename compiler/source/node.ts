/**
 * The source tree: what the YAML of an inventory says, with the place of every token.
 * Scalars carry the value PyYAML (YAML 1.1) would read; `text` keeps what was written.
 */

/** Whose variables a file of `group_vars` or `host_vars` holds. */
export interface VarsOwner {
  readonly kind: 'group' | 'host';
  readonly name: string;
  /** Directory of `group_vars` and `host_vars`: what a later one says wins. */
  readonly directory: string;
}

/** How the text of an inventory is written: as YAML, as INI, as a program prints it for `--list`, or as YAML that stands for tables. */
export type SourceFormat = 'yaml' | 'ini' | 'list' | 'tables';

/** What a file is besides its text. */
export interface SourceKind {
  /** Absent for an inventory. */
  readonly owner?: VarsOwner | undefined;
  /** The whole file is encrypted; `text` is what it holds and must not be shown or written. */
  readonly encrypted?: boolean;
  readonly format?: SourceFormat | undefined;
}

/** What `-` stands for. */
export const STANDARD_INPUT = '/dev/stdin';

/** One input file. Line starts are computed on first use. */
export class SourceFile {
  #lines: number[] | undefined;

  readonly path: string;
  readonly text: string;
  readonly owner: VarsOwner | undefined;
  readonly encrypted: boolean;
  readonly format: SourceFormat;

  /** @param path as given on the command line, never made absolute: it appears in diagnostics and goldens */
  constructor(path: string, text: string, kind: SourceKind = {}) {
    this.path = path;
    this.text = text;
    this.owner = kind.owner;
    this.encrypted = kind.encrypted ?? false;
    this.format = kind.format ?? 'yaml';
  }

  /** Whether edits can be written into the file: they are YAML, and the file has the text. */
  get editable(): boolean {
    return !this.encrypted && this.format === 'yaml' && this.path !== STANDARD_INPUT;
  }

  /** 1-based line and column (in UTF-16 code units) of an offset. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const lines = (this.#lines ??= lineStarts(this.text));
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lines[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - lines[low]! + 1 };
  }

  /** The text of a 1-based line without its terminator; empty when there is no such line. */
  line(line: number): string {
    const lines = (this.#lines ??= lineStarts(this.text));
    const start = lines[line - 1];
    if (start === undefined) return '';
    return this.text.slice(start, lines[line] ?? this.text.length).replace(/\r?\n$/, '');
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Half-open range of offsets in one file. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export type ScalarValue = null | boolean | number | string;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** Source text of a plain scalar, decoded content of a quoted or block one. */
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** `timestamp` for a plain date (value is its text), `vault` for a decrypted `!vault` value, `unsafe` for one never expanded. */
  readonly tag?: 'timestamp' | 'vault' | 'unsafe' | undefined;
  /** Made from a secret, or decrypted: whatever holds the value, it must not be shown. */
  readonly secret?: true | undefined;
  /** Set when expansion or decryption made this value out of another node. */
  readonly derivedFrom?: ScalarNode | undefined;
  readonly span: Span;
}

export interface MapEntry {
  readonly key: ScalarNode;
  readonly value: Node;
}

export interface MapNode {
  readonly kind: 'map';
  /** In file order, merge keys (`<<`) already applied, later duplicates dropped. */
  readonly entries: readonly MapEntry[];
  readonly span: Span;
}

export interface SeqNode {
  readonly kind: 'seq';
  readonly items: readonly Node[];
  readonly span: Span;
}

export type Node = ScalarNode | MapNode | SeqNode;

/** A key or an item without a value. */
export function isNull(node: Node): node is ScalarNode {
  return node.kind === 'scalar' && node.value === null;
}

/** The entry of a map by key text (`6379` finds the integer key 6379), or undefined. */
export function entry(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((e) => e.key.text === key);
}

/** Plain JavaScript value of a tree. Maps become objects; use the node itself where key order of integer keys matters. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'seq':
      return node.items.map(toValue);
    case 'map':
      return Object.fromEntries(node.entries.map((e) => [e.key.text, toValue(e.value)]));
  }
}
