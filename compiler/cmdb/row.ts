/** An inventory as rows of tables. */
import type { Node } from '../source/node.ts';
import { byCodePoint } from '../words/order.ts';

/** Tables of the schema `pigsty`, in an order in which rows can be inserted. */
export const TABLES = ['cmdb_remark', 'global_var', 'group', 'group_child', 'host', 'group_var', 'host_var'] as const;
export type Table = (typeof TABLES)[number];

/** One row. What a table has no column for is empty. Rows of a table stand in the order of the inventory. */
export interface Row {
  readonly table: Table;
  /** Name of the group. */
  readonly cls: string;
  /** Name of the host. */
  readonly ip: string;
  /** Name of the variable; the child of `group_child`, the text of `cmdb_remark`. */
  readonly key: string;
  /** A variable's value as JSON. */
  readonly value?: string | undefined;
  /** The variable as YAML, which says more than JSON can; of groups and hosts the comments before them. */
  readonly source?: string | undefined;
  /** Value and source come from one file and need not be compared. */
  readonly isFresh?: true | undefined;
}

/** Columns that say which row it is. */
export const KEYS: Readonly<Record<Table, readonly ('cls' | 'ip' | 'key')[]>> = {
  cmdb_remark: ['key'],
  global_var: ['key'],
  group: ['cls'],
  group_child: ['cls', 'key'],
  host: ['cls', 'ip'],
  group_var: ['cls', 'key'],
  host_var: ['cls', 'ip', 'key'],
};

/** The same for two rows that are the same place in the tables. */
export function rowId({ table, cls, ip, key }: Pick<Row, 'table' | 'cls' | 'ip' | 'key'>): string {
  return JSON.stringify([table, cls, ip, key]);
}

/** A row as people name it: `group_var(pg-test, pg_users)`. */
export function rowName(row: Pick<Row, 'table' | 'cls' | 'ip' | 'key'>): string {
  return `${row.table}(${KEYS[row.table].map((column) => row[column]).join(', ')})`;
}

/** What Ansible calls encrypted texts in JSON, and those that it never expands. */
export const VAULT = '__ansible_vault';
export const UNSAFE = '__ansible_unsafe';

/** The value of a tree as JSON holds it; encrypted and unsafe texts the way Ansible writes them there. */
export function jsonOf(node: Node): unknown {
  if (node.kind === 'seq') return node.items.map(jsonOf);
  if (node.kind === 'map') return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, jsonOf(value)]));
  if (node.tag === 'vault') return { [VAULT]: envelopeOf(node) };
  if (node.tag === 'unsafe') return { [UNSAFE]: node.text };
  return typeof node.value === 'number' && !Number.isFinite(node.value) ? node.text : node.value;
}

/** What was encrypted, whether or not it was opened. */
export function envelopeOf(node: Node): string {
  return node.kind === 'scalar' ? (node.derivedFrom ?? node).text : '';
}

/** JSON with the keys of objects in order: the same text for the same value. */
export function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${stableJson(item)}`).join(',')}}`;
}
