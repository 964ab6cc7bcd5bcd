import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { MapEntry, Node } from '../../source/node.ts';
import type { Origin, Traced } from '../../source/traced.ts';
import { Collector, type GroupDraft, type HostDraft, type VarsDirectory } from './collect.ts';
import type { Group, Inventory, InventoryHost } from './inventory.ts';
import { overlay } from './overlay-map.ts';

type Vars = ReadonlyMap<string, Traced>;

const PRIORITY = 'ansible_group_priority';

/**
 * Phase 2: the files as one inventory with every host's variables, by the rules of Ansible's YAML inventory: `all` < groups by
 * (depth, priority, name in code point order) < host. Values are replaced, never merged; what a value shadows stays reachable.
 */
export function mergeInventory(trees: readonly Node[]): Result<Inventory> {
  const collected = new Collector();
  // Files of variables say something about the groups and hosts of all inventories.
  const isInventory = (tree: Node): boolean => tree.span.file?.owner === undefined;
  for (const tree of trees.filter(isInventory)) collected.addFile(tree);
  for (const tree of trees.filter((tree) => !isInventory(tree))) collected.addFile(tree);
  const { problems } = collected;
  adoptOrphans(collected);
  const directories = [...collected.varsDirectories.values()];
  const groups = finishGroups(collected.groups, directories, problems);
  const written = layer(new Map(), groupVars(collected.groups.get('all')!), 'all', 'all');
  const globals = besideLayers(written, directories, ['all']);
  const merger = new HostMerger(collected.groups, groups, written, directories);
  const hosts = [...collected.hosts.values()].map((host) => merger.merge(host));
  for (const host of hosts) {
    const key = groups.get(host.name)?.key;
    if (key !== undefined) problems.push(report('group-named-like-host', key.span, { name: host.name }));
  }
  if (groups.size === 2 && hosts.length === 0 && globals.size === 0 && problems.length === 0) {
    const file = trees[0]?.span;
    problems.push(report('empty-inventory', file === undefined ? undefined : { ...file, end: file.start }, {}));
  }
  return [{ hosts, groups, globals }, problems];
}

/** Groups without parents belong to `all`; hosts in no other group than `all` belong to `ungrouped`, and only they do. */
function adoptOrphans({ groups, hosts }: Collector): void {
  const all = groups.get('all')!;
  for (const group of groups.values()) {
    if (group === all || group.parents.size > 0) continue;
    group.parents.add('all');
    all.children.add(group.name);
  }
  const ungrouped = groups.get('ungrouped')!;
  for (const host of hosts.values()) {
    const grouped = [...host.groups].some((name) => name !== 'all' && name !== 'ungrouped');
    if (grouped) {
      host.groups.delete('ungrouped');
      ungrouped.hosts.delete(host.name);
    } else {
      host.groups.add('ungrouped');
      ungrouped.hosts.add(host.name);
    }
  }
}

function finishGroups(
  drafts: ReadonlyMap<string, GroupDraft>,
  directories: readonly VarsDirectory[],
  problems: Diagnostic[],
): ReadonlyMap<string, Group> {
  const depths = longestPaths(drafts);
  const groups = new Map<string, Group>();
  for (const draft of drafts.values()) {
    groups.set(draft.name, {
      name: draft.name,
      key: draft.key,
      children: [...draft.children],
      parents: [...draft.parents],
      hosts: [...draft.hosts],
      depth: depths.get(draft.name)!,
      priority: priority(draft, problems),
      vars: writtenVars(draft, directories),
    });
  }
  return groups;
}

/** What is written for a group: one setting of each variable, the one that counts. */
function writtenVars(draft: GroupDraft, directories: readonly VarsDirectory[]): readonly MapEntry[] {
  const beside = directories.flatMap(({ group }) => [...(group.get(draft.name) ?? [])]);
  return [...new Map([...groupVars(draft), ...beside]).values()].map((settings) => settings.at(-1)!);
}

/** Length of the longest path from `all` to each group: a group is settled when all its parents are. */
function longestPaths(drafts: ReadonlyMap<string, GroupDraft>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const waiting = new Map([...drafts.values()].map((draft) => [draft.name, draft.parents.size]));
  const settled = ['all'];
  for (const name of settled) {
    const depth = depths.get(name) ?? 0;
    depths.set(name, depth);
    for (const child of drafts.get(name)!.children) {
      depths.set(child, Math.max(depths.get(child) ?? 0, depth + 1));
      const left = waiting.get(child)! - 1;
      waiting.set(child, left);
      if (left === 0) settled.push(child);
    }
  }
  return depths;
}

/** All variables of a group but its priority, which Ansible takes out. */
function groupVars(draft: GroupDraft): ReadonlyMap<string, readonly MapEntry[]> {
  if (!draft.vars.has(PRIORITY)) return draft.vars;
  return new Map([...draft.vars].filter(([name]) => name !== PRIORITY));
}

function priority(draft: GroupDraft, problems: Diagnostic[]): number {
  let result = 1;
  for (const { value } of draft.vars.get(PRIORITY) ?? []) {
    const scalar = value.kind === 'scalar' ? value.value : undefined;
    const written = typeof scalar === 'string' && /^\s*[-+]?[0-9]+\s*$/.test(scalar) ? Number(scalar) : scalar;
    if (typeof written === 'number' && Number.isFinite(written)) result = Math.trunc(written);
    else if (scalar !== null)
      problems.push(
        report('bad-group-priority', value.span, { value: value.kind === 'scalar' ? value.text : value.kind }),
      );
  }
  return result;
}

/** Variables set by one group or host on top of what they shadow. Settings of one scope shadow each other in file order. */
function layer(base: Vars, vars: ReadonlyMap<string, readonly MapEntry[]>, scope: Origin['scope'], name: string): Vars {
  const own = new Map<string, Traced>();
  for (const [variable, settings] of vars) {
    let traced = base.get(variable);
    for (const { key, value } of settings)
      traced = { name: variable, node: value, origin: { scope, name, key: key.span }, shadows: traced };
    own.set(variable, traced!);
  }
  return overlay(base, own);
}

/** What `group_vars` says about groups, in this order, below one inventory's directory after the other. */
function besideLayers(base: Vars, directories: readonly VarsDirectory[], groups: readonly string[]): Vars {
  let vars = base;
  for (const { group } of directories)
    for (const name of groups) {
      const own = group.get(name);
      if (own !== undefined) vars = layer(vars, own, name === 'all' ? 'all' : 'group', name);
    }
  return vars;
}

/** Merges hosts; hosts with the same groups share the variables of these groups. */
class HostMerger {
  readonly #drafts: ReadonlyMap<string, GroupDraft>;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #globals: Vars;
  readonly #directories: readonly VarsDirectory[];
  /** By direct groups: all groups in merge order and their variables. */
  readonly #chains = new Map<string, { readonly groups: readonly string[]; readonly vars: Vars }>();
  /** By variables merged so far and the next group: variables with those of the group. */
  readonly #layers = new Map<Vars, Map<string, Vars>>();

  constructor(
    drafts: ReadonlyMap<string, GroupDraft>,
    groups: ReadonlyMap<string, Group>,
    globals: Vars,
    directories: readonly VarsDirectory[],
  ) {
    this.#directories = directories;
    this.#drafts = drafts;
    this.#groups = groups;
    this.#globals = globals;
  }

  merge(host: HostDraft): InventoryHost {
    const { groups, vars } = this.#chain(host.groups);
    let own = layer(vars, host.vars, 'host', host.name);
    for (const directory of this.#directories) {
      const beside = directory.host.get(host.name);
      if (beside !== undefined) own = layer(own, beside, 'host', host.name);
    }
    return { name: host.name, key: host.key, groups, vars: own };
  }

  #chain(direct: ReadonlySet<string>): { readonly groups: readonly string[]; readonly vars: Vars } {
    const id = [...direct].join('\0');
    const known = this.#chains.get(id);
    if (known !== undefined) return known;
    const names = new Set(direct);
    // A set may grow while it is walked: parents of parents follow.
    for (const name of names) for (const parent of this.#groups.get(name)!.parents) names.add(parent);
    names.delete('all');
    const sorted = [...names].map((name) => this.#groups.get(name)!).sort(mergeOrder);
    let vars = this.#globals;
    for (const { name } of sorted) vars = this.#layer(vars, name);
    const order = sorted.map((group) => group.name);
    // What lies beside the inventories, `all` included, wins over all that they say about groups themselves.
    vars = besideLayers(besideLayers(vars, this.#directories, ['all']), this.#directories, order);
    const chain = { groups: order, vars };
    this.#chains.set(id, chain);
    return chain;
  }

  #layer(base: Vars, group: string): Vars {
    let byGroup = this.#layers.get(base);
    if (byGroup === undefined) this.#layers.set(base, (byGroup = new Map()));
    let vars = byGroup.get(group);
    if (vars === undefined)
      byGroup.set(group, (vars = layer(base, groupVars(this.#drafts.get(group)!), 'group', group)));
    return vars;
  }
}

function mergeOrder(a: Group, b: Group): number {
  return a.depth - b.depth || a.priority - b.priority || compareCodePoints(a.name, b.name);
}

/** Python orders text by code point; `<` on JavaScript strings by UTF-16 unit, which differs beyond the basic plane. */
function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] !== right[i]) return left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
  }
  return left.length - right.length;
}
