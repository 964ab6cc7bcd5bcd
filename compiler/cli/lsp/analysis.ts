import { Compilation, compileFiles } from '../../compile.ts';
import type { Checked } from '../../phases/5-check/checked.ts';
import type { Request } from '../../inputs/request.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { arrange } from '../../diagnostics/sort.ts';
import type { Host } from '../../host/host.ts';
import { expandHostPattern } from '../../phases/2-merge/host-pattern.ts';
import type { Inventory, InventoryHost } from '../../phases/2-merge/inventory.ts';
import { originalCluster, upstreamHost } from '../../phases/5-check/clusters.ts';
import { CheckContext } from '../../phases/5-check/context.ts';
import type { Node } from '../../source/node.ts';
import type { Scope } from './slot.ts';
import { treeOf } from './tolerant-tree.ts';

/** More hosts than this in one key are not worth looking at. */
const MOST_OF_KEY = 1000;

/** Where users and databases belong: the clusters that a scope concerns, or the one behind an address. */
export type Owner = Scope | { readonly kind: 'server'; readonly name: string };

/** What is known about one inventory as its files are now. Everything but the findings is computed when asked for. */
export class Analysis {
  readonly checked: Checked;
  /** Sorted, each once. */
  readonly diagnostics: readonly Diagnostic[];
  readonly #compilation: Compilation;
  #trees: ReadonlyMap<string, Node> | undefined;
  #context: CheckContext | undefined;

  readonly request: Request;

  constructor(host: Host, request: Request) {
    this.request = request;

    this.#compilation = compileFiles(host, request);
    this.checked = this.#compilation.checked();
    this.diagnostics = arrange(this.checked.diagnostics, request.files).diagnostics;
  }

  /** Trees of the files by path, as well as they can be read. */
  get trees(): ReadonlyMap<string, Node> {
    return (this.#trees ??= new Map(this.checked.sources.map((source) => [source.path, treeOf(source)])));
  }

  /** The inventory as a lookup table; of files that cannot be read, what can be recognized. */
  get context(): CheckContext {
    return (this.#context ??= new CheckContext(this.checked.resolved ?? this.#recognized(), {
      platform: this.checked.platform,
    }));
  }

  #recognized(): Inventory {
    const trees = [...this.trees.values()];
    const { inputs, parsed } = this.#compilation;
    return new Compilation(inputs, () => ({ ...parsed(), trees })).resolved()[0];
  }

  /** Hosts that a variable set there reaches. */
  hosts(scope: Scope): readonly InventoryHost[] {
    switch (scope.kind) {
      case 'all':
        return this.context.hosts;
      case 'group':
        return this.context.members(scope.name);
      case 'host': {
        const expanded = expandHostPattern(scope.name, MOST_OF_KEY);
        const names = typeof expanded === 'object' ? expanded.names : [scope.name];
        return names.flatMap((name) => this.context.host(name) ?? []);
      }
    }
  }

  /** Members of the PostgreSQL clusters that a variable set there concerns. */
  members(scope: Scope): readonly InventoryHost[] {
    const names = this.clusters(scope);
    return [...names].flatMap((name) => this.context.cluster('pg_cluster', name)?.members ?? []);
  }

  /** Names of these clusters. */
  clusters(scope: Scope): ReadonlySet<string> {
    const names = new Set(this.hosts(scope).map((host) => this.context.of(host).pgCluster.value));
    names.delete('');
    return names;
  }

  /** Names of the clusters whose users and databases an owner has. A standby cluster has those of the one it follows. */
  owners(owner: Owner): ReadonlySet<string> {
    const { context } = this;
    const names = owner.kind === 'server' ? this.#servers(owner.name) : [...this.clusters(owner)];
    const clusters = names.flatMap((name) => context.cluster('pg_cluster', name) ?? []);
    return new Set(clusters.map((cluster) => originalCluster(context, cluster).name));
  }

  /** The cluster behind an address, the name of a host, or its own name. */
  #servers(name: string): readonly string[] {
    const host = upstreamHost(this.context, name);
    return [host === undefined ? name : this.context.of(host).pgCluster.value];
  }
}
