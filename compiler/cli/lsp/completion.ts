import type { Typed } from '../../phases/5-check/typed.ts';
import { CompletionItemKind, MarkupKind, type CompletionItem, type Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { placeOf } from '../../phases/4-resolve/places.ts';
import { objectOf, parameters, type FieldInfo, type Level, type ParameterInfo } from '../../schema/table.ts';
import { SourceFile, type MapNode } from '../../source/node.ts';
import type { Analysis } from './analysis.ts';
import type { Candidate } from './candidate.ts';
import { knownWords } from './known-words.ts';
import { fieldMarkdown, parameterMarkdown } from './markdown.ts';
import { namingsOf, type Kind } from './namings.ts';
import { selects } from './selector-words.ts';
import { settingAt, settingMarkdown, settingsAt, settingValues } from './server-settings.ts';
import { holdsSettings, locate, SETTING, type Scope, type Slot, type Spot, type ValueSlot } from './slot.ts';
import { tolerantTree } from './tolerant-tree.ts';

/** Stands for what will be typed. A letter of no alphabet, so that it makes no other token of what it is put into. */
const CARET = '\ue000';
const SECTIONS = ['hosts', 'vars', 'children'];

/**
 * What may stand at an offset of a document. The document is read with a letter put in there, by indentation: it is usually
 * not an inventory yet.
 */
export function completionsAt(
  analysis: Analysis | undefined,
  path: string,
  document: TextDocument,
  offset: number,
): readonly CompletionItem[] {
  const text = document.getText();
  const open = /\$\{?[A-Za-z_]*$/.exec(text.slice(Math.max(0, offset - 64), offset));
  const from = open === null ? offset : offset - open[0].length;
  const spot = locate(tolerantTree(new SourceFile(path, `${text.slice(0, from)}${CARET}${text.slice(offset)}`)), from);
  if (spot === undefined || !spot.token.text.includes(CARET)) return [];
  if (open !== null)
    return placeholders(spot.slot).map((candidate) => item(candidate, replaced(document, from, offset)));
  const { candidates, word } = candidatesOf(analysis, spot, text, offset);
  const range = replaced(document, offset - word.before, offset + word.after);
  const colon = /^[ \t]*:/.test(text.slice(offset + word.after, offset + word.after + 8));
  const quoted = /['"]/.test(text[offset - word.before - 1] ?? '');
  return candidates.map((candidate) => item(candidate, range, { colon, quoted }));
}

function item(
  { label, kind, detail, documentation, rank = 1, key }: Candidate,
  range: Range,
  { colon = true, quoted = true } = {},
): CompletionItem {
  // Braces would begin a map, brackets a list.
  const value = quoted || !/[{[]/.test(label) ? label : label.includes("'") ? `"${label}"` : `'${label}'`;
  return {
    label,
    kind,
    ...(detail !== undefined && { detail }),
    ...(documentation !== undefined && { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
    sortText: `${String(rank).padStart(2, '0')}${label}`,
    filterText: label.replaceAll('`', ''),
    textEdit: { range, newText: key === true && !colon ? `${label}: ` : value },
  };
}

function replaced(document: TextDocument, start: number, end: number): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** The word under the cursor, which a completion replaces. */
interface Word {
  readonly before: number;
  readonly after: number;
}

function wordAt(text: string, offset: number, letters: RegExp): Word {
  let before = 0;
  while (letters.test(text[offset - before - 1] ?? ' ')) before++;
  let after = 0;
  while (letters.test(text[offset + after] ?? ' ')) after++;
  return { before, after };
}

const WORD = /[^\s,:[\]{}'"#+]/;
/** In values colons are letters: addresses have them. */
const VALUE = /[^\s,[\]{}'"#+]/;
/** In expressions, of fields. */
const LETTERS = /[\w-]/;

function candidatesOf(
  analysis: Analysis | undefined,
  spot: Spot,
  text: string,
  offset: number,
): { readonly candidates: readonly Candidate[]; readonly word: Word } {
  const { slot, role } = spot;
  const asKey = role === 'key' || (expectsMap(slot) && !followsKey(spot));
  if (!asKey) {
    if (slot.kind !== 'value') return { candidates: [], word: wordAt(text, offset, VALUE) };
    const before = spot.token.text.slice(0, spot.token.text.indexOf(CARET));
    const letters = selects(slot) && before.trim() !== '' ? LETTERS : VALUE;
    return { candidates: values(analysis, slot, before), word: wordAt(text, offset, letters) };
  }
  const taken = new Set(role === 'key' ? others(spot.map) : []);
  const candidates = keys(analysis, slot).filter(({ label }) => !taken.has(label));
  const word = wordAt(text, offset, WORD);
  // A list of objects may also name them: `roles: [dbrole_readonly]`.
  const named = role === 'value' && slot.kind === 'value' ? values(analysis, slot) : [];
  return { candidates: [...named, ...candidates], word };
}

/** A map cannot begin on the line of its key. */
function followsKey({ token, map }: Spot): boolean {
  const key = map?.entries.find(({ value }) => value === token)?.key;
  return key !== undefined && !token.span.file.text.slice(key.span.end, token.span.start).includes('\n');
}

function expectsMap(slot: Slot): boolean {
  return (
    slot.kind !== 'nothing' &&
    (slot.kind !== 'value' || slot.info?.object?.container === 'object' || holdsSettings(slot))
  );
}

function others(map: MapNode | undefined): readonly string[] {
  return map?.entries.flatMap(({ key }) => (key.text.includes(CARET) ? [] : [key.text])) ?? [];
}

function keys(analysis: Analysis | undefined, slot: Slot): readonly Candidate[] {
  switch (slot.kind) {
    case 'groups':
      return groups(analysis, slot.within).map((label) => ({
        label,
        kind: CompletionItemKind.Module,
        detail: 'group',
        key: true,
      }));
    case 'sections':
      return SECTIONS.map((label) => ({ label, kind: CompletionItemKind.Keyword, key: true }));
    case 'hosts':
      return names(analysis, 'host').map((label) => ({
        label,
        kind: CompletionItemKind.Unit,
        detail: 'host',
        key: true,
      }));
    case 'vars':
      return parameterKeys(slot.scope);
    case 'value':
      return holdsSettings(slot) ? settingKeys(analysis, slot.scope) : fieldKeys(slot);
    case 'nothing':
      return [];
  }
}

/** `all` is at the top of a file and nowhere else. */
function groups(analysis: Analysis | undefined, within: string | undefined): readonly string[] {
  const known = names(analysis, 'group').filter((name) => name !== 'all' && name !== within);
  return within === undefined ? ['all', ...known] : known;
}

const LEVELS: Readonly<Record<Scope['kind'], Level>> = { all: 'G', group: 'C', host: 'I' };

/** Parameters meant for this level first; identities of an instance nowhere else. */
function parameterKeys(scope: Scope): readonly Candidate[] {
  const level = LEVELS[scope.kind];
  return [...parameters().values()].flatMap((info): readonly Candidate[] => {
    const meant = info.levels.includes(level);
    if (!meant && ((info.identity && info.default === undefined) || info.levels.every((one) => one === 'A'))) return [];
    const rank = meant ? (info.identity ? 0 : 1) : 2;
    return [
      {
        label: info.name,
        kind: CompletionItemKind.Property,
        detail: detailOf(info),
        documentation: parameterMarkdown(info),
        rank,
        key: true,
      },
    ];
  });
}

function detailOf(info: FieldInfo | ParameterInfo): string {
  return 'module' in info ? `${info.type} · ${info.module}` : info.type;
}

function fieldKeys({ info }: ValueSlot): readonly Candidate[] {
  const object = info?.object?.container === 'object' ? objectOf(info.object.name) : undefined;
  if (object === undefined) return [];
  return object.fields.map((field): Candidate => {
    return {
      label: field.name,
      kind: CompletionItemKind.Field,
      detail: field.type,
      documentation: fieldMarkdown(object.name, field.name),
      rank: field.required ? 0 : 1,
      key: true,
    };
  });
}

function settingKeys(analysis: Analysis | undefined, scope: Scope): readonly Candidate[] {
  const known = analysis === undefined ? [] : settingsAt(analysis, scope);
  return known.map((setting) => ({
    label: setting.name,
    kind: CompletionItemKind.Property,
    detail: setting.type,
    documentation: settingMarkdown(setting),
    key: true,
  }));
}

/** @param before what the text has left of the cursor */
function values(analysis: Analysis | undefined, slot: ValueSlot, before = ''): readonly Candidate[] {
  const { info } = slot;
  const known = analysis && knownWords(analysis, slot, before);
  if (known !== undefined) return known;
  const setting =
    analysis !== undefined && slot.object === SETTING ? settingAt(analysis, slot.scope, slot.field) : undefined;
  if (setting !== undefined)
    return settingValues(setting).map((label) => ({ label, kind: CompletionItemKind.EnumMember }));
  const [named] = namingsOf(slot);
  const declared = named === undefined || named.declares === true ? [] : names(analysis, named.kind, slot.scope);
  const words = info?.type === 'bool' ? ['true', 'false'] : (info?.enum ?? info?.examples ?? []).map(String);
  return [
    ...declared.map(
      (label): Candidate => ({ label, kind: CompletionItemKind.Reference, detail: named!.kind, rank: 0 }),
    ),
    ...words
      .filter((word) => !declared.includes(word))
      .map((label): Candidate => ({ label, kind: CompletionItemKind.EnumMember })),
  ];
}

/** Names of what the inventory declares, as far as it is known. */
function names(analysis: Analysis | undefined, kind: Kind, scope?: Scope): readonly string[] {
  if (analysis === undefined) return [];
  const { context } = analysis;
  switch (kind) {
    case 'group':
      return [...context.groups.values()].filter(({ key }) => key !== undefined).map(({ name }) => name);
    case 'host':
      return context.hosts.map(({ name }) => name);
    case 'user':
      return listed(analysis, scope, ['pg_users', 'pg_default_roles']);
    case 'database':
      return listed(analysis, scope, ['pg_databases']);
    case 'service':
      return listed(analysis, scope, ['pg_services', 'pg_default_services']);
  }
}

type NamedList = 'pg_users' | 'pg_default_roles' | 'pg_databases' | 'pg_services' | 'pg_default_services';

type Named = { readonly fields: { readonly name: Typed<string> } };

/** Names in lists of the clusters that a scope concerns; of all where it concerns none yet. */
function listed(analysis: Analysis, scope: Scope | undefined, lists: readonly NamedList[]): readonly string[] {
  const { context } = analysis;
  const concerned = scope === undefined ? [] : analysis.members(scope);
  const hosts = concerned.length > 0 ? concerned : context.hosts;
  const names = hosts.flatMap((host) =>
    lists
      .flatMap((list): readonly Named[] => context.parameter(host, list).value)
      .map(({ fields }) => fields.name.value),
  );
  return [...new Set(names)].filter((name) => name !== '');
}

function placeholders(slot: Slot): readonly Candidate[] {
  if (slot.kind !== 'value') return [];
  const place = placeOf(slot.parameter);
  const allowed =
    place === undefined || (place.field !== undefined && place.field !== slot.field) ? [] : Object.keys(place.names);
  return [
    ...allowed.map((name): Candidate => ({ label: `\${${name}}`, kind: CompletionItemKind.Variable, rank: 0 })),
    { label: '${env:}', kind: CompletionItemKind.Variable, detail: 'an environment variable' },
    { label: '${file:}', kind: CompletionItemKind.Variable, detail: 'the content of a file' },
  ];
}
