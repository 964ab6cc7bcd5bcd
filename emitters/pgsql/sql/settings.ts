/** `ALTER ROLE/DATABASE … SET` for the `parameters` of users and databases. */
import { sqlIdentifier, sqlLiteral } from '../../toolkit/quote/sql.ts';
import type { SqlScript } from './script.ts';

/** Settings PostgreSQL keeps as a list of quoted identifiers. */
const IDENTIFIER_LISTS: ReadonlySet<string> = new Set([
  'search_path',
  'temp_tablespaces',
  'local_preload_libraries',
  'session_preload_libraries',
  'shared_preload_libraries',
]);
/** Settings that are lists of plain words. */
const WORD_LISTS: ReadonlySet<string> = new Set([
  'log_destination',
  'unix_socket_directories',
  'debug_io_direct',
  'datestyle',
]);

export interface SettingsOwner {
  /** `ROLE name` or `DATABASE name`. */
  readonly target: string;
  /** SQL condition that selects the row of pg_db_role_setting. */
  readonly row: string;
}

/** Adds one guarded change per parameter; null values are left out, DEFAULT (any case) removes a setting. */
export function addSettings(script: SqlScript, owner: SettingsOwner, parameters: ReadonlyMap<string, unknown>): void {
  for (const [name, value] of parameters) {
    if (value === null || value === undefined) continue;
    const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
    const entries = `SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS entry WHERE ${owner.row}`;
    const variable = name.split('.').map(sqlIdentifier).join('.');
    if (text.toUpperCase() === 'DEFAULT') {
      script.change(
        `EXISTS (${entries} AND lower(split_part(entry, '=', 1)) = ${sqlLiteral(name.toLowerCase())})`,
        `ALTER ${owner.target} RESET ${variable}`,
      );
      continue;
    }
    const { sql, stored } = spell(name.toLowerCase(), text);
    script.change(
      `NOT EXISTS (${entries} AND lower(split_part(entry, '=', 1)) = ${sqlLiteral(name.toLowerCase())} AND ` +
        `substr(entry, strpos(entry, '=') + 1) = ${stored})`,
      `ALTER ${owner.target} SET ${variable} TO ${sql}`,
    );
  }
}

/** How a value is written in SET, and the SQL expression of how the catalog stores it. */
function spell(name: string, value: string): { readonly sql: string; readonly stored: string } {
  if (!IDENTIFIER_LISTS.has(name) && !WORD_LISTS.has(name))
    return { sql: sqlLiteral(value), stored: sqlLiteral(value) };
  const elements = listElements(value).map(sqlLiteral);
  if (elements.length === 0) return { sql: sqlLiteral(''), stored: IDENTIFIER_LISTS.has(name) ? `'""'` : `''` };
  const stored = elements
    .map((element) => (IDENTIFIER_LISTS.has(name) ? `quote_ident(${element})` : element))
    .join(` || ', ' || `);
  return { sql: elements.join(', '), stored };
}

/** Elements of a comma separated list; double quotes keep commas and blanks, a doubled quote is a quote. */
export function listElements(value: string): readonly string[] {
  return [...value.matchAll(/"((?:[^"]|"")*)"|([^,\s"][^,"]*)/g)].map((match) =>
    match[1] === undefined ? match[2]!.trim() : match[1].replaceAll('""', '"'),
  );
}
