import type { Network } from '../../domain/address.ts';
import type { HostFacts } from '../../platform/host-facts.ts';
import type { PlatformProfile } from '../../platform/profile.ts';
import type { ParameterName, ParameterNames } from '../../schema/parameter-names.gen.ts';
import { schemaDefaults } from '../../schema/table.ts';
import type { MapEntry, Node, Span } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';
import type { Group, Inventory, InventoryHost } from '../2-merge/inventory.ts';
import type { Resolved } from '../4-resolve/resolve.ts';
import { isIpv4 } from '../../domain/ipv4.ts';
import { text, valueOf } from './nodes.ts';
import { paramsOf, textOf, type HostParams, type KnownValues } from './typed.ts';

/** What rules may know besides the inventory. */
export interface CheckOptions {
  readonly platform: PlatformProfile;
  /** Sizing facts by inventory name, for hosts that have a facts file. */
  readonly facts?: ReadonlyMap<string, HostFacts> | undefined;
  /** Networks of the interfaces by inventory name, for hosts whose facts file lists them. */
  readonly networks?: ReadonlyMap<string, readonly Network[]> | undefined;
}

/** One value of a variable, with every host that ends up with it. Shared nodes are checked once, not once per host. */
export interface Use {
  readonly node: Node;
  readonly traced: Traced;
  readonly hosts: readonly InventoryHost[];
}

/** Hosts that share the effective value of an identity variable (`pg_cluster`, `redis_cluster`, …). */
export interface ClusterView {
  readonly name: string;
  /** In order of first appearance in the inventory. */
  readonly members: readonly InventoryHost[];
  /** Where the name was given for the first member. */
  readonly span: Span;
}

/** A lookup table over the inventory, built once per check. Everything derived from it is computed on first use. */
export class CheckContext {
  readonly hosts: readonly InventoryHost[];
  readonly groups: ReadonlyMap<string, Group>;
  readonly globals: ReadonlyMap<string, Traced>;
  readonly platform: PlatformProfile;
  /** Variables that expressions and selectors read. */
  readonly used: ReadonlySet<string>;
  readonly #facts: ReadonlyMap<string, HostFacts>;
  readonly #networks: ReadonlyMap<string, readonly Network[]>;
  readonly #defaults: ReadonlyMap<string, unknown>;
  readonly #values: KnownValues;
  readonly #clusters = new Map<string, readonly ClusterView[]>();
  readonly #addresses = new Map<InventoryHost, string>();
  readonly #params = new Map<InventoryHost, HostParams>();
  readonly #memo = new Map<unknown, unknown>();
  #uses: ReadonlyMap<string, readonly Use[]> | undefined;
  #groupHosts: ReadonlyMap<string, readonly InventoryHost[]> | undefined;
  #byName: ReadonlyMap<string, InventoryHost> | undefined;

  constructor(inventory: Inventory & Partial<Pick<Resolved, 'used'>>, options: CheckOptions) {
    this.used = inventory.used ?? new Set();
    this.hosts = inventory.hosts;
    this.groups = inventory.groups;
    this.globals = inventory.globals;
    this.platform = options.platform;
    this.#facts = options.facts ?? new Map();
    this.#networks = options.networks ?? new Map();
    const defaults = new Map(schemaDefaults());
    for (const [name, value] of Object.entries(options.platform.defaults)) defaults.set(name, value);
    this.#defaults = defaults;
    // Most parameters are on no host, which need not be asked then.
    this.#values = { defaults, written: { has: (name) => this.variables.has(name) } };
  }

  /**
   * True for part of an inventory: without `all`, or with neither admin_ip nor an infra nor an etcd group.
   * Rules about global pieces keep quiet then; the pieces are in other files.
   */
  get fragment(): boolean {
    return this.once('fragment', () => {
      if (this.groups.get('all')?.key === undefined) return true;
      return !this.globals.has('admin_ip') && !this.groups.has('infra') && !this.groups.has('etcd');
    });
  }

  /** Computes a derived table once per context; the key is the rule function or a name. */
  once<T>(key: unknown, compute: () => T): T {
    if (this.#memo.has(key)) return this.#memo.get(key) as T;
    const value = compute();
    this.#memo.set(key, value);
    return value;
  }

  /** A host by its name or by the address others reach it at. */
  host(nameOrAddress: string): InventoryHost | undefined {
    this.#byName ??= new Map(
      this.hosts.flatMap((host) => [[this.address(host), host] as const, [host.name, host] as const]),
    );
    return this.#byName.get(nameOrAddress);
  }

  /** Where a host is reached: its name, or `ansible_host` where the name is no address. */
  address(host: InventoryHost): string {
    let address = this.#addresses.get(host);
    if (address === undefined) {
      const other = text(host.vars.get('ansible_host')?.node);
      address = other !== undefined && !isIpv4(host.name) && isIpv4(other) ? other : host.name;
      this.#addresses.set(host, address);
    }
    return address;
  }

  facts(host: InventoryHost): HostFacts | undefined {
    return this.#facts.get(host.name);
  }

  /** Networks of the host's interfaces; undefined when nobody has looked. */
  networks(host: InventoryHost): readonly Network[] | undefined {
    return this.#networks.get(host.name);
  }

  /** The parameters of a host, typed and with their places: `context.of(host).pgPort.value`. */
  of(host: InventoryHost): HostParams {
    let params = this.#params.get(host);
    if (params === undefined) this.#params.set(host, (params = paramsOf(host, this.#values)));
    return params;
  }

  /** A parameter whose name is in a variable. */
  parameter<Name extends ParameterName>(host: InventoryHost, name: Name): HostParams[ParameterNames[Name]] {
    return this.of(host)[name as unknown as ParameterNames[Name]];
  }

  /** Value as text of a variable that is no parameter, such as those that describe an operating system. */
  variable(host: InventoryHost, name: string): string {
    const node = host.vars.get(name)?.node;
    return node === undefined ? '' : textOf(valueOf(node));
  }

  default(name: string): unknown {
    return this.#defaults.get(name);
  }

  /** Every variable that reaches a host, with its distinct values. */
  get variables(): ReadonlyMap<string, readonly Use[]> {
    return (this.#uses ??= collectUses(this.hosts));
  }

  /** Every distinct value of a variable that reaches a host. */
  uses(name: ParameterName): readonly Use[] {
    return this.variables.get(name) ?? [];
  }

  /** Clusters by the effective value of an identity variable, in order of first appearance. */
  clusters(variable: ParameterName): readonly ClusterView[] {
    let found = this.#clusters.get(variable);
    if (found === undefined) {
      const members = new Map<string, InventoryHost[]>();
      for (const host of this.hosts) {
        const name = this.parameter(host, variable).text;
        if (name === '') continue;
        const list = members.get(name);
        if (list === undefined) members.set(name, [host]);
        else list.push(host);
      }
      found = [...members].map(([name, list]) => ({
        name,
        members: list,
        span: this.parameter(list[0]!, variable).span,
      }));
      this.#clusters.set(variable, found);
    }
    return found;
  }

  cluster(variable: ParameterName, name: string): ClusterView | undefined {
    const index = this.once(
      `cluster ${variable}`,
      () => new Map(this.clusters(variable).map((cluster) => [cluster.name, cluster])),
    );
    return index.get(name);
  }

  /** Hosts of a group, its children included, in order of first appearance. */
  members(group: string): readonly InventoryHost[] {
    return (this.#groupHosts ??= collectGroups(this.hosts)).get(group) ?? [];
  }

  /** The key that declares a group, for rules about the group as a whole. */
  groupSpan(group: string): Span | undefined {
    return this.groups.get(group)?.key?.span;
  }

  /** Entry of a variable in the `vars` of a group. */
  groupVar(group: Group, name: string): MapEntry | undefined {
    return group.vars.find((entry) => entry.key.text === name);
  }

  /** Where to blame the inventory as a whole: the key `all`, or the first host. */
  get rootSpan(): Span | undefined {
    return this.groups.get('all')?.key?.span ?? this.hosts[0]?.key.span;
  }
}

function collectGroups(hosts: readonly InventoryHost[]): ReadonlyMap<string, readonly InventoryHost[]> {
  const groups = new Map<string, InventoryHost[]>();
  for (const host of hosts) {
    for (const name of host.groups) {
      const members = groups.get(name);
      if (members === undefined) groups.set(name, [host]);
      else members.push(host);
    }
  }
  return groups;
}

function collectUses(hosts: readonly InventoryHost[]): ReadonlyMap<string, readonly Use[]> {
  type Found = { readonly node: Node; readonly traced: Traced; readonly hosts: InventoryHost[] };
  const byName = new Map<string, { readonly nodes: Map<Node, Found>; last: Found | undefined }>();
  for (const host of hosts) {
    host.vars.forEach((traced, name) => {
      let found = byName.get(name);
      if (found === undefined) byName.set(name, (found = { nodes: new Map(), last: undefined }));
      // Neighbours share most values.
      let use = found.last?.node === traced.node ? found.last : found.nodes.get(traced.node);
      if (use === undefined) found.nodes.set(traced.node, (use = { node: traced.node, traced, hosts: [] }));
      use.hosts.push(host);
      found.last = use;
    });
  }
  return new Map([...byName].map(([name, { nodes }]) => [name, [...nodes.values()]]));
}
