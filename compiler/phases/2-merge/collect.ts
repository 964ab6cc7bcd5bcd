import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import { didYouMean } from '../../words/suggest.ts';
import { renamedParameter } from '../../schema/renames.ts';
import { parameter } from '../../schema/table.ts';
import { isNull, type MapEntry, type MapNode, type Node, type ScalarNode, type VarsOwner } from '../../source/node.ts';
import { expandHostPattern } from './host-pattern.ts';

/** A group while files are being read. */
export interface GroupDraft {
  readonly name: string;
  key: ScalarNode | undefined;
  readonly children: Set<string>;
  readonly parents: Set<string>;
  readonly hosts: Set<string>;
  /** Every setting of a variable in order; the last one counts. */
  readonly vars: Map<string, MapEntry[]>;
}

export interface HostDraft {
  readonly name: string;
  readonly key: ScalarNode;
  readonly groups: Set<string>;
  readonly vars: Map<string, MapEntry[]>;
}

/** What the files below one `group_vars` or `host_vars` say, by group or host. */
export interface VarsDirectory {
  readonly group: Map<string, Map<string, MapEntry[]>>;
  readonly host: Map<string, Map<string, MapEntry[]>>;
}

export const MOST_HOSTS = 100_000;

const SECTIONS = ['hosts', 'vars', 'children'];

/** What the files declare, before variables are merged. Groups and hosts in order of first appearance. */
export class Collector {
  readonly groups = new Map<string, GroupDraft>();
  readonly hosts = new Map<string, HostDraft>();
  /** By the directory beside which they lie, in order of the inventories. */
  readonly varsDirectories = new Map<string, VarsDirectory>();
  readonly problems: Diagnostic[] = [];
  #full = false;

  constructor() {
    this.#group('all', undefined);
    this.#group('ungrouped', undefined);
    this.#link('all', 'ungrouped', undefined);
  }

  /** Adds one file: its top-level keys are groups, `all` or others; those of a file of `group_vars` or `host_vars` are variables. */
  addFile(tree: Node): void {
    if (tree.kind === 'scalar' && tree.value === null) return;
    const owner = tree.span.file?.owner;
    if (owner !== undefined) return this.#addVars(owner, tree);
    if (tree.kind !== 'map') this.problems.push(report('not-an-inventory', tree.span, { kind: describe(tree) }));
    else for (const e of tree.entries) this.#addGroup(e);
  }

  #addVars({ kind, name, directory }: VarsOwner, tree: Node): void {
    if (tree.kind !== 'map') {
      this.problems.push(report('bad-vars-file', tree.span, { owner: `${kind} \`${name}\``, kind: describe(tree) }));
      return;
    }
    let beside = this.varsDirectories.get(directory);
    if (beside === undefined) this.varsDirectories.set(directory, (beside = { group: new Map(), host: new Map() }));
    let vars = beside[kind].get(name);
    if (vars === undefined) beside[kind].set(name, (vars = new Map()));
    for (const e of tree.entries)
      append(vars, tree.span.file.encrypted && !isParameter(e.key.text) ? { ...e, value: asSecret(e.value) } : e);
    const known = kind === 'group' ? this.groups : this.hosts;
    if (!known.has(name))
      this.problems.push(
        report(
          'vars-of-nobody',
          { ...tree.span, end: tree.span.start },
          { kind, name },
          { help: didYouMean(name, known.keys()) },
        ),
      );
  }

  #group(name: string, key: ScalarNode | undefined): GroupDraft {
    let group = this.groups.get(name);
    if (group === undefined) {
      group = { name, key, children: new Set(), parents: new Set(), hosts: new Set(), vars: new Map() };
      this.groups.set(name, group);
    }
    group.key ??= key;
    return group;
  }

  #addGroup({ key, value }: MapEntry): GroupDraft | undefined {
    if (typeof key.value !== 'string' || key.tag === 'timestamp' || key.value === '') {
      this.problems.push(report('bad-group-name', key.span, { name: key.text, kind: describe(key) }));
      return undefined;
    }
    if (isNote(key, value)) return undefined;
    if ((value.kind !== 'map' && !isNull(value)) || isStray(key.value, value)) {
      const parts = { group: key.value, kind: describe(value) };
      const help = parameter(key.value) && `\`${key.value}\` is a parameter: put it below \`all: vars:\``;
      this.problems.push(report('bad-group', value.span, parts, { help }));
      return undefined;
    }
    const group = this.#group(key.value, key);
    if (value.kind === 'map') for (const section of value.entries) this.#addSection(group, section);
    return group;
  }

  #addSection(group: GroupDraft, { key, value }: MapEntry): void {
    const section = key.text;
    if (isNote(key, value)) return;
    if (!SECTIONS.includes(section)) {
      this.problems.push(
        report(
          'unknown-group-key',
          key.span,
          { key: section, group: group.name },
          { help: sectionHelp(section, value) },
        ),
      );
      return;
    }
    const map = sectionMap(value);
    if (map === undefined)
      this.problems.push(
        report('bad-group-section', value.span, { section, group: group.name, kind: describe(value) }),
      );
    else if (section === 'vars') for (const e of map.entries) append(group.vars, e);
    else if (section === 'children') for (const e of map.entries) this.#addChild(group, e);
    else for (const e of map.entries) this.#addHosts(group, e);
  }

  #addChild(parent: GroupDraft, e: MapEntry): void {
    const child = this.#addGroup(e);
    if (child !== undefined) this.#link(parent.name, child.name, e.key);
  }

  /** Ansible refuses a link that closes a cycle; it is reported and left out, so that what follows sees a tree. */
  #link(parent: string, child: string, key: ScalarNode | undefined): void {
    const back = this.#pathUp(parent, child);
    if (back !== undefined)
      this.problems.push(
        report('group-cycle', key?.span, { group: child, path: [...back].reverse().concat(child).join(' → ') }),
      );
    else {
      this.groups.get(parent)!.children.add(child);
      this.groups.get(child)!.parents.add(parent);
    }
  }

  /** Groups from `from` up to `to` through parents, or undefined. Everything is below `all`, linked or not yet. */
  #pathUp(from: string, to: string): readonly string[] | undefined {
    if (to === 'all') return from === to ? [to] : [from, to];
    // Most links lead to a group seen for the first time.
    if (from !== to && this.groups.get(to)!.children.size === 0) return undefined;
    const below = new Map<string, string | undefined>([[from, undefined]]);
    for (const name of below.keys()) {
      if (name === to) return pathTo(name, below);
      for (const parent of this.groups.get(name)!.parents) if (!below.has(parent)) below.set(parent, name);
    }
    return undefined;
  }

  #addHosts(group: GroupDraft, { key, value }: MapEntry): void {
    if (typeof key.value !== 'string' || key.tag === 'timestamp' || key.value === '') {
      this.problems.push(
        report('bad-host-name', key.span, { name: key.text, kind: describe(key) }, { help: 'put the name in quotes' }),
      );
      return;
    }
    const expanded = this.#full ? undefined : expandHostPattern(key.value, MOST_HOSTS - this.hosts.size);
    if (expanded === undefined) {
      if (!this.#full) this.problems.push(report('too-many-hosts', key.span, { limit: MOST_HOSTS }));
      this.#full = true;
      return;
    }
    if (typeof expanded === 'string') {
      this.problems.push(report('bad-host-range', key.span, { name: key.value, reason: expanded }));
      return;
    }
    if ((value.kind !== 'map' && !isNull(value)) || isStray(key.value, value)) {
      this.problems.push(report('bad-host-vars', value.span, { host: key.value, kind: describe(value) }));
    }
    for (const name of expanded.names) this.#addHost(group, name, key, value, expanded.port);
  }

  #addHost(group: GroupDraft, name: string, key: ScalarNode, value: Node, port: number | undefined): void {
    let host = this.hosts.get(name);
    if (host === undefined) {
      host = { name, key, groups: new Set(), vars: new Map() };
      this.hosts.set(name, host);
      // A port counts only where the host is named first.
      if (port !== undefined) append(host.vars, portEntry(key, port));
    }
    host.groups.add(group.name);
    group.hosts.add(name);
    if (value.kind === 'map') for (const e of value.entries) append(host.vars, e);
  }
}

function isParameter(name: string): boolean {
  return parameter(name) !== undefined || renamedParameter(name) !== undefined;
}

/** What an encrypted file says under a name of its writer's own may be any secret; of parameters the schema knows. */
function asSecret(node: Node): Node {
  if (node.kind === 'scalar') return { ...node, secret: true };
  if (node.kind === 'seq') return { ...node, items: node.items.map(asSecret) };
  return { ...node, entries: node.entries.map(({ key, value }) => ({ key, value: asSecret(value) })) };
}

/** A place for anchors: a key that begins with `x_` or `_` and holds no group. */
function isNote(key: ScalarNode, value: Node): boolean {
  return (
    /^(?:x_|x-|_)/.test(key.text) && !(value.kind === 'map' && value.entries.some((e) => SECTIONS.includes(e.key.text)))
  );
}

function pathTo(name: string, below: ReadonlyMap<string, string | undefined>): readonly string[] {
  const path: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = below.get(at)) path.unshift(at);
  return path;
}

function append(vars: Map<string, MapEntry[]>, e: MapEntry): void {
  const known = vars.get(e.key.text);
  if (known === undefined) vars.set(e.key.text, [e]);
  else known.push(e);
}

function portEntry(key: ScalarNode, port: number): MapEntry {
  const text = String(port);
  const name: ScalarNode = {
    kind: 'scalar',
    value: 'ansible_port',
    text: 'ansible_port',
    style: 'plain',
    derivedFrom: key,
    span: key.span,
  };
  return { key: name, value: { kind: 'scalar', value: port, text, style: 'plain', derivedFrom: key, span: key.span } };
}

/** A section as a map: a lone name is short for a map with that key. */
export function sectionMap(value: Node): Pick<MapNode, 'entries'> | undefined {
  if (value.kind === 'map') return value;
  if (value.kind !== 'scalar') return undefined;
  if (value.value === null) return { entries: [] };
  if (typeof value.value !== 'string' || value.tag === 'timestamp') return undefined;
  const nothing: ScalarNode = {
    kind: 'scalar',
    value: null,
    text: '',
    style: 'plain',
    span: { ...value.span, start: value.span.end },
  };
  return { entries: [{ key: value, value: nothing }] };
}

function sectionHelp(section: string, value: Node): string {
  const meant = didYouMean(section, SECTIONS);
  if (meant !== undefined) return meant;
  const group = value.kind === 'map' && value.entries.some((e) => SECTIONS.includes(e.key.text));
  return group ? 'groups inside a group belong below `children`' : 'variables of a group belong below `vars`';
}

/** The kind of a value in words: `a list`, `a number`. */
export function describe(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'seq') return 'a list';
  if (node.tag === 'timestamp') return 'a date';
  if (node.value === null || node.value === '') return 'nothing';
  return typeof node.value === 'boolean' ? 'a boolean' : typeof node.value === 'number' ? 'a number' : 'a text';
}

/** True for a map of settings that stands where groups do. */
function isStray(name: string, value: Node): boolean {
  if (value.kind !== 'map' || value.entries.length === 0 || parameter(name)?.object === undefined) return false;
  return !value.entries.some(({ key }) => SECTIONS.includes(key.text));
}
