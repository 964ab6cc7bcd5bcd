/** New passwords for an inventory that has published ones: edits of its text that leave everything else as it is. */
import type { Fix } from '../diagnostics/diagnostic.ts';
import { parameters, type ParameterInfo } from '../schema/table.ts';
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

/** Passwords of the distribution's users, wherever they are written: `DBUser.Meta`, `S3User.Backup`. */
const PUBLISHED = /(?<![\w.])(?:DBUser|S3User)\.[A-Za-z]+(?![\w.])/g;

/**
 * Gives out new passwords. Places that had the same password get the same new one, because they belong together: the user of an
 * object store and the repository that logs in as it, a role and the URL of its application.
 */
export class Passwords {
  readonly #made = new Map<string, string>();

  readonly #random: (length: number) => Uint8Array;
  readonly #form: PasswordForm;

  constructor(random: (length: number) => Uint8Array, form: PasswordForm = IN_PLAIN) {
    this.#random = random;
    this.#form = form;
  }

  /** What stands for the new password in a text of the inventory. */
  written(former: string): string {
    return this.#form.word(former, this.for(former));
  }

  /** A text with new passwords in it as a scalar of YAML; undefined where the one that is there is edited. */
  scalar(text: string, style: ScalarNode['style']): string | undefined {
    return this.#form.scalar(text, style);
  }

  /** Every new password by what it stands for. */
  get all(): ReadonlyMap<string, string> {
    return this.#made;
  }

  for(former: string): string {
    let word = this.#made.get(former);
    if (word === undefined) this.#made.set(former, (word = this.#word()));
    return word;
  }

  knows(former: string): boolean {
    return this.#made.has(former);
  }

  /** 24 letters and digits, a letter first: 142 bits that no grammar quotes, and that YAML reads as a string. */
  #word(): string {
    let word = '';
    while (word.length < 24) {
      for (const byte of this.#random(32)) {
        // 248 is the largest multiple of 62 in a byte: every character is equally likely.
        if (byte >= 248 || word.length === 24 || (word === '' && byte % 62 >= 52)) continue;
        word += ALPHABET[byte % 62]!;
      }
    }
    return word;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Replaces published passwords where they are written. Comments, anchors and layout stay. */
export function replacePublished(trees: readonly Node[], passwords: Passwords): readonly Replacement[] {
  const secrets = secretParameters();
  const found = new Map<string, Replacement>();
  const visit = (node: Node, name: string): void => {
    if (node.kind === 'seq') for (const item of node.items) visit(item, name);
    else if (node.kind === 'map') for (const entry of node.entries) visit(entry.value, entry.key.text);
    else {
      const text = replaced(node, secrets.get(name), passwords);
      // An anchor's value is reached from every alias; it is one place.
      if (text !== undefined)
        found.set(`${node.span.file.path}:${node.span.start}`, { span: node.span, text, name, added: false });
    }
  };
  for (const tree of trees) visit(tree, '');
  return [...found.values()];
}

function replaced(node: ScalarNode, info: ParameterInfo | undefined, passwords: Passwords): string | undefined {
  if (typeof node.value !== 'string' || node.tag !== undefined) return undefined;
  const former = node.value;
  const isDefault = info !== undefined && former === info.default;
  const edit = (text: string): string =>
    isDefault
      ? text.replace(former, () => passwords.written(formerOf(info)))
      : text.replace(PUBLISHED, (word) => passwords.written(word));
  const written = node.span.file.text.slice(node.span.start, node.span.end);
  const text = edit(written);
  return text === written ? undefined : (passwords.scalar(edit(former), node.style) ?? text);
}

/** What stands for a default password. A word that several parameters have by default connects nothing. */
function formerOf(info: ParameterInfo): string {
  const shared = [...secretParameters().values()].some(
    (other) => other.name !== info.name && other.default === info.default,
  );
  return shared ? info.name : String(info.default);
}

let table: ReadonlyMap<string, ParameterInfo> | undefined;

/** Parameters with a published password, by each of their names. */
function secretParameters(): ReadonlyMap<string, ParameterInfo> {
  table ??= new Map(
    [...parameters().values()]
      .filter((info) => info.secret === true && typeof info.default === 'string' && info.default !== '')
      .flatMap((info) => [info.name, ...info.aliases].map((name) => [name, info] as const)),
  );
  return table;
}

/**
 * Writes parameters that are not in the inventory into its `all.vars`, with new passwords in place of those of their defaults. Every complete
 * inventory has such a map, because `admin_ip` is in it.
 */
export function addDefaults(
  trees: readonly Node[],
  defaults: readonly (readonly [name: string, value: unknown])[],
  passwords: Passwords,
): Replacement {
  const lines = defaults.map(([name, value]) => {
    const info = secretParameters().get(name);
    const text = info === undefined ? flow(value, passwords) : passwords.written(formerOf(info));
    return `${name}: ${info === undefined ? text : (passwords.scalar(text, 'plain') ?? text)}`;
  });
  const vars = trees
    .map((tree) => entryOf(entryOf(tree, 'all')?.value, 'vars'))
    .findLast((found) => found?.value.kind === 'map' && found.value.entries.length > 0)!;
  return {
    ...insertion(vars.value as MapNode, vars.key, lines),
    name: defaults.map(([name]) => name).join(', '),
    added: true,
  };
}

/** In front of the first entry of a map: on the line below its key where that is possible, so that the comment of the entry stays with it. */
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

/** YAML on one line, with published passwords replaced. */
function flow(value: unknown, passwords: Passwords): string {
  if (typeof value === 'string') {
    const text = value.replace(PUBLISHED, (former) => passwords.written(former));
    return (text === value ? undefined : passwords.scalar(text, 'plain')) ?? quoted(text);
  }
  if (Array.isArray(value)) return `[ ${value.map((item) => flow(item, passwords)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, item]) => `${name}: ${flow(item, passwords)}`)
    .join(', ')} }`;
}
