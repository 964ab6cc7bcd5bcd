/** What `pigstyc add` writes: hosts, clusters, users, databases and services, each as edits of the inventory files. */
import type { Module } from '../../emitters/module.ts';
import { MODULES } from '../../emitters/modules.ts';
import type { Fix } from '../diagnostics/diagnostic.ts';
import type { Inventory } from '../phases/2-merge/inventory.ts';
import { parameters } from '../schema/table.ts';
import { quoted } from '../secrets/generate.ts';
import { entry, type MapEntry, type Node } from '../source/node.ts';
import { addAt, addTo, inFlow, NotEditable, type Entries } from './insert.ts';
import { entryAt, textAt, writtenGroups } from './places.ts';

/** An edit with a word about it. */
export interface Addition extends Fix {
  readonly what: string;
}

/** An inventory as it is and as it is written. */
export interface Written {
  readonly inventory: Inventory;
  readonly trees: readonly Node[];
}

/** What is wanted is not possible with this inventory; the message says why. */
export class NotPossible extends Error {}

/** New members of a group; a cluster of three gets an etcd that survives the loss of one. */
export function addHosts(written: Written, name: string, addresses: readonly string[]): readonly Addition[] {
  const group = groupOf(written, name);
  const known = inner(group, 'hosts');
  const present = written.inventory.groups.get(group.key.text)?.hosts ?? [];
  const twice = addresses.find((address) => present.includes(address));
  if (twice !== undefined) throw new NotPossible(`${twice} is in \`${name}\` already`);
  const seq = identityOf(group, known);
  const next = 1 + Math.max(0, ...present.map((host) => Number(variable(written.inventory, host, seq) ?? 0)));
  const entries = addresses.map((address, i) => [address, memberText(seq, next + i, known)] as const);
  const all = [...present, ...addresses];
  return [
    { ...addAt(group, ['hosts'], { entries }), what: `${addresses.join(', ')} in ${name}` },
    ...(seq === 'pg_seq' ? growEtcd(written, all) : []),
  ];
}

/** A new PostgreSQL cluster. */
export function addCluster(written: Written, name: string, addresses: readonly string[]): readonly Addition[] {
  if (written.inventory.groups.has(name)) throw new NotPossible(`there is a group \`${name}\` already`);
  const hosts: Entries = {
    entries: addresses.map((address, i) => [address, memberText('pg_seq', i + 1, undefined, i === 0)]),
  };
  const cluster: Entries = {
    entries: [
      [
        name,
        {
          entries: [
            ['hosts', hosts],
            ['vars', { entries: [['pg_cluster', name]] }],
          ],
        },
      ],
    ],
  };
  const all = written.trees.flatMap((tree) => (tree.kind === 'map' ? (entry(tree, 'all') ?? []) : [])).at(-1);
  const root = written.trees.find((tree) => tree.kind === 'map');
  const fix = all === undefined ? addTo(root!, cluster) : addAt(all, ['children'], cluster);
  return [{ ...fix, what: `cluster ${name} on ${addresses.join(', ')}` }, ...growEtcd(written, addresses)];
}

/** An item of one of the lists that a cluster has. */
export function addObject(
  written: Written,
  cluster: string,
  parameter: 'pg_users' | 'pg_databases' | 'pg_services',
  item: Entries,
): Addition {
  const group = groupOf(written, cluster);
  const traced = membersOf(written.inventory, cluster)[0]?.vars.get(parameter);
  const [, name] = item.entries[0]!;
  const what = `${parameter}: ${String(name)} of ${cluster}`;
  const added = { items: [inFlow(item)] };
  const key = traced?.origin.key;
  if (key === undefined) return { ...addAt(group, ['vars', parameter], added), what };
  const place = entryAt(written.trees, key);
  if (place === undefined) throw new NotEditable(key);
  return { ...addAt(place, [], added), what };
}

/** What a default service is like, without its name and port. */
export function serviceLike(name: string): Entries['entries'] {
  const like = defaultServices().find((service) => service['name'] === name)!;
  return Object.entries(like)
    .filter(([field]) => field !== 'name' && field !== 'port')
    .map(([field, value]) => [field, word(String(value))]);
}

/** Names of the services that every cluster has. */
export function serviceNames(): readonly string[] {
  return defaultServices().map((service) => String(service['name']));
}

function defaultServices(): readonly Readonly<Record<string, unknown>>[] {
  return parameters().get('pg_default_services')!.default as readonly Readonly<Record<string, unknown>>[];
}

/** A word as YAML that stays a text. */
export function word(text: string): string {
  return /^[/a-z_][\w/-]*$/i.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text) ? text : quoted(text);
}

/** A majority of two is both: etcd grows from fewer than three members to three, or not at all. */
function growEtcd({ inventory, trees }: Written, candidates: readonly string[]): readonly Addition[] {
  const group = [...writtenGroups(trees)].find(({ key }) => key.text === 'etcd');
  const present = inventory.groups.get('etcd')?.hosts ?? [];
  if (group === undefined || present.length === 0 || present.length >= 3) return [];
  const added = candidates.filter((host) => !present.includes(host)).slice(0, 3 - present.length);
  if (present.length + added.length < 3) return [];
  const next = 1 + Math.max(...present.map((host) => Number(variable(inventory, host, 'etcd_seq') ?? 0)));
  const entries = added.map((host, i) => [host, memberText('etcd_seq', next + i, undefined)] as const);
  return [{ ...addAt(group, ['hosts'], { entries }), what: `${added.join(', ')} in etcd, for a majority` }];
}

/** The group of a name, or the one that declares the cluster of that name; the place with its hosts where there are several. */
function groupOf({ trees, inventory }: Written, name: string): MapEntry {
  const groups = [...writtenGroups(trees)].filter(({ key }) => key.text !== 'all');
  const isNamed = ({ key, value }: MapEntry): boolean =>
    key.text === name ||
    MODULES.some(({ cluster }) => cluster !== undefined && textAt(value, 'vars', cluster) === name);
  const found = groups.filter(isNamed);
  const best = found.find((group) => inner(group, 'hosts') !== undefined) ?? found[0];
  if (best === undefined) throw new NotFound(name, [...inventory.groups.keys()]);
  return best;
}

/** Nothing has the name; what does is in `known`. */
export class NotFound extends Error {
  readonly known: readonly string[];

  constructor(name: string, known: readonly string[]) {
    super(name);
    this.known = known;
  }
}

/** Names of the PostgreSQL clusters. */
export function clusterNames(inventory: Inventory): readonly string[] {
  return [...new Set(inventory.hosts.flatMap(({ name }) => variable(inventory, name, 'pg_cluster') ?? []))];
}

/** Members of a PostgreSQL cluster. */
function membersOf(inventory: Inventory, cluster: string): Inventory['hosts'] {
  return inventory.hosts.filter(({ name }) => variable(inventory, name, 'pg_cluster') === cluster);
}

function inner({ value }: MapEntry, key: string): MapEntry | undefined {
  return value.kind === 'map' ? entry(value, key) : undefined;
}

/** Modules by what numbers their members. A host has one that is told by its cluster before one that is told by its group. */
const NUMBERED: readonly Module[] = [
  ...MODULES.filter(({ group }) => group === undefined),
  ...MODULES.filter(({ group }) => group !== undefined),
].filter(({ seq }) => seq !== undefined);

/** The variable that numbers the members of a group; undefined for a group of something else. */
function identityOf(group: MapEntry, hosts: MapEntry | undefined): string | undefined {
  const members = hosts?.value.kind === 'map' ? hosts.value.entries : [];
  return NUMBERED.find(
    ({ seq, cluster }) =>
      (seq !== undefined && members.some(({ value }) => textAt(value, seq) !== undefined)) ||
      (cluster !== undefined && textAt(group.value, 'vars', cluster) !== undefined),
  )?.seq;
}

function memberText(seq: string | undefined, number: number, hosts: MapEntry | undefined, primary = false): string {
  if (seq === undefined) return '{}';
  const more =
    seq === 'pg_seq'
      ? `, pg_role: ${primary ? 'primary' : 'replica'}`
      : seq === 'redis_node'
        ? `, redis_instances: ${portsOf(hosts)}`
        : '';
  return `{ ${seq}: ${number}${more} }`;
}

/** The same ports as on the first node, each an instance of its own. */
function portsOf(hosts: MapEntry | undefined): string {
  const first = hosts?.value.kind === 'map' ? hosts.value.entries[0]?.value : undefined;
  const instances = first?.kind === 'map' ? entry(first, 'redis_instances')?.value : undefined;
  const ports = instances?.kind === 'map' ? instances.entries.map(({ key }) => key.text) : ['6379'];
  return inFlow({ entries: ports.map((port) => [port, '{}']) });
}

function variable(inventory: Inventory, host: string, name: string | undefined): string | undefined {
  const node = name === undefined ? undefined : inventory.hosts.find((one) => one.name === host)?.vars.get(name)?.node;
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined;
}
