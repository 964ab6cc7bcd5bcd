import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { Result } from '../../diagnostics/result.ts';
import type { MapEntry, Span } from '../../source/node.ts';
import type { Origin, Traced } from '../../source/traced.ts';
import type { Group, Inventory, InventoryHost } from '../2-merge/inventory.ts';
import { LayerSearch } from '../2-merge/overlay-map.ts';
import { renamedParameter } from '../../schema/renames.ts';
import { isPresent, presentSetting, type Setting } from './present-setting.ts';

type Vars = ReadonlyMap<string, Traced>;

/**
 * Phase 3: names, fields and values of earlier versions become the present ones, with a warning each. Variables that need no
 * change keep their identity, and an inventory without old names is returned as it is. Where the old and the new name of one
 * parameter are set in different scopes, the nearer scope wins, as it would with one name.
 */
export function normalizeNames(inventory: Inventory): Result<Inventory> {
  const normalizer = new Normalizer();
  const globals = normalizer.vars(inventory.globals, []);
  const groups = new Map<string, Group>();
  for (const group of inventory.groups.values()) groups.set(group.name, normalizer.group(group));
  const hosts = inventory.hosts.map((host) => normalizer.host(host));
  if (!normalizer.changed) return [inventory, []];
  return [{ hosts, groups, globals }, normalizer.problems];
}

class Normalizer {
  readonly problems: Diagnostic[] = [];
  changed = false;
  /** By the span of the key: one setting is judged once, however many hosts inherit it. */
  readonly #settings = new Map<Span | undefined, Setting | 'dropped'>();
  readonly #old = new LayerSearch<Traced>(hasOldSetting);
  readonly #chains = new WeakMap<Traced, WeakMap<Traced, Traced>>();

  group(group: Group): Group {
    if (group.vars.every(({ key, value }) => isPresent(key.text, value))) return group;
    const vars = new Map<string, MapEntry>();
    for (const { key, value } of group.vars) {
      const setting = this.#setting(key.text, value, key.span);
      if (setting === 'dropped') continue;
      const present =
        setting.name === key.text ? key : { ...key, value: setting.name, text: setting.name, derivedFrom: key };
      if (setting.name === key.text || !vars.has(setting.name))
        vars.set(setting.name, { key: present, value: setting.node });
    }
    return { ...group, vars: [...vars.values()] };
  }

  host(host: InventoryHost): InventoryHost {
    const vars = this.vars(host.vars, host.groups);
    return vars === host.vars ? host : { ...host, vars };
  }

  vars(vars: Vars, groups: readonly string[]): Vars {
    if (this.#old.find(vars).size === 0) return vars;
    this.changed = true;
    const result = new Map<string, Traced>();
    for (const traced of vars.values()) {
      const present = this.#chain(traced);
      if (present === undefined) continue;
      const other = result.get(present.name);
      result.set(present.name, other === undefined ? present : this.#join(other, present, groups));
    }
    return result;
  }

  /** The chain of settings of one variable under its present name; undefined when nothing is left of it. */
  #chain(traced: Traced): Traced | undefined {
    const shadows = traced.shadows === undefined ? undefined : this.#chain(traced.shadows);
    const setting = this.#setting(traced.name, traced.node, traced.origin.key);
    if (setting === 'dropped') return shadows;
    if (setting.name === traced.name && setting.node === traced.node && shadows === traced.shadows) return traced;
    return this.#link(traced, { name: setting.name, node: setting.node, origin: traced.origin, shadows });
  }

  /** Hosts that share a chain share the rewritten one. */
  #link(from: Traced, to: Traced): Traced {
    const key = to.shadows ?? from;
    let links = this.#chains.get(from);
    if (links === undefined) this.#chains.set(from, (links = new WeakMap()));
    const known = links.get(key);
    if (known !== undefined) return known;
    links.set(key, to);
    return to;
  }

  /** Settings of one parameter under two names as one chain, nearest scope last. */
  #join(first: Traced, second: Traced, groups: readonly string[]): Traced {
    const links = [...unlink(first), ...unlink(second)].map((link) => ({ link, rank: rank(link.origin, groups) }));
    links.sort((a, b) => a.rank - b.rank || Number(this.#isOld(b.link)) - Number(this.#isOld(a.link)));
    let chain: Traced | undefined;
    let last: { link: Traced; rank: number } | undefined;
    for (const next of links) {
      if (last !== undefined && last.rank === next.rank && this.#isOld(last.link) !== this.#isOld(next.link))
        this.#reportBoth(last.link, next.link);
      chain = { ...next.link, shadows: chain };
      last = next;
    }
    return chain!;
  }

  #isOld({ origin: { key } }: Traced): boolean {
    return key !== undefined && renamedParameter(writtenName(key)) !== undefined;
  }

  #reportBoth(old: Traced, present: Traced): void {
    const { key } = old.origin;
    if (key === undefined || this.problems.some((p) => p.slug === 'old-and-new-name' && p.span === key)) return;
    const related = present.origin.key === undefined ? [] : [{ span: present.origin.key, message: 'this one counts' }];
    this.problems.push(report('old-and-new-name', key, { old: writtenName(key), name: present.name }, { related }));
  }

  #setting(name: string, node: Traced['node'], key: Span | undefined): Setting | 'dropped' {
    if (isPresent(name, node)) return { name, node };
    const known = this.#settings.get(key);
    if (known !== undefined) return known;
    const setting = presentSetting(name, node, key, this.problems) ?? 'dropped';
    this.#settings.set(key, setting);
    this.changed = true;
    return setting;
  }
}

function hasOldSetting(traced: Traced): boolean {
  for (let link: Traced | undefined = traced; link !== undefined; link = link.shadows)
    if (!isPresent(link.name, link.node)) return true;
  return false;
}

function unlink(traced: Traced): readonly Traced[] {
  const links: Traced[] = [];
  for (let link: Traced | undefined = traced; link !== undefined; link = link.shadows) links.unshift(link);
  return links;
}

/** The name as it is in the file, without quotes. */
function writtenName(key: Span): string {
  return key.file.text.slice(key.start, key.end).replace(/['"]/g, '');
}

/** Position of a scope in merge order. */
function rank(origin: Origin, groups: readonly string[]): number {
  if (origin.scope === 'host') return groups.length + 1;
  return origin.scope === 'group' ? groups.indexOf(origin.name) + 1 : 0;
}
