/** What a program prints for `--list`: groups with lists of hosts and children, and the variables of hosts in `_meta`. */
import { lifted } from './lifted.ts';
import { entry, type MapEntry, type MapNode, type Node, type ScalarNode } from '../../source/node.ts';

const PARTS = ['hosts', 'vars', 'children'];

/**
 * The same as a YAML inventory says it. What is neither stays as it is, to be reported there.
 *
 * @param isAlone no other file has variables that would win over those of groups
 */
export function fromList(tree: Node, isAlone = false): Node {
  if (tree.kind !== 'map') return tree;
  const groups = tree.entries.flatMap(({ key, value }): readonly MapEntry[] =>
    key.text === '_meta' ? [] : [{ key, value: group(key, value) }],
  );
  const meta = entry(tree, '_meta')?.value;
  const vars = meta?.kind === 'map' ? entry(meta, 'hostvars') : undefined;
  // Variables of a host that is in no group are nobody's.
  const known = new Set(groups.flatMap(({ value }) => hostsOf(value)));
  const hosts = vars?.value.kind === 'map' ? vars.value.entries.filter(({ key }) => known.has(key.text)) : [];
  if (vars === undefined || hosts.length === 0) return { ...tree, entries: groups };
  // A host without variables would get those of the others.
  const isFlat =
    isAlone &&
    hosts.length === known.size &&
    groups.every(({ value }) => value.kind !== 'map' || entry(value, 'vars') === undefined);
  const { all, byGroup, rest } = isFlat ? lifted(groups, hosts) : { all: [], byGroup: new Map(), rest: hosts };
  const section = (key: ScalarNode, name: string, entries: readonly MapEntry[]): readonly MapEntry[] =>
    entries.length === 0 ? [] : [{ key: named(key, name), value: map(key, entries) }];
  const everything = map(vars.key, [...section(vars.key, 'hosts', rest), ...section(vars.key, 'vars', all)]);
  const own = groups.map(({ key, value }) => ({
    key,
    value:
      value.kind === 'map'
        ? { ...value, entries: [...value.entries, ...section(key, 'vars', byGroup.get(key.text) ?? [])] }
        : value,
  }));
  return { ...tree, entries: [...own, { key: named(vars.key, 'all'), value: everything }] };
}

/** A group; a list is short for its hosts. */
function group(key: ScalarNode, value: Node): Node {
  if (value.kind === 'seq') return map(key, [{ key: named(key, 'hosts'), value: keys(value) }]);
  if (value.kind !== 'map') return value;
  const entries = value.entries.map((e) => (e.key.text === 'vars' ? e : { key: e.key, value: keys(e.value) }));
  if (value.entries.length === 0 || entries.some((e) => PARTS.includes(e.key.text))) return { ...value, entries };
  // A map without any part is one of variables, and the group the name of a host.
  return map(key, [
    { key: named(key, 'hosts'), value: map(key, [{ key, value: nothing(key) }]) },
    { key: named(key, 'vars'), value },
  ]);
}

/** Names in a list as the keys of a map. */
function keys(value: Node): Node {
  if (value.kind !== 'seq') return value;
  return {
    kind: 'map',
    span: value.span,
    entries: value.items.flatMap((item) => (item.kind === 'scalar' ? [{ key: item, value: nothing(item) }] : [])),
  };
}

/** Names of the hosts of a group. */
export function hostsOf(value: Node): readonly string[] {
  const hosts = value.kind === 'map' ? entry(value, 'hosts')?.value : undefined;
  return hosts?.kind === 'map' ? hosts.entries.map(({ key }) => key.text) : [];
}

function map({ span }: ScalarNode, entries: readonly MapEntry[]): MapNode {
  return { kind: 'map', span, entries };
}

function named({ span }: ScalarNode, text: string): ScalarNode {
  return { kind: 'scalar', value: text, text, style: 'double', span };
}

function nothing({ span }: ScalarNode): ScalarNode {
  return { kind: 'scalar', value: null, text: '', style: 'plain', span: { ...span, start: span.end } };
}
