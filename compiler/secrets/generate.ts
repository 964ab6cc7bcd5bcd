/** New passwords for an inventory that has published ones: edits of its text that leave everything else as it is. */
import type { Fix } from '../diagnostics/diagnostic.ts';
import { freshForm, isFixed, isPublished, publishedHere, replaceWords } from '../schema/published.ts';
import { parameters, type Fresh } from '../schema/table.ts';
import { entry, type MapEntry, type MapNode, type Node, type ScalarNode } from '../source/node.ts';

/** A password that is replaced or added. */
export interface Replacement extends Fix {
  /** What it is the password of: the parameter, or the key it stands under. */
  readonly name: string;
  readonly added: boolean;
}

/** How new passwords are written into the inventory. */
export interface PasswordForm {
  word(former: string, password: string): string;
  scalar(text: string, style: ScalarNode['style']): string | undefined;
}

const IN_PLAIN: PasswordForm = { word: (_former, password) => password, scalar: () => undefined };

/**
 * Gives out new passwords. Places that had the same password get the same new one, because they belong together: the user of an
 * object store and the repository that logs in as it, a role and the URL of its application.
 */
export class Passwords {
  readonly #made = new Map<string, string>();

  readonly #random: (length: number) => Uint8Array;
  readonly #form: PasswordForm;
  readonly #keepFixed: boolean;

  /** @param keepFixed leave what data are encrypted with */
  constructor(random: (length: number) => Uint8Array, form: PasswordForm = IN_PLAIN, keepFixed = false) {
    this.#random = random;
    this.#form = form;
    this.#keepFixed = keepFixed;
  }

  /** True for a secret that stays as it is. */
  keeps(name: string): boolean {
    return this.#keepFixed && isFixed(name);
  }

  /** What stands for the new password in a text of the inventory. */
  written(former: string, form?: Fresh): string {
    return this.#form.word(former, this.for(former, form));
  }

  /** A text with new passwords in it as a scalar of YAML; undefined where the one that is there is edited. */
  scalar(text: string, style: ScalarNode['style']): string | undefined {
    return this.#form.scalar(text, style);
  }

  /** Every new password by what it stands for. */
  get all(): ReadonlyMap<string, string> {
    return this.#made;
  }

  for(former: string, form?: Fresh): string {
    let word = this.#made.get(former);
    if (word === undefined) this.#made.set(former, (word = this.#word(form)));
    return word;
  }

  /** 24 letters and digits, a letter first: 142 bits that no grammar quotes, and that YAML reads as a string. */
  #word(form: Fresh | undefined): string {
    if (form === 'hex64') return Buffer.from(this.#random(32)).toString('hex');
    const length = form === 'word8' ? 8 : 24;
    let word = '';
    while (word.length < length) {
      for (const byte of this.#random(32)) {
        // 248 is the largest multiple of 62 in a byte: every character is equally likely.
        if (byte >= 248 || word.length === length || (word === '' && byte % 62 >= 52)) continue;
        word += ALPHABET[byte % 62]!;
      }
    }
    return word;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Replaces published passwords where they are written. Comments, anchors and layout stay. */
export function replacePublished(trees: readonly Node[], passwords: Passwords): readonly Replacement[] {
  const found = new Map<string, Replacement>();
  const visit = (node: Node, name: string): void => {
    if (node.kind === 'seq') for (const item of node.items) visit(item, name);
    else if (node.kind === 'map') for (const entry of node.entries) visit(entry.value, entry.key.text);
    else {
      const text = replaced(node, presentName(name), passwords);
      // An anchor's value is reached from every alias; it is one place.
      if (text !== undefined)
        found.set(`${node.span.file.path}:${node.span.start}`, { span: node.span, text, name, added: false });
    }
  };
  for (const tree of trees) visit(tree, '');
  return [...found.values()];
}

function replaced(node: ScalarNode, name: string, passwords: Passwords): string | undefined {
  if (typeof node.value !== 'string' || node.tag !== undefined || passwords.keeps(name)) return undefined;
  const former = node.value;
  const written = node.span.file.text.slice(node.span.start, node.span.end);
  // An empty text has quotes around nothing.
  if (former === '')
    return publishedHere(name, '')
      ? (passwords.scalar(fresh(name, '', passwords), 'plain') ?? fresh(name, '', passwords))
      : undefined;
  const edit = (text: string): string =>
    isWhole(name, former) ? text.replace(former, () => fresh(name, former, passwords)) : fresh(name, text, passwords);
  const text = edit(written);
  return text === written ? undefined : (passwords.scalar(edit(former), node.style) ?? text);
}

/** True where the value as a whole is a published one. */
function isWhole(name: string, value: string): boolean {
  return publishedHere(name, value) || defaultOf(name) === value;
}

/** A text at a place of the inventory with new passwords for published ones. */
function fresh(name: string, text: string, passwords: Passwords): string {
  if (passwords.keeps(name)) return text;
  if (!isWhole(name, text)) return replaceWords(text, (word) => passwords.written(word));
  return passwords.written(formerOf(name, text), freshForm(name));
}

/** What stands for a published value. One that is published here only, or the default of several parameters, connects nothing. */
function formerOf(name: string, value: string): string {
  const shared = [...parameters().values()].some((other) => other.name !== name && other.default === value);
  return publishedHere(name, value) || shared ? name : value;
}

/** The published default of a parameter. */
function defaultOf(name: string): string | undefined {
  const value = parameters().get(name)?.default;
  return typeof value === 'string' && isPublished(name, value) ? value : undefined;
}

let present: ReadonlyMap<string, string> | undefined;

/** What a parameter is called now. */
function presentName(name: string): string {
  present ??= new Map([...parameters().values()].flatMap((info) => info.aliases.map((alias) => [alias, info.name])));
  return present.get(name) ?? name;
}

/**
 * Writes parameters that are not in the inventory into its `all.vars`, with new passwords in place of those of their
 * defaults. Every complete inventory has such a map, because `admin_ip` is in it.
 */
export function addDefaults(
  trees: readonly Node[],
  defaults: readonly (readonly [name: string, value: unknown])[],
  passwords: Passwords,
): Replacement {
  const lines = defaults.map(([name, value]) => `${name}: ${flow(name, value, passwords)}`);
  const vars = trees
    .map((tree) => entryOf(entryOf(tree, 'all')?.value, 'vars'))
    .findLast((found) => found?.value.kind === 'map' && found.value.entries.length > 0)!;
  return {
    ...insertion(vars.value as MapNode, vars.key, lines),
    name: defaults.map(([name]) => name).join(', '),
    added: true,
  };
}

/**
 * In front of the first entry of a map: on the line below its key where that is possible, so that the comment of the
 * entry stays with it.
 */
function insertion(map: MapNode, key: ScalarNode, lines: readonly string[]): Fix {
  const { file, start } = map.entries[0]!.key.span;
  const at = (place: number, text: string): Fix => ({ span: { file, start: place, end: place }, text });
  if (file.text[map.span.start] === '{') return at(start, `${lines.join(', ')}, `);
  const indent = ' '.repeat(file.position(start).column - 1);
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const below = key.span.file === file ? file.text.indexOf('\n', key.span.end) + 1 : 0;
  // A map by an alias stands elsewhere.
  if (below > 0 && below <= start && key.span.start < start && !file.text.slice(key.span.end, below).includes('*'))
    return at(below, lines.map((line) => `${indent}${line}${newline}`).join(''));
  return at(start, lines.map((line) => `${line}${newline}${indent}`).join(''));
}

function entryOf(node: Node | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? entry(node, key) : undefined;
}

/** A text as YAML that needs no look at what is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** YAML on one line, with published passwords replaced. What is not set follows from names. */
function flow(name: string, value: unknown, passwords: Passwords): string {
  if (typeof value === 'string' || value === undefined) {
    const former = value ?? '';
    const text = fresh(name, former, passwords);
    if (text === former) return quoted(text);
    return passwords.scalar(text, 'plain') ?? (isWhole(name, former) ? text : quoted(text));
  }
  if (Array.isArray(value)) return `[ ${value.map((item) => flow(name, item, passwords)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key}: ${flow(key, item, passwords)}`)
    .join(', ')} }`;
}
