import type { Result } from '../../diagnostics/result.ts';
import type { MapEntry, Node } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';
import type { Group, Inventory, InventoryHost } from '../2-merge/inventory.ts';
import { LayerSearch, overlay } from '../2-merge/overlay-map.ts';
import { checkSelectors, selectorFields } from './check-selectors.ts';
import { Expander } from './expander.ts';
import { isOfConnection } from './connection.ts';
import { isRead, reads } from './readers.ts';
import type { Lookup } from './reference.ts';

/** The inventory as phases 5 and 6 read it: present names, placeholders and expressions replaced. */
export interface Resolved extends Inventory {
  /** Variables of one's own that only secrets are made from: as secret as those. */
  readonly secretVariables: ReadonlySet<string>;
  /** Variables that expressions of other values or selectors read: they have an effect, whatever their name. */
  readonly used: ReadonlySet<string>;
}

export interface ResolveOptions {
  /** Environment and files; without it every reference to them is an error. */
  readonly lookup?: Lookup | undefined;
  /** A reference to something absent stands for itself, and a number or switch that is one counts as not set. */
  readonly keepAbsent?: boolean | undefined;
}

/**
 * Phase 4: replaces placeholders, references to environment and files, and Jinja2 expressions, in the variables of every host.
 * A value is needed where it is read: one that cannot be had is no problem of a host whose files do not ask for it, and is not
 * set there. Values without anything to replace keep their identity, and hosts with equal surroundings get the same node. Service
 * selectors are tried here, so that what is wrong with them is known before anything is built.
 */
export function resolveValues(inventory: Inventory, options: ResolveOptions = {}): Result<Resolved> {
  const expander = new Expander(inventory, options);
  const resolver = new Resolver(expander);
  const needed = inventory.hosts.map((host) => resolver.host(host, (name) => reads(host, name)));
  const selecting = selectorFields(needed);
  const asked = (host: InventoryHost, name: string): boolean => reads(host, name) || selecting.has(name);
  const answered = inventory.hosts.map((host) => resolver.host(host, (name) => asked(host, name)));
  const hosts = expander.quietly(() =>
    inventory.hosts.map((host, i) => resolver.host(host, (name) => !asked(host, name), answered[i])),
  );
  const globals = new Map<string, Traced>();
  for (const traced of inventory.globals.values()) {
    const node = resolver.scope(traced.name, traced.node);
    if (node !== traced.node) globals.set(traced.name, resolver.relink(traced, node));
  }
  const groups = new Map<string, Group>();
  for (const group of inventory.groups.values()) groups.set(group.name, resolver.group(group));
  const resolved: Resolved = {
    hosts,
    groups,
    globals: overlay(inventory.globals, globals),
    secretVariables: expander.secretVariables,
    used: new Set([...expander.usedInExpressions, ...selecting]),
  };
  return [resolved, [...expander.problems, ...checkSelectors(hosts)]];
}

/** Resolves hosts and scopes; values that many hosts share stay shared. */
class Resolver {
  readonly #expander: Expander;
  readonly #links = new Map<Traced, Map<Node, Traced>>();
  readonly #search: LayerSearch<Traced>;

  constructor(expander: Expander) {
    this.#expander = expander;
    this.#search = new LayerSearch<Traced>((traced) => !expander.isPlain(traced.node));
  }

  /** The variable with another value, the same object for all hosts that get it. */
  relink(traced: Traced, node: Node): Traced {
    let byNode = this.#links.get(traced);
    if (byNode === undefined) this.#links.set(traced, (byNode = new Map()));
    let link = byNode.get(node);
    if (link === undefined) byNode.set(node, (link = { ...traced, node }));
    return link;
  }

  /** `onto`, which is the host itself or made of it, with the variables replaced that `wanted` names. What has no value is taken out. */
  host(host: InventoryHost, wanted: (name: string) => boolean, onto = host): InventoryHost {
    const own = new Map<string, Traced>();
    const absent = new Set<string>();
    for (const traced of this.#search.find(host.vars).values()) {
      if (!wanted(traced.name)) continue;
      // How a host is reached is said for the deployment, also where only Ansible knows the value.
      const node = this.#expander.expand(host, traced) ?? (isOfConnection(traced.name) ? traced.node : undefined);
      if (node === undefined) absent.add(traced.name);
      else if (node !== traced.node) own.set(traced.name, this.relink(traced, node));
    }
    const vars = overlay(onto.vars, own);
    if (vars === onto.vars && absent.size === 0) return onto;
    return { ...onto, vars: absent.size === 0 ? vars : new Map([...vars].filter(([name]) => !absent.has(name))) };
  }

  group(group: Group): Group {
    if (group.vars.every((e) => this.#expander.isPlain(e.value))) return group;
    const vars = group.vars.map((e): MapEntry => ({ key: e.key, value: this.scope(e.key.text, e.value) }));
    return { ...group, vars };
  }

  scope(name: string, node: Node): Node {
    const value = (): Node => this.#expander.ofScope(name, node);
    return isRead(name) ? value() : this.#expander.quietly(value);
  }
}
