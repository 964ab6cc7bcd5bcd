/**
 * Block-style YAML, written for two kinds of readers: YAML 1.1 (PyYAML, Go yaml.v2) and YAML 1.2. A string is left plain only
 * when both read it back as the same string. Hand-written because a library costs 20 times as much per file and a
 * bundle holds thousands; the property tests compare it with the library and with PyYAML.
 */
import { UnrepresentableError } from './quote/unrepresentable.ts';

export interface YamlOptions {
  /**
   * Comment above the entry at a path (`bootstrap.dcs.ttl`, list items by index), without `#`; several lines allowed.
   * An empty first line asks for a blank line before it.
   */
  readonly comments?: Readonly<Record<string, string>> | undefined;
}

/**
 * A document from plain objects, Maps (for keys that look like integers), arrays and scalars. Keys keep their order;
 * undefined entries are left out.
 */
export function yamlDocument(value: unknown, options: YamlOptions = {}): string {
  const out: string[] = [];
  const comments = options.comments ?? {};
  const entries = entriesOf(value);
  if (entries !== undefined && entries.length > 0) writeMap(entries, '', '', comments, out);
  else if (Array.isArray(value) && value.length > 0) writeList(value, '', '', comments, out);
  else out.push(leaf(value, ''));
  return `${out.join('\n')}\n`;
}

/** Key as in the path, key as written, value. */
type Entries = readonly (readonly [string, string, unknown])[];

/** Entries of a mapping without undefined values; undefined when the value is no mapping. */
function entriesOf(value: unknown): Entries | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (value instanceof Map)
    return [...value]
      .filter(([, v]) => v !== undefined)
      .map(([k, v]) => [String(k), typeof k === 'number' ? String(k) : yamlKey(String(k)), v]);
  const prototype = Object.getPrototypeOf(value) as unknown;
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`cannot write a ${value.constructor.name} as YAML`);
  return Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => [k, yamlKey(k), v]);
}

function writeMap(
  entries: Entries,
  indent: string,
  path: string,
  comments: Readonly<Record<string, string>>,
  out: string[],
  first = indent,
): void {
  let lead = first;
  for (const [name, key, value] of entries) {
    const here = path === '' ? name : `${path}.${name}`;
    if (lead === indent) writeComment(commentAt(comments, here), indent, out);
    writeEntry(`${lead}${key}:`, value, indent, here, comments, out, false);
    lead = indent;
  }
}

function writeList(
  items: readonly unknown[],
  indent: string,
  path: string,
  comments: Readonly<Record<string, string>>,
  out: string[],
): void {
  for (let i = 0; i < items.length; i++) {
    const here = path === '' ? String(i) : `${path}.${i}`;
    writeComment(commentAt(comments, here), indent, out);
    writeEntry(`${indent}-`, items[i], indent, here, comments, out, true);
  }
}

/** Writes a value after `head` (`key:` or `-`). A mapping in a list starts on the line of its dash. */
function writeEntry(
  head: string,
  value: unknown,
  indent: string,
  path: string,
  comments: Readonly<Record<string, string>>,
  out: string[],
  inList: boolean,
): void {
  const entries = entriesOf(value);
  if (entries !== undefined && entries.length > 0) {
    if (inList) return writeMap(entries, `${indent}  `, path, comments, out, `${head} `);
    out.push(head);
    return writeMap(entries, `${indent}  `, path, comments, out);
  }
  if (Array.isArray(value) && value.length > 0) {
    out.push(head);
    return writeList(value, `${indent}  `, path, comments, out);
  }
  out.push(`${head} ${leaf(value, `${indent}  `)}`);
}

/** An own entry only: a key may be called `toString`. */
function commentAt(comments: Readonly<Record<string, string>>, path: string): string | undefined {
  return Object.hasOwn(comments, path) ? comments[path] : undefined;
}

function writeComment(comment: string | undefined, indent: string, out: string[]): void {
  if (comment === undefined) return;
  for (const [i, line] of comment.split('\n').entries())
    out.push(line === '' ? (i === 0 ? '' : `${indent}#`) : `${indent}# ${line}`);
}

function leaf(value: unknown, indent: string): string {
  switch (typeof value) {
    case 'string':
      return isBlockText(value) ? blockText(value, indent) : yamlString(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`cannot write ${value} as YAML`);
      return yamlNumber(value);
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? '[]' : '{}';
    default:
      throw new TypeError(`cannot write a ${typeof value} as YAML`);
  }
}

/** YAML 1.1 wants a dot in the mantissa and a sign in the exponent of a float. */
function yamlNumber(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return Object.is(value, -0) ? '-0.0' : text;
  const [mantissa, exponent] = text.split('e') as [string, string];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}

/** Words that some YAML version reads as a boolean, null or merge key. */
const RESERVED: ReadonlySet<string> = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);
/** Words starting with a letter, `_` or `/`; a colon only before a character of a word. No number or date starts like that. */
const PLAIN_WORDS =
  /^[A-Za-z_/](?:[A-Za-z0-9_./@%+=,()-]|:(?=[A-Za-z0-9_/]))*(?: (?:[A-Za-z0-9_./@%+=,()-]|:(?=[A-Za-z0-9_/]))+)*$/;
const PLAIN_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:\/\d+)?$/;
const PLAIN_QUANTITY = /^\d+(?:[kMGT]B|ms|s|min|h|d)$/;

/** Readers look for the colon of a key in the next 1,024 characters only. */
function yamlKey(key: string): string {
  const text = yamlString(key);
  if (text.length > 1000) throw new UnrepresentableError('YAML', 'a key longer than 1,000 characters', key);
  return text;
}

/** A scalar string: plain, single-quoted, or double-quoted when it holds characters that need escapes. */
export function yamlString(value: string): string {
  if (
    PLAIN_WORDS.test(value)
      ? !RESERVED.has(value.toLowerCase())
      : PLAIN_ADDRESS.test(value) || PLAIN_QUANTITY.test(value)
  )
    return value;
  if (/\p{Surrogate}/u.test(value)) throw new UnrepresentableError('YAML', 'an unpaired surrogate', value);
  if (/^[\x20-\x7e\u00a1-\u1fff\u3041-\ud7ff]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(
    /[\x7f-\xa0\u2000-\u206f\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Several lines of printable text that a literal block keeps as they are. */
function isBlockText(value: string): boolean {
  return (
    /^[\x21-\x7e][\x20-\x7e\n]*\n$/.test(value) &&
    value.indexOf('\n') < value.length - 1 &&
    !/ \n|\n\n$/.test(value) &&
    value !== '\n'
  );
}

function blockText(value: string, indent: string): string {
  const lines = value.slice(0, -1).split('\n');
  return `|\n${lines.map((line) => (line === '' ? '' : indent + line)).join('\n')}`;
}
