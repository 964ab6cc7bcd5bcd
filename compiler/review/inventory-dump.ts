import type { Inventory } from '../phases/2-merge/inventory.ts';
import type { MapEntry, Node, SourceFile } from '../source/node.ts';
import type { Traced } from '../source/traced.ts';
import { spanText } from '../inputs/span-text.ts';
import { maskedValue, maskedVariable } from '../secrets/mask.ts';
import type { OwnSecrets } from '../secrets/spans.ts';

/** Phase 1: the values of each file. */
export function dumpTrees(sources: readonly SourceFile[], trees: readonly Node[], ownSecrets: OwnSecrets): unknown {
  return Object.fromEntries(sources.map((file, i) => [file.path, maskedValue(undefined, trees[i]!, ownSecrets)]));
}

/** Phases 2 to 4: groups, and every variable of every host with the place that set it. */
export function dumpVariables(inventory: Inventory, ownSecrets: OwnSecrets): unknown {
  return {
    groups: [...inventory.groups.values()].map(({ name, children, parents, hosts, depth, priority, vars }) => ({
      name,
      children,
      parents,
      hosts,
      depth,
      priority,
      vars: Object.fromEntries(vars.map((entry) => dumpEntry(entry, ownSecrets))),
    })),
    hosts: inventory.hosts.map(({ name, groups, vars }) => ({
      name,
      groups,
      vars: Object.fromEntries(
        [...vars.values()]
          .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
          .map((traced) => dumpTraced(traced, ownSecrets)),
      ),
    })),
  };
}

function dumpEntry({ key, value }: MapEntry, ownSecrets: OwnSecrets): readonly [string, unknown] {
  return [key.text, maskedVariable(key.text, value, ownSecrets)];
}

function dumpTraced({ name, node, origin }: Traced, ownSecrets: OwnSecrets): readonly [string, unknown] {
  return [
    name,
    {
      value: maskedVariable(name, node, ownSecrets),
      scope: origin.scope,
      from: origin.name,
      at: origin.key && spanText(origin.key),
    },
  ];
}
