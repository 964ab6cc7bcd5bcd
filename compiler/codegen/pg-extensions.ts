/**
 * Makes schemas/postgresql/extensions.json: `tsx compiler/codegen/pg-extensions.ts FILE…`, each FILE a table of the distribution's
 * extension catalog, oldest first: `cli/ext/assets/extension.csv` of pgsty/pig, as released, and `db/extension.csv` of pgsty/pgext, as
 * of today. Facts only: name, package alias, majors, library, what it requires. The last file decides; majors of all of them count.
 * A row is [package, first, last, library, preload, requires], without trailing nulls; compiler/postgresql/extensions.ts explains it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { FIRST_MAJOR, LAST_MAJOR } from '../postgresql/settings.ts';
import { byCodePoint } from '../words/order.ts';

/**
 * CREATE EXTENSION fails or the extension does nothing without its library; the others merely offer more with it. From
 * their documentation.
 */
const MUST = new Set([
  'block_copy_command',
  'citus',
  'credcheck',
  'documentdb',
  'orioledb',
  'pg_command_fw',
  'pg_cron',
  'pg_duckdb',
  'pg_durable',
  'pg_failover_slots',
  'pg_net',
  'pg_qualstats',
  'pg_query_rewrite',
  'pg_search',
  'pg_squeeze',
  'pg_stat_kcache',
  'pg_stat_monitor',
  'pg_stat_statements',
  'pg_tde',
  'pg_tle',
  'pg_wait_sampling',
  'pgaudit',
  'pglogical',
  'pgml',
  'pgsodium',
  'qos',
  'set_user',
  'spock',
  'supautils',
  'timescaledb',
  'ulak',
  'vchord',
  'vectorize',
]);

const tables = process.argv.slice(2).map((file) => {
  const [head, ...lines] = records(readFileSync(file, 'utf8'));
  return lines.map(
    (cells) => Object.fromEntries(head!.map((name, i) => [name, cells[i] ?? ''])) as Readonly<Record<string, string>>,
  );
});
const majorsOf = new Map<string, Set<number>>();
for (const row of tables.flat())
  for (const major of packagedFor(row))
    majorsOf.set(row['name']!, (majorsOf.get(row['name']!) ?? new Set()).add(major));
const rows = new Map(tables.flat().map((row) => [row['name']!, row])).values();
const entries = [...rows].map((row): readonly [string, unknown[]] => {
  const extra = JSON.parse(row['extra'] || '{}') as { readonly lib?: string; readonly kernel?: string };
  const majors = majorsOf.get(row['name']!) ?? [];
  const owner = extra.kernel !== undefined ? `@${extra.kernel}` : row['contrib'] === 't' ? null : row['pkg']!;
  const loaded = row['need_load'] === 't' || MUST.has(row['name']!);
  const library = loaded
    ? (extra.lib ?? row['name']!)
        .split(',')[0]!
        .replace(/^\$libdir\//, '')
        .replace(/\.so$/, '')
    : null;
  const preload = row['need_ddl'] === 'f' ? 'only' : !loaded ? null : MUST.has(row['name']!) ? 'must' : 'may';
  const requires = row['requires']!.match(/[\w-]+/g);
  const entry: unknown[] = [owner, Math.min(...majors), Math.max(...majors), library, preload, requires];
  while (entry.at(-1) === null) entry.pop();
  return [row['name']!, entry];
});
const text = entries
  .sort(([a], [b]) => byCodePoint(a, b))
  .map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
writeFileSync(new URL('../../schemas/postgresql/extensions.json', import.meta.url), `{\n${text.join(',\n')}\n}\n`);

/** Majors an extension is packaged for somewhere. Some majors are left to older releases of it, on some systems only. */
function packagedFor(row: Readonly<Record<string, string>>): readonly number[] {
  const { matrix } = JSON.parse(row['extra'] || '{}') as { readonly matrix?: readonly string[] | null };
  const somewhere = (matrix ?? [])
    .map((cell) => cell.split(':'))
    .filter(([, , state]) => state === 'A')
    .map(([, major]) => major!);
  return [row['pg_ver']!, row['rpm_pg']!, row['deb_pg']!, ...somewhere]
    .flatMap((text) => (text.match(/\d+/g) ?? []).map(Number))
    .filter((major) => major >= FIRST_MAJOR && major <= LAST_MAJOR);
}

/** Records of a CSV file whose quoted cells hold commas, line breaks and doubled quotes. */
function records(csv: string): readonly (readonly string[])[] {
  const result: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    result.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '\n') result.push([]);
  }
  return result.filter((cells) => cells.length > 1);
}
