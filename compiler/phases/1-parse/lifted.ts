/** Programs that print all variables at the hosts: which of them were those of all, or of a cluster. */
import { parameter } from '../../schema/table.ts';
import { entry, type MapEntry, type Node } from '../../source/node.ts';
import { hostsOf } from './list.ts';

export interface Lifted {
  /** Variables of all. */
  readonly all: readonly MapEntry[];
  /** Variables of groups. */
  readonly byGroup: ReadonlyMap<string, readonly MapEntry[]>;
  /** Hosts with the variables that remain. */
  readonly rest: readonly MapEntry[];
}

/**
 * Takes parameters up where every host of the site, or of a cluster, has the same value and the parameter may stand there. Each host keeps
 * all its values.
 */
export function lifted(groups: readonly MapEntry[], hosts: readonly MapEntry[]): Lifted {
  const all = common(hosts, (name) => parameter(name)?.levels.includes('G') === true);
  const taken = new Map(hosts.map(({ key }) => [key.text, new Set(all.map((e) => e.key.text))]));
  const byGroup = new Map<string, readonly MapEntry[]>();
  for (const { key, value } of groups) {
    // Variables of a group with groups below reach their hosts as well.
    const names = new Set(value.kind === 'map' && entry(value, 'children') !== undefined ? [] : hostsOf(value));
    const members = hosts.filter((host) => names.has(host.key.text));
    const vars = common(members, (name) => {
      const info = parameter(name);
      return info?.levels.includes('C') === true && isClusterOf(members, key.text, info.module);
    });
    byGroup.set(key.text, vars);
    for (const member of members) for (const e of vars) taken.get(member.key.text)!.add(e.key.text);
  }
  return { all, byGroup, rest: hosts.map((host) => without(host, taken.get(host.key.text)!)) };
}

/** Variables with the same text at every host. */
function common(hosts: readonly MapEntry[], wanted: (name: string) => boolean): readonly MapEntry[] {
  const [first, ...others] = hosts;
  return varsOf(first).filter(
    (e) => wanted(e.key.text) && others.every((host) => textOf(valueAt(host, e.key.text)) === textOf(e.value)),
  );
}

/** Groups are called as the cluster of a module that they are: `pg_cluster` of its hosts is the name of the group. */
function isClusterOf([first]: readonly MapEntry[], group: string, module: string): boolean {
  return varsOf(first).some(
    ({ key, value }) =>
      key.text.endsWith('_cluster') &&
      parameter(key.text)?.module === module &&
      value.kind === 'scalar' &&
      value.text === group,
  );
}

function without({ key, value }: MapEntry, names: ReadonlySet<string>): MapEntry {
  if (value.kind !== 'map') return { key, value };
  return { key, value: { ...value, entries: value.entries.filter((e) => !names.has(e.key.text)) } };
}

function varsOf(host: MapEntry | undefined): readonly MapEntry[] {
  return host?.value.kind === 'map' ? host.value.entries : [];
}

function valueAt({ value }: MapEntry, name: string): Node | undefined {
  return value.kind === 'map' ? entry(value, name)?.value : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  return node?.span.file.text.slice(node.span.start, node.span.end);
}
