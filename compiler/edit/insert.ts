/** New entries and items in YAML that is there: edits of the text that leave every comment, anchor and blank line. */
import type { Fix } from '../diagnostics/diagnostic.ts';
import {
  entry,
  isNull,
  type MapEntry,
  type MapNode,
  type Node,
  type ScalarNode,
  type SeqNode,
  type Span,
} from '../source/node.ts';

/** What is added: YAML on one line, a map or a list. */
export type Value = string | Entries | Items;
export interface Entries {
  readonly entries: readonly (readonly [key: string, value: Value])[];
}
export interface Items {
  readonly items: readonly string[];
}

/** The place is written in a way that cannot be added to: by an alias, as an expression, as something else. */
export class NotEditable extends Error {
  readonly span: Span;

  constructor(span: Span) {
    super('not editable');
    this.span = span;
  }
}

/** Adds to what stands at a path below an entry; what is missing on the way is made. */
export function addAt(place: MapEntry, path: readonly string[], added: Entries | Items): Fix {
  const [name, ...rest] = path;
  if (name === undefined) return addInto(place, added);
  const inner = place.value.kind === 'map' ? entry(place.value, name) : undefined;
  if (inner !== undefined) return addAt(inner, rest, added);
  return addInto(place, { entries: [[name, rest.reduceRight<Entries | Items>(wrapped, added)]] });
}

function wrapped(value: Value, key: string): Entries {
  return { entries: [[key, value]] };
}

/** Adds to the map or list of an entry, which may be empty. */
function addInto({ key, value }: MapEntry, added: Entries | Items): Fix {
  if (isNull(value) && value.text === '') {
    return insertion(at(key.span.file, behindColon(key)), ` ${inFlow(added)}`);
  }
  if (isAlias({ key, value })) throw new NotEditable(key.span);
  if (isNull(value)) return insertion(value.span, inFlow(added));
  if (value.kind !== ('items' in added ? 'seq' : 'map')) throw new NotEditable(key.span);
  return addTo(value as MapNode | SeqNode, added);
}

/** Adds to the end of a map or list. */
export function addTo(node: MapNode | SeqNode, added: Entries | Items): Fix {
  const { file, start, end } = node.span;
  if (/^[[{]\s*[\]}]$/.test(file.text.slice(start, end))) return insertion(node.span, inFlow(added));
  const last = lastOf(node);
  if (isFlow(node)) {
    if ('key' in last && isAlias(last)) throw new NotEditable(last.key.span);
    const end = endOf(last);
    // `b:,` would be a word.
    const comma = file.text[end - 1] === ':' ? ' , ' : ', ';
    return insertion(at(file, end), comma + inFlow(added).slice(2, -2));
  }
  const indent = ' '.repeat(file.position(start).column - 1);
  return insertion(...belowLine(file, endOf(last), blockLines(added), indent));
}

function at(file: Span['file'], offset: number): Span {
  return { file, start: offset, end: offset };
}

function insertion(span: Span, text: string): Fix {
  return { span, text };
}

/** Lines below the one that something ends on, and below the comment behind it. */
function belowLine(file: Span['file'], offset: number, lines: readonly string[], indent: string): [Span, string] {
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const isAtStart = file.text[offset - 1] === '\n';
  const end = isAtStart ? offset : file.text.indexOf('\n', offset) + 1;
  const text = lines.map((line) => (line === '' ? newline : `${indent}${line}${newline}`)).join('');
  if (end > 0) return [at(file, end), text];
  const { length } = file.text;
  return [at(file, length), newline + text];
}

type Child = MapEntry | Node;

/** What is written last in a map or list itself, not merged into it from elsewhere. */
function lastOf(node: MapNode | SeqNode): Child {
  const { file, start, end } = node.span;
  const isInside = ({ span }: Node): boolean => span.file === file && span.start >= start && span.start < end;
  const last =
    node.kind === 'map' ? node.entries.filter(({ key }) => isInside(key)).at(-1) : node.items.filter(isInside).at(-1);
  // The place of an alias is not known, only that of what it stands for.
  if (last === undefined || (node.kind === 'seq' && last !== node.items.at(-1))) throw new NotEditable(node.span);
  return last;
}

/** Where what is written ends: the spans of blocks may go on. An alias ends on the line of its key. */
function endOf(child: Child): number {
  if (!('key' in child))
    return child.kind === 'scalar' || isFlow(child) || isEmpty(child) ? child.span.end : endOf(lastOf(child));
  const { key, value } = child;
  if (isAlias(child)) return key.span.end;
  return isNull(value) && value.text === '' ? behindColon(key) : endOf(value);
}

function isEmpty(node: MapNode | SeqNode): boolean {
  return (node.kind === 'map' ? node.entries : node.items).length === 0;
}

function isAlias({ key, value }: MapEntry): boolean {
  return value.span.file !== key.span.file || value.span.start < key.span.end;
}

function behindColon({ span: { file, end } }: ScalarNode): number {
  return end + /^\s*:|/.exec(file.text.slice(end, end + 100))![0].length;
}

function isFlow({ span: { file, start } }: Node): boolean {
  return /[[{]/.test(file.text[start] ?? '');
}

function blockLines(value: Entries | Items): readonly string[] {
  if ('items' in value) return value.items.map((item) => `- ${item}`);
  return value.entries.flatMap(([key, inner]) =>
    typeof inner === 'string' ? [`${key}: ${inner}`] : [`${key}:`, ...blockLines(inner).map((line) => `  ${line}`)],
  );
}

/** YAML on one line, with a bracket and a space at each end. */
export function inFlow(value: Entries | Items): string {
  if ('items' in value) return `[ ${value.items.join(', ')} ]`;
  const text = value.entries.map(([key, inner]) => `${key}: ${typeof inner === 'string' ? inner : inFlow(inner)}`);
  return `{ ${text.join(', ')} }`;
}
