/** The value of a variable in the tables: JSON that anyone may have changed, beside the YAML that it once was. */
import { parseSource } from '../phases/1-parse/parse.ts';
import { entry, SourceFile, type MapEntry, type MapNode, type Node, type ScalarNode } from '../source/node.ts';
import { Comments } from './comments.ts';
import { jsonOf, stableJson, UNSAFE, VAULT, type Row } from './row.ts';
import { entryLines, escaped, isPlain } from './yaml.ts';

/** The lines of a variable: as it was written where the value is still the same, else the new value in the old order. */
export function variableLines({ key, value = 'null', source, isFresh }: Row): readonly string[] {
  if (isFresh) return source!.split('\n');
  const old = source === undefined ? undefined : readEntry(source);
  if (old !== undefined && old.e.key.text === key && stableJson(jsonOf(old.e.value)) === stableJson(JSON.parse(value)))
    return source!.split('\n');
  const fresh = fromJson(parseSource(new SourceFile('', escaped(value)))[0]);
  const kept = old === undefined ? fresh : reconcile(old.e.value, fresh);
  return entryLines({ key: plainScalar(key), value: kept }, old?.comments ?? new Comments());
}

function readEntry(source: string): { readonly e: MapEntry; readonly comments: Comments } | undefined {
  const file = new SourceFile('', source);
  const [tree, problems, comments] = parseSource(file, { keepAbsent: true });
  const isBroken = problems.some(({ slug }) => !slug.startsWith('vault-'));
  if (isBroken || tree.kind !== 'map' || tree.entries.length !== 1) return undefined;
  return { e: tree.entries[0]!, comments: new Comments(file, comments) };
}

/** The new value with as much of the old one as is still true. */
function reconcile(old: Node, fresh: Node): Node {
  if (stableJson(jsonOf(old)) === stableJson(jsonOf(fresh))) return old;
  if (old.kind === 'map' && fresh.kind === 'map') return { ...old, entries: reconcileEntries(old, fresh) };
  if (old.kind !== 'seq' || fresh.kind !== 'seq') return fresh;
  return {
    ...old,
    items: fresh.items.map((item, i) => {
      const before = sameItem(old.items, item) ?? old.items[i];
      return before === undefined ? item : reconcile(before, item);
    }),
  };
}

/** The item of the same name, as lists of users and databases have them. */
function sameItem(items: readonly Node[], item: Node): Node | undefined {
  const name = nameOf(item);
  return name === undefined ? undefined : items.find((other) => nameOf(other) === name);
}

function nameOf(item: Node): string | undefined {
  const name = item.kind === 'map' ? entry(item, 'name')?.value : undefined;
  return name?.kind === 'scalar' ? name.text : undefined;
}

function reconcileEntries(old: MapNode, fresh: MapNode): readonly MapEntry[] {
  const kept = old.entries.flatMap(({ key, value }): readonly MapEntry[] => {
    const now = entry(fresh, key.text)?.value;
    return now === undefined ? [] : [{ key, value: reconcile(value, now) }];
  });
  return [...kept, ...fresh.entries.filter(({ key }) => entry(old, key.text) === undefined)];
}

/** A tree read from JSON: no quotes where none are needed, encrypted and unsafe texts as what they are. */
function fromJson(node: Node): Node {
  if (node.kind === 'seq') return { ...node, items: node.items.map(fromJson) };
  if (node.kind === 'scalar') return unquoted(node);
  for (const [name, tag] of [
    [VAULT, 'vault'],
    [UNSAFE, 'unsafe'],
  ] as const) {
    const marked = node.entries.length === 1 ? entry(node, name)?.value : undefined;
    if (marked?.kind === 'scalar' && typeof marked.value === 'string') return { ...marked, tag };
  }
  return { ...node, entries: node.entries.map(({ key, value }) => ({ key: unquoted(key), value: fromJson(value) })) };
}

function unquoted(node: ScalarNode): ScalarNode {
  if (typeof node.value !== 'string') return node;
  if (node.value.includes('\n')) return { ...node, style: 'block' };
  return isPlain(node.value, true) ? { ...node, style: 'plain' } : node;
}

function plainScalar(text: string): ScalarNode {
  const style = isPlain(text, false) ? 'plain' : 'double';
  return { kind: 'scalar', value: text, text, style, span: { file: new SourceFile('', text), start: 0, end: 0 } };
}
