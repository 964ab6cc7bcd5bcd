import { sectionMap } from '../phases/2-merge/collect.ts';
import { expandHostPattern } from '../phases/2-merge/host-pattern.ts';
import type { MapEntry, Node, ScalarNode, SourceFile, Span } from '../source/node.ts';
import { Comments } from './comments.ts';
import { jsonOf, rowId, TABLES, type Row } from './row.ts';
import { entryLines } from './yaml.ts';

const MOST_HOSTS = 100_000;

/** A file as it is written, encrypted values left closed. */
export interface ReadFile {
  readonly file: SourceFile;
  readonly tree: Node;
  readonly comments: readonly Span[];
}

/** Each file with its tree and its comments, from what phase 1 makes of all of them. */
export function readFiles(
  sources: readonly SourceFile[],
  { trees, comments }: { readonly trees: readonly Node[]; readonly comments: readonly Span[] },
): readonly ReadFile[] {
  return sources.map((file, at) => ({ file, tree: trees[at]!, comments: comments.filter((one) => one.file === file) }));
}

/** An inventory in files as rows. The files are right: they were checked before. */
export function rowsOfFiles(files: readonly ReadFile[]): readonly Row[] {
  const reader = new Reader();
  const isInventory = ({ file }: ReadFile): boolean => file.owner === undefined;
  for (const file of files.filter(isInventory)) reader.addFile(file);
  for (const file of files.filter((each) => !isInventory(each))) reader.addFile(file);
  return reader.finish();
}

class Reader {
  readonly #rows = new Map<string, Row>();
  /** Groups above each group, `all` where it is written there. */
  readonly #parents = new Map<string, Set<string>>();
  /** What stands below `all: hosts:`. */
  readonly #loose: { readonly ip: string; readonly vars: readonly MapEntry[]; readonly comments: Comments }[] = [];
  #comments = new Comments();

  addFile({ file, tree, comments }: ReadFile): void {
    this.#comments = new Comments(file, comments);
    if (tree.kind !== 'map') return;
    const { owner } = file;
    if (owner === undefined) for (const e of tree.entries) this.#group(e, undefined);
    else if (owner.kind === 'group') for (const e of tree.entries) this.#variable(owner.name, '', e);
    else for (const e of tree.entries) this.#variable(this.#groupOf(owner.name) ?? 'ungrouped', owner.name, e);
    for (const key of this.#comments.rest()) this.#put({ table: 'cmdb_remark', cls: '', ip: '', key });
  }

  finish(): readonly Row[] {
    for (const { ip, vars, comments } of this.#loose) {
      const cls = this.#groupOf(ip) ?? 'ungrouped';
      if (cls === 'ungrouped') this.#put({ table: 'group', cls, ip: '', key: '' });
      this.#put({ table: 'host', cls, ip, key: '' });
      this.#comments = comments;
      for (const e of vars) this.#variable(cls, ip, e);
    }
    for (const [key, parents] of this.#parents)
      if ([...parents].some((parent) => parent !== 'all'))
        for (const cls of parents) this.#put({ table: 'group_child', cls, ip: '', key });
    const rows = [...this.#rows.values()];
    return TABLES.flatMap((table) => rows.filter((row) => row.table === table));
  }

  #group({ key, value }: MapEntry, parent: string | undefined): void {
    const cls = key.text;
    if (parent === undefined && value.kind !== 'map' && !isNothing(value)) return;
    const sections = value.kind === 'map' ? value.entries : [];
    if (/^(?:x_|x-|_)/.test(cls) && !sections.some((e) => ['hosts', 'vars', 'children'].includes(e.key.text))) return;
    if (cls !== 'all') {
      this.#put({ table: 'group', cls, ip: '', key: '', source: this.#commentsOf(key) });
      const parents = this.#parents.get(cls) ?? new Set();
      this.#parents.set(cls, parent === undefined ? parents : parents.add(parent));
    }
    for (const section of sections) {
      const entries = sectionMap(section.value)?.entries ?? [];
      if (section.key.text === 'vars') for (const e of entries) this.#variable(cls, '', e);
      if (section.key.text === 'children') for (const e of entries) this.#group(e, cls);
      if (section.key.text === 'hosts') for (const e of entries) this.#hosts(cls, e);
    }
  }

  #hosts(cls: string, { key, value }: MapEntry): void {
    const expanded = expandHostPattern(key.text, MOST_HOSTS);
    if (typeof expanded !== 'object') return;
    const vars = value.kind === 'map' ? value.entries : [];
    const source = this.#commentsOf(key);
    for (const ip of expanded.names) {
      if (cls === 'all') this.#loose.push({ ip, vars, comments: this.#comments });
      else {
        this.#put({ table: 'host', cls, ip, key: '', source });
        for (const e of [...portOf(key, expanded.port), ...vars]) this.#variable(cls, ip, e);
      }
    }
  }

  #variable(cls: string, ip: string, e: MapEntry): void {
    const table = ip !== '' ? 'host_var' : cls === 'all' ? 'global_var' : 'group_var';
    this.#put({
      table,
      cls: table === 'global_var' ? '' : cls,
      ip,
      key: e.key.text,
      value: JSON.stringify(jsonOf(e.value)),
      source: entryLines(e, this.#comments).join('\n'),
      isFresh: true,
    });
  }

  #commentsOf(key: ScalarNode): string | undefined {
    return this.#comments.take(key).join('\n') || undefined;
  }

  /** What comes later counts, at the place of what came first. */
  #put(row: Row): void {
    const before = this.#rows.get(rowId(row));
    this.#rows.set(rowId(row), { ...row, source: row.source ?? before?.source });
  }

  #groupOf(host: string): string | undefined {
    for (const { table, cls, ip } of this.#rows.values()) if (table === 'host' && ip === host) return cls;
    return undefined;
  }
}

function isNothing(value: Node): boolean {
  return value.kind === 'scalar' && value.value === null;
}

function portOf(key: ScalarNode, port: number | undefined): readonly MapEntry[] {
  if (port === undefined) return [];
  const named: ScalarNode = { ...key, value: 'ansible_port', text: 'ansible_port', style: 'plain' };
  return [{ key: named, value: { ...key, value: port, text: String(port), style: 'plain' } }];
}
