import { MODULES } from '../../../emitters/modules.ts';
import { isPlain, nameText } from '../../cmdb/yaml.ts';
import type { Diagnostic, Fix } from '../../diagnostics/diagnostic.ts';
import { notEditable } from '../../edit/fix.ts';
import { parameters } from '../../schema/table.ts';
import type { ParameterName } from '../../schema/parameter-names.gen.ts';
import { SourceFile, type Node, type Span } from '../../source/node.ts';
import { spanWithin } from '../../source/span-within.ts';
import type { Analysis } from './analysis.ts';
import type { InventoryHost } from '../../phases/2-merge/inventory.ts';
import { IDENTITIES, type Kind } from './namings.ts';
import { mentionAt, mentionsOf, sameMentions, type Mention } from './mentions.ts';
import { renameNotes } from './rename-notes.ts';
import { locate, walk } from './slot.ts';
import { treeOf } from './tolerant-tree.ts';

/** A name that cannot be changed, and why. */
export interface Refused {
  readonly refused: string;
}

/** What a new name changes in the files, and what it means for a site that runs. */
export interface Renaming {
  readonly edits: readonly Fix[];
  /** Paths of `group_vars` that go by the name of the group. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  readonly note: string;
}

const WORDS: Partial<Readonly<Record<Kind, string>>> = {
  group: 'cluster or group',
  user: 'user',
  database: 'database',
};

/** The place of a name that can be changed. */
export function renameableAt(analysis: Analysis, path: string, offset: number): Span | Refused {
  const named = nameAt(analysis, path, offset);
  return 'refused' in named ? named : placeOf(named);
}

/**
 * Everything that a new name changes.
 *
 * @param tried the inventory with these changes
 */
export function renamed(
  analysis: Analysis,
  { path, offset, name }: { readonly path: string; readonly offset: number; readonly name: string },
  tried: (renaming: Omit<Renaming, 'note'>) => Analysis,
): Renaming | Refused {
  const mention = nameAt(analysis, path, offset);
  if ('refused' in mention) return mention;
  const former = mention.names[0]!;
  if (name === former) return { edits: [], moved: [], note: '' };
  if (!/^[\w.$-]+$/.test(name))
    return { refused: `\`${name}\` is no name: use letters, digits, \`_\`, \`-\` and \`.\`` };
  const wanted: Mention = { ...mention, names: [name] };
  if (sameMentions(analysis, wanted).length > 0 || defaultNaming(analysis, wanted) !== undefined)
    return { refused: `\`${name}\` is another ${WORDS[mention.kind]!} already` };
  const same = sameMentions(analysis, mention);
  const edits = same.flatMap((one) => editOf(one, name) ?? []);
  const hidden = same.find((one) => editOf(one, name) === undefined);
  if (hidden !== undefined)
    return { refused: `\`${former}\` is also named in ${whereOf(hidden.span)}, which cannot be edited` };
  const moved = same.some(({ kind, declares }) => kind === 'group' && declares) ? filesOf(analysis, former, name) : [];
  const broken = firstNew(analysis, tried({ edits: unique(edits), moved }), [former, name]);
  if (broken !== undefined) return { refused: broken };
  return { edits: unique(edits), moved, note: renameNotes(analysis, mention, same, name) };
}

/** What is named at an offset, where its name can be changed. */
function nameAt(analysis: Analysis, path: string, offset: number): Mention | Refused {
  const tree = analysis.trees.get(path);
  const spot = tree && locate(tree, offset);
  const mention = spot && mentionAt(spot, offset);
  if (mention === undefined || WORDS[mention.kind] === undefined)
    return { refused: 'clusters, groups, users and databases can be renamed' };
  const [name] = mention.names;
  const word = WORDS[mention.kind]!;
  if (mention.kind === 'group' && FIXED.has(name!))
    return { refused: `the group \`${name}\` has this name everywhere` };
  const same = sameMentions(analysis, mention);
  if (!same.some(({ declares, identity }) => declares || identity !== undefined))
    return { refused: `no ${word} \`${name}\` is declared in these files` };
  const parameter = defaultNaming(analysis, mention);
  if (parameter !== undefined)
    return {
      refused: `the default of \`${parameter}\` names \`${name}\`: write the parameter with the new name first`,
    };
  const locked = same.find(({ span }) => !span.file.editable);
  return locked === undefined ? mention : { refused: notEditable(locked.span.file) };
}

/** Groups that say what their hosts are. */
const FIXED: ReadonlySet<string> = new Set(['all', 'ungrouped', ...MODULES.flatMap(({ group }) => group ?? [])]);

/** Defaults as a file that everybody has; read when the first name is changed. */
let defaults: Node | undefined;

function defaultsTree(): Node {
  return (defaults ??= treeOf(
    new SourceFile(
      'defaults',
      JSON.stringify(
        Object.fromEntries([...parameters().values()].flatMap(({ name, default: value }) => [[name, value ?? null]])),
      ),
      { owner: { kind: 'group', name: 'all', directory: '' } },
    ),
  ));
}

/** A parameter whose default names the same and is in force on a host concerned. */
function defaultNaming(analysis: Analysis, { kind, names, owner }: Mention): ParameterName | undefined {
  const { context } = analysis;
  const members = (): Analysis['context']['hosts'] =>
    owner === undefined
      ? context.hosts
      : [...analysis.owners(owner)].flatMap((name) => context.cluster('pg_cluster', name)?.members ?? []);
  const found = new Set<ParameterName>();
  walk(defaultsTree(), (spot) => {
    const isNamed = mentionsOf(spot).some((one) => one.kind === kind && one.names.some((name) => names.includes(name)));
    if (isNamed && spot.slot.kind === 'value') found.add(spot.slot.parameter as ParameterName);
  });
  return [...found].find((name) => members().some((host) => !host.vars.has(name)));
}

/** Where the name itself is written: without quotes. */
function placeOf({ token, at }: Mention): Span {
  return spanWithin(token, at.from, at.to);
}

/** The edit that gives a mention another name; undefined where the text of the file is another than the value. */
function editOf(mention: Mention, name: string): Fix | undefined {
  const { token, at, names } = mention;
  const span = placeOf(mention);
  if (span.file.text.slice(span.start, span.end) !== names[0]) return undefined;
  const text = token.text.slice(0, at.from) + name + token.text.slice(at.to);
  if (token.style === 'plain' && !isPlain(text, true)) return { span: token.span, text: nameText(text) };
  return { span, text: name };
}

function unique(edits: readonly Fix[]): readonly Fix[] {
  return [...new Map(edits.map((edit) => [whereOf(edit.span) + edit.span.start, edit])).values()];
}

function whereOf({ file, start }: Span): string {
  return `${file.path}:${file.position(start).line}`;
}

/** Files and directories of `group_vars` that go by the name of a group. */
function filesOf(analysis: Analysis, former: string, name: string): Renaming['moved'] {
  const own = analysis.checked.sources.filter(({ owner }) => owner?.kind === 'group' && owner.name === former);
  const paths = own.map(({ path, owner }) => {
    const directory = `${owner!.directory.replace(/\/$/, '')}/group_vars/`;
    const [first] = path.slice(path.lastIndexOf('/group_vars/') + '/group_vars/'.length).split('/');
    return { from: directory + first!, to: directory + name + first!.slice(former.length) };
  });
  return [...new Map(paths.map((one) => [one.from, one])).values()];
}

/** What is wrong with the inventory once it has the new name and was not before. */
function firstNew(before: Analysis, after: Analysis, [former, name]: Names): string | undefined {
  const errors = ({ diagnostics }: Analysis): readonly Diagnostic[] =>
    diagnostics.filter(({ severity }) => severity === 'error');
  const placed = ({ code, span }: Diagnostic): string => `${code} ${lineOf(span)}`;
  const known = new Set(errors(before).map(placed));
  const error = errors(after).find((found) => !known.has(placed(found)));
  if (error !== undefined) return `with the name \`${name}\`: ${error.message} (${error.code})`;
  for (const host of before.context.hosts) {
    const now = after.context.host(host.name);
    const lost = now && lostBy(host, now, [former, name]);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

type Names = readonly [former: string, name: string];

/** A host that other variables would win on, or that would be in another cluster. */
function lostBy(host: InventoryHost, now: InventoryHost, [former, name]: Names): string | undefined {
  for (const [variable, { origin, node }] of host.vars) {
    const then = now.vars.get(variable);
    if (then === undefined || lineOf(then.origin.key) !== lineOf(origin.key))
      return `another \`${variable}\` would win on ${host.name}: groups are merged in the order of their names`;
    const [was, is] = [node, then.node].map((one) => (one.kind === 'scalar' ? one.text : ''));
    if (IDENTITIES.some((identity) => identity === variable) && was !== is && (was !== former || is !== name))
      return `${host.name} would be in another cluster: its name is made of other values`;
  }
  return undefined;
}

function lineOf(span: Span | undefined): number | undefined {
  return span?.file.position(span.start).line;
}
