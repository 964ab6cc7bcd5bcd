import type { MapEntry, ScalarNode } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';

/** A group as declared, after merging all files. */
export interface Group {
  readonly name: string;
  /** The key that declared it (first occurrence); absent for the implicit `all` and `ungrouped`. */
  readonly key?: ScalarNode | undefined;
  readonly children: readonly string[];
  readonly parents: readonly string[];
  /** Hosts listed directly, in file order. */
  readonly hosts: readonly string[];
  /** Longest path from `all`. */
  readonly depth: number;
  /** `ansible_group_priority`, default 1. */
  readonly priority: number;
  readonly vars: readonly MapEntry[];
}

/** A host with its merged variables. */
export interface InventoryHost {
  /** inventory_hostname: the key under `hosts`, ranges expanded. */
  readonly name: string;
  /** First key that names the host. */
  readonly key: ScalarNode;
  /** Every group that contains it, directly or through children, without `all`; in merge order (last wins). */
  readonly groups: readonly string[];
  readonly vars: ReadonlyMap<string, Traced>;
}

/** The merged inventory: phases 2 to 5 pass it on, each a refinement of the former. */
export interface Inventory {
  /** In order of first appearance in the files. */
  readonly hosts: readonly InventoryHost[];
  readonly groups: ReadonlyMap<string, Group>;
  /** `all.vars`, merged over files. */
  readonly globals: ReadonlyMap<string, Traced>;
}
