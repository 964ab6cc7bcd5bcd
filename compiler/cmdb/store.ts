/** The tables of the schema `pigsty`: what they hold, and writing an inventory into them. */
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import { KEYS, rowId, stableJson, TABLES, type Row, type Table } from './row.ts';

/** Of tables and views. */
export const VERSION = 1;

/** Tables that hold an inventory whoever made them. */
const NEEDED: readonly Table[] = ['global_var', 'group', 'host', 'group_var', 'host_var'];

/** What the tables hold, and what they held after the last load. */
export interface Content {
  readonly rows: readonly Row[];
  readonly base: ReadonlyMap<string, string> | undefined;
}

/** Why the tables cannot be read, or cannot be written. */
export async function schemaProblem(
  client: Client,
  database: string,
  purpose: 'read' | 'write',
): Promise<Diagnostic | undefined> {
  const { rows } = await client.query<{ table: string; own: boolean }>(
    `SELECT c.relname AS table, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'source') AS own
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'pigsty' AND c.relkind IN ('r', 'p')`,
  );
  const present = new Map(rows.map(({ table, own }) => [table, own]));
  const missing = NEEDED.filter((table) => !present.has(table));
  if (missing.length === NEEDED.length)
    return report('cmdb-no-schema', undefined, { database, what: 'there is no schema `pigsty` with tables' });
  if (missing.length > 0)
    return report('cmdb-version', undefined, { database, problem: 'missing', tables: missing.join(', ') });
  const version = present.has('cmdb_version') ? await versionOf(client) : 0;
  const known = VERSION;
  if (version > known) return report('cmdb-version', undefined, { database, problem: 'later', version, known });
  const isWhole = version === VERSION && NEEDED.every((table) => present.get(table));
  if (purpose === 'read' || isWhole) return undefined;
  return version === 0
    ? report('cmdb-version', undefined, { database, problem: 'foreign' })
    : report('cmdb-version', undefined, { database, problem: 'earlier', version, known });
}

async function versionOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM pigsty.cmdb_version',
  );
  return rows[0]?.version ?? 0;
}

/** Everything at one moment. Columns and tables that only pigstyc knows may be absent. */
export async function readContent(client: Client): Promise<Content> {
  const { rows: found } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'pigsty'::regnamespace AND relkind IN ('r', 'p')`,
  );
  const present = new Set(found.map(({ name }) => name));
  const parts = TABLES.filter((table) => present.has(table)).map(selectRows);
  const { rows } = await client.query<Row & { readonly value: string | null; readonly source: string | null }>(
    `${parts.join(' UNION ALL ')} ORDER BY seq NULLS LAST, cls, address, key`,
  );
  const base = present.has('cmdb_load') ? await readBase(client) : undefined;
  const all = rows.map(rowOf);
  return { rows: TABLES.flatMap((table) => all.filter((row) => row.table === table)), base };
}

function selectRows(table: Table): string {
  const has = (column: 'cls' | 'ip' | 'key') => KEYS[table].includes(column);
  const value = table.endsWith('_var') ? `coalesce(t.value, 'null')::text` : 'NULL';
  return (
    `SELECT '${table}' AS "table", ${has('cls') ? 't.cls' : `''`} AS cls, ${has('ip') ? 'host(t.ip)' : `''`} AS ip, ` +
    `${has('ip') ? 't.ip' : 'NULL::inet'} AS address, ${has('key') ? 't.key' : `''`} AS key, ${value} AS value, ` +
    `to_jsonb(t) ->> 'source' AS source, (to_jsonb(t) ->> 'seq')::integer AS seq FROM pigsty."${table}" t`
  );
}

function rowOf({ table, cls, ip, key, value, source }: { [K in keyof Row]: Row[K] | null }): Row {
  return { table: table!, cls: cls!, ip: ip!, key: key!, value: value ?? undefined, source: source ?? undefined };
}

async function readBase(client: Client): Promise<ReadonlyMap<string, string> | undefined> {
  const { rows } = await client.query<{ rows: Record<string, string> }>(
    'SELECT rows FROM pigsty.cmdb_load ORDER BY at DESC LIMIT 1',
  );
  return rows[0] && new Map(Object.entries(rows[0].rows));
}

/** Rows are compared several times on their way into the tables. */
const digests = new WeakMap<Row, string>();

/** What a row says, in a few letters. */
export function digest(row: Row): string {
  if (row.value === undefined) return '';
  const known = digests.get(row);
  if (known !== undefined) return known;
  const text = stableJson(JSON.parse(row.value));
  const found = createHash('sha256').update(text).digest('hex').slice(0, 16);
  digests.set(row, found);
  return found;
}

/** Nobody else writes until the transaction ends. */
export async function lockTables(client: Client): Promise<void> {
  const names = TABLES.map((table) => `pigsty."${table}"`).join(', ');
  await client.query(`LOCK TABLE ${names}, pigsty.cmdb_load IN SHARE ROW EXCLUSIVE MODE`);
}

/**
 * Makes the tables hold these rows and no others; rows that stay the same are not touched.
 *
 * @param held what they hold now
 */
export async function writeContent(
  client: Client,
  held: readonly Row[],
  rows: readonly Row[],
  file: string,
): Promise<void> {
  const stay = new Set(rows.map(rowId));
  const losing = new Set(held.filter((row) => !stay.has(rowId(row))).map(({ table }) => table));
  const incoming = new Map(TABLES.map((table) => [table, incomingRows(rows.filter((row) => row.table === table))]));
  for (const table of [...TABLES].reverse())
    if (losing.has(table)) await client.query(deleteOthers(table), [incoming.get(table)]);
  for (const table of TABLES) await client.query(upsert(table), [incoming.get(table)]);
  const base = Object.fromEntries(rows.map((row) => [rowId(row), digest(row)]));
  await client.query('DELETE FROM pigsty.cmdb_load');
  await client.query('INSERT INTO pigsty.cmdb_load (file, rows) VALUES ($1, $2)', [file, JSON.stringify(base)]);
}

function incomingRows(rows: readonly Row[]): string {
  const parts = rows.map(({ cls, ip, key, value, source }, seq) => {
    const row = JSON.stringify({ cls, ip: ip === '' ? undefined : ip, key, source, seq });
    return value === undefined ? row : `${row.slice(0, -1)},"value":${value}}`;
  });
  return `[${parts.join(',')}]`;
}

const INCOMING = `jsonb_to_recordset($1::jsonb) AS r(cls text, ip inet, key text, value jsonb, source text, seq integer)`;

function deleteOthers(table: Table): string {
  const same = KEYS[table].map((column) => `r.${column} = t.${column}`).join(' AND ');
  return (
    `WITH r AS MATERIALIZED (SELECT * FROM ${INCOMING}) DELETE FROM pigsty."${table}" t WHERE NOT EXISTS (SELECT ` +
    `FROM r WHERE ${same})`
  );
}

function upsert(table: Table): string {
  const keys = KEYS[table].join(', ');
  const own = [
    ...(table.endsWith('_var') ? ['value'] : []),
    ...(/_child|_remark/.test(table) ? [] : ['source']),
    'seq',
  ];
  const set = own.map((column) => `${column} = excluded.${column}`);
  // The time says when a value changed, not when its place did.
  if (own.includes('value'))
    set.push('mtime = CASE WHEN t.value IS DISTINCT FROM excluded.value THEN now() ELSE t.mtime END');
  const columns = (of: string) => `(${own.map((column) => `${of}.${column}`).join(', ')})`;
  return (
    `INSERT INTO pigsty."${table}" AS t (${keys}, ${own.join(', ')}) SELECT ${keys}, ${own.join(', ')} FROM ${INCOMING} ` +
    `ON CONFLICT (${keys}) DO UPDATE SET ${set.join(', ')} WHERE ${columns('t')} IS DISTINCT FROM ${columns('excluded')}`
  );
}
