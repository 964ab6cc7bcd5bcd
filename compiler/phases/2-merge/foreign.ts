/** Files that are something else than an inventory of ours. One finding says so, in place of one for every line. */
import { MODULES } from '../../../emitters/modules.ts';
import type { Arguments } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import { renamedParameter } from '../../schema/renames.ts';
import { parameter } from '../../schema/table.ts';
import { entry, type MapNode, type Node, type SourceFile, type Span } from '../../source/node.ts';
import type { Inventory, InventoryHost } from './inventory.ts';
import { isIpv4 } from '../../domain/ipv4.ts';

const TO_JSON = 'let Ansible read it: `ansible-inventory -i FILE --list >inventory.json`';

/** Names of what a file may be, as the page of the message has them. */
type What = Arguments['foreign-inventory']['what'];

/** What a text is when all these are in it; the first is shown. */
const TEXTS: readonly (readonly [what: What, signs: readonly RegExp[]])[] = [
  ['kubernetes', [/^apiVersion:[ \t]*\S/m, /^kind:[ \t]*\S/m]],
  [
    'postgresql-conf',
    [/^(?:listen_addresses|max_connections|shared_buffers|data_directory|wal_level)\s*=/m, /^(?![^]*\n\[)/],
  ],
  [
    'pg-hba-conf',
    [
      /^(?:host(?:no)?ssl|host|local)[ \t]+\S+[ \t]+\S+[ \t]+(?:\S+[ \t]+)?(?:trust|peer|md5|scram-sha-256|cert|reject|ident)\b/m,
    ],
  ],
  ['ansible-cfg', [/^\[defaults\]/m, /^\w+[ \t]*=/m]],
];

/** What a map is when all these keys are at its top. */
const KEYS: readonly (readonly [what: What, keys: readonly string[], help?: string])[] = [
  ['patroni', ['scope', 'postgresql']],
  ['patroni', ['scope', 'bootstrap']],
  ['tpa', ['architecture', 'cluster_name', 'instances']],
  ['plugin', ['plugin'], TO_JSON],
];

/** Groups that an inventory of others has, when no host has an identity of ours. */
const GROUPS: readonly (readonly [what: What, groups: readonly string[]])[] = [
  ['kubespray', ['kube_control_plane']],
  ['kubespray', ['kube-master']],
  ['kubespray', ['k8s_cluster']],
  ['autobase', ['postgres_cluster', 'etcd_cluster']],
  ['ceph', ['mons', 'osds']],
  ['openstack', ['shared-infra_hosts']],
];

const IDENTITIES = MODULES.flatMap(({ identity }) => identity);

/** A file that is no inventory at all, whether or not it is YAML. */
export function foreignFile(file: SourceFile, tree: Node): Diagnostic | undefined {
  if (file.owner !== undefined || file.encrypted || file.format === 'list') return undefined;
  return (
    foreignText(file) ?? (tree.kind === 'seq' ? foreignList(tree) : tree.kind === 'map' ? foreignMap(tree) : undefined)
  );
}

function foreignText(file: SourceFile): Diagnostic | undefined {
  for (const [what, signs] of TEXTS) {
    const found = signs.map((sign) => sign.exec(file.text));
    const first = found[0];
    if (first === undefined || first === null || found.includes(null)) continue;
    const start = first.index;
    return foreign(what, { file, start, end: start + first[0].trimEnd().length });
  }
  return undefined;
}

function foreignList(tree: Extract<Node, { kind: 'seq' }>): Diagnostic | undefined {
  for (const play of tree.items) {
    if (play.kind !== 'map') continue;
    const sign = ['tasks', 'roles', 'import_playbook'].map((key) => entry(play, key)).find((e) => e !== undefined);
    if (sign !== undefined) return foreign('playbook', sign.key.span);
  }
  return undefined;
}

function foreignMap(tree: MapNode): Diagnostic | undefined {
  const services = entry(tree, 'services');
  const composed = services?.value.kind === 'map' && services.value.entries.some(({ value }) => isContainer(value));
  if (composed) return foreign('compose', services.key.span);
  for (const [what, keys, help] of KEYS) {
    const found = keys.map((key) => entry(tree, key));
    if (found.every((e) => e !== undefined) && !isGroup(found[0]!.value))
      return foreign(what, found[0]!.key.span, help);
  }
  const isParameter = (name: string): boolean => parameter(name) !== undefined || renamedParameter(name) !== undefined;
  const vars = tree.entries.filter(({ key }) => isParameter(key.text));
  if (vars.length < 2 || tree.entries.some(({ value }) => isGroup(value))) return undefined;
  return foreign('variables', vars[0]!.key.span, 'put them below `all: vars:`, or into `group_vars/`');
}

function isContainer(value: Node): boolean {
  return value.kind === 'map' && (entry(value, 'image') ?? entry(value, 'build')) !== undefined;
}

function isGroup(value: Node): boolean {
  return value.kind === 'map' && ['hosts', 'children', 'vars'].some((key) => entry(value, key) !== undefined);
}

/** An inventory that Ansible can read, of other software: nothing in it is a cluster of ours. */
export function foreignInventory({ hosts, groups, globals }: Inventory): Diagnostic | undefined {
  const [first] = hosts;
  if (first === undefined || globals.has('admin_ip')) return undefined;
  if (hosts.some(({ vars }) => IDENTITIES.some((name) => vars.has(name)))) return undefined;
  for (const [what, names] of GROUPS) {
    const key = groups.get(names[0]!)?.key;
    if (key !== undefined && names.every((name) => groups.has(name))) return foreign(what, key.span);
  }
  return undefined;
}

/** Hosts of which none has an address or a parameter of ours: there is nothing to say about each. */
export function plainInventory(hosts: readonly InventoryHost[]): Diagnostic | undefined {
  const isOurs = (name: string): boolean =>
    (parameter(name) !== undefined && !name.startsWith('ansible_')) || renamedParameter(name) !== undefined;
  const plain = hosts.every(
    ({ name, vars }) => !isIpv4(name) && !vars.has('ansible_host') && ![...vars.keys()].some(isOurs),
  );
  if (!plain || hosts.length === 0) return undefined;
  const help = 'hosts are named by addresses, or have `ansible_host`, and parameters say what they are';
  return foreign('other', hosts[0]!.key.span, help);
}

function foreign(what: What, span: Span, help?: string): Diagnostic {
  return report('foreign-inventory', span, { what }, { help });
}
