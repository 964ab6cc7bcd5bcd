import type { Result } from '../../result.ts';
import type { MapEntry, Node } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';
import type { Group, Inventory, InventoryHost } from '../2-merge/inventory.ts';
import { LayerSearch, overlay } from '../2-merge/overlay-map.ts';
import { checkSelectors } from './check-selectors.ts';
import { Expander } from './expander.ts';
import type { Lookup } from './reference.ts';

/** The inventory as phases 5 and 6 read it: present names, placeholders and expressions replaced. */
export interface Resolved extends Inventory {
  /** Variables of one's own that only secrets are made from: as secret as those. */
  readonly secretVariables: ReadonlySet<string>;
  /** Variables that expressions of other values read: they have an effect, whatever their name. */
  readonly usedInExpressions: ReadonlySet<string>;
}

export interface ResolveOptions {
  /** Environment and files; without it every reference to them is an error. */
  readonly lookup?: Lookup | undefined;
}

/**
 * Phase 4: replaces placeholders, references to environment and files, and Jinja2 expressions, in the variables of every host.
 * Values without any keep their identity, and hosts with equal surroundings get the same node. Service selectors are tried here,
 * so that what is wrong with them is known before anything is built.
 */
export function resolveValues(inventory: Inventory, options: ResolveOptions = {}): Result<Resolved> {
  const expander = new Expander(inventory, options.lookup);
  const links = new Map<Traced, Map<Node, Traced>>();
  const relink = (traced: Traced, node: Node): Traced => {
    let byNode = links.get(traced);
    if (byNode === undefined) links.set(traced, (byNode = new Map()));
    let link = byNode.get(node);
    if (link === undefined) byNode.set(node, (link = { ...traced, node }));
    return link;
  };
  const search = new LayerSearch<Traced>((traced) => !expander.isPlain(traced.node));
  const hosts = inventory.hosts.map((host) => resolveHost(host, search.find(host.vars), expander, relink));
  const globals = new Map<string, Traced>();
  for (const traced of inventory.globals.values()) {
    const node = expander.ofScope(traced.name, traced.node);
    if (node !== traced.node) globals.set(traced.name, relink(traced, node));
  }
  const groups = new Map<string, Group>();
  for (const group of inventory.groups.values()) groups.set(group.name, resolveGroup(group, expander));
  const resolved: Resolved = {
    hosts,
    groups,
    globals: overlay(inventory.globals, globals),
    secretVariables: expander.secretVariables,
    usedInExpressions: expander.usedInExpressions,
  };
  return [resolved, [...expander.problems, ...checkSelectors(hosts)]];
}

function resolveHost(
  host: InventoryHost,
  affected: ReadonlyMap<string, Traced>,
  expander: Expander,
  relink: (traced: Traced, node: Node) => Traced,
): InventoryHost {
  const own = new Map<string, Traced>();
  const absent = new Set<string>();
  for (const traced of affected.values()) {
    const node = expander.expand(host, traced);
    if (node === undefined) absent.add(traced.name);
    else if (node !== traced.node) own.set(traced.name, relink(traced, node));
  }
  const vars = overlay(host.vars, own);
  if (vars === host.vars && absent.size === 0) return host;
  return { ...host, vars: absent.size === 0 ? vars : new Map([...vars].filter(([name]) => !absent.has(name))) };
}

function resolveGroup(group: Group, expander: Expander): Group {
  if (group.vars.every((e) => expander.isPlain(e.value))) return group;
  const vars = group.vars.map((e): MapEntry => ({ key: e.key, value: expander.ofScope(e.key.text, e.value) }));
  return { ...group, vars };
}
