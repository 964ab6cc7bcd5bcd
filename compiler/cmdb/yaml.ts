/**
 * Canonical YAML of one entry of an inventory. A collection that was written in brackets stays so where it fits on a line; everything else
 * stands in blocks. Texts keep their quotes, numbers and dates their digits. Comments are left out but for those addressed to pigstyc.
 */
import { resolvePlain } from '../phases/1-parse/resolve-scalar.ts';
import type { MapEntry, Node, ScalarNode } from '../source/node.ts';
import type { Comments } from './comments.ts';
import { envelopeOf } from './row.ts';

/** Columns of an entry in brackets. */
const WIDTH = 110;
/** Characters that only an escape shows. */
const HIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;

/** The lines of `key: value`. */
export function entryLines({ key, value }: MapEntry, comments: Comments): readonly string[] {
  const head = `${keyText(key)}:`;
  const own = comments.take(key, isOnOneLine(head, value) ? value : undefined);
  return [...own, ...valueLines(head, value, comments)];
}

function itemLines(item: Node, comments: Comments): readonly string[] {
  const own = isOnOneLine('-', item) ? comments.take(item, item) : [];
  if (item.kind === 'map' && !isOnOneLine('-', item)) return [...own, ...hung(mapLines(item.entries, comments))];
  return [...own, ...valueLines('-', item, comments)];
}

/** Lines behind a dash. A comment stays before the line that it is about. */
function hung(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => !line.startsWith('#'));
  return lines.map((line, i) => (i < first ? line : i === first ? `- ${line}` : `  ${line}`));
}

function mapLines(entries: readonly MapEntry[], comments: Comments): readonly string[] {
  return entries.flatMap((e) => entryLines(e, comments));
}

function valueLines(head: string, value: Node, comments: Comments): readonly string[] {
  if (value.kind === 'scalar') {
    const block = blockText(value);
    if (block !== undefined) return [`${head} ${block[0]!}`, ...indented(block.slice(1))];
    return [`${head} ${scalarText(value, false)}`.trimEnd()];
  }
  const flow = isOnOneLine(head, value) ? flowText(value) : undefined;
  if (flow !== undefined) return [`${head} ${flow}`];
  const below =
    value.kind === 'map' ? mapLines(value.entries, comments) : value.items.flatMap((item) => itemLines(item, comments));
  return [head, ...indented(below)];
}

/** Lines one level further in. */
export function indented(lines: readonly string[], by = '  '): readonly string[] {
  return lines.map((line) => (line === '' ? '' : by + line));
}

function isOnOneLine(head: string, value: Node): boolean {
  if (value.kind === 'scalar') return blockText(value) === undefined;
  if (size(value) === 0) return true;
  const flow = wasInBrackets(value) ? flowText(value) : undefined;
  return flow !== undefined && head.length + flow.length < WIDTH;
}

function size(value: Node): number {
  return value.kind === 'map' ? value.entries.length : value.kind === 'seq' ? value.items.length : 1;
}

function wasInBrackets({ span }: Node): boolean {
  return /[[{]/.test(span.file?.text[span.start] ?? '');
}

/** Each line asks for what is on it, and so do the lines above. */
const flows = new WeakMap<Node, { readonly text: string | undefined }>();

/** The value in brackets, undefined when something in it cannot stand there as it is. */
function flowText(value: Node): string | undefined {
  let known = flows.get(value);
  if (known === undefined) flows.set(value, (known = { text: inBrackets(value) }));
  return known.text;
}

function inBrackets(value: Node): string | undefined {
  if (value.kind === 'scalar') return blockText(value) === undefined ? flowScalar(value) : undefined;
  const parts =
    value.kind === 'seq'
      ? value.items.map(flowText)
      : value.entries.map((e) => {
          const text = flowText(e.value);
          return text === undefined ? undefined : `${keyText(e.key, true)}: ${text}`;
        });
  if (parts.includes(undefined)) return undefined;
  if (value.kind === 'seq') return `[${parts.join(', ')}]`;
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** A text written without quotes must not get them: `${env:PORT}` is a number only without. */
function flowScalar(value: ScalarNode): string | undefined {
  const text = scalarText(value, true);
  const quoted = value.style === 'plain' && typeof value.value === 'string' && /^["']/.test(text);
  return quoted ? undefined : text === '' ? 'null' : text;
}

function keyText(key: ScalarNode, inFlow = false): string {
  const text = scalarText(key, inFlow);
  return text === '' ? 'null' : text;
}

/** A name as a key of a block. */
export function nameText(name: string): string {
  return isPlain(name, false) ? name : doubleQuoted(name);
}

function scalarText(node: ScalarNode, inFlow: boolean): string {
  const { value, text, style, tag } = node;
  if (tag === 'vault') return `!vault ${doubleQuoted(envelopeOf(node))}`;
  if (tag === 'unsafe') return `!unsafe ${doubleQuoted(text)}`;
  if (typeof value !== 'string') return plainText(node);
  if (tag === 'timestamp') return text;
  if (style === 'plain' && isPlain(value, inFlow)) return value;
  return style === 'single' && isQuotable(value) ? `'${value.replaceAll("'", "''")}'` : doubleQuoted(value);
}

/** Numbers, booleans and nothing, as they were written. */
function plainText({ value, text }: ScalarNode): string {
  const written = resolvePlain(text);
  if (!('problem' in written) && Object.is(written.value, value)) return text;
  return value === null ? 'null' : String(value);
}

function doubleQuoted(text: string): string {
  return escaped(JSON.stringify(text));
}

/** JSON whose texts have nothing that YAML takes for the end of a line, or for no text at all. */
export function escaped(json: string): string {
  return json.replace(HIDDEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isQuotable(text: string): boolean {
  return !text.includes('\n') && text.search(HIDDEN) === -1 && text.trim() === text;
}

/** Whether a text means itself without quotes. */
export function isPlain(text: string, inFlow: boolean): boolean {
  if (!isQuotable(text) || text.includes('\t')) return false;
  const resolved = resolvePlain(text);
  if ('problem' in resolved || resolved.value !== text || resolved.tag !== undefined) return false;
  if (/^[,[\]{}#&*!|>'"%@`]|^[-?:](?:\s|$)|:(?:\s|$)|\s#|^(?:---|\.\.\.)/.test(text)) return false;
  return !inFlow || !/[,[\]{}]|:[?,]|^[?:]/.test(text);
}

/** A text of several lines as a literal block; undefined for what stands on the line itself. */
function blockText(node: ScalarNode): readonly string[] | undefined {
  const isVault = node.tag === 'vault';
  const text = isVault ? envelopeOf(node) : node.text;
  if (!(isVault || (node.style === 'block' && node.tag === undefined && typeof node.value === 'string')))
    return undefined;
  if (text.trim() === '' || text.search(HIDDEN) !== -1) return undefined;
  const body = text.replace(/\n+$/, '');
  const end = text.slice(body.length);
  const chomp = end === '' ? '-' : end === '\n' ? '' : '+';
  const lines = [...body.split('\n'), ...end.slice(1).split('\n').slice(1)];
  return [`${isVault ? '!vault ' : ''}|${/^[\s]/.test(text) ? '2' : ''}${chomp}`, ...lines];
}
