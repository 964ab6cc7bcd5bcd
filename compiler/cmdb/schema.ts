/** Makes the tables and views, or brings older ones up to date. What another program made stays. */
import type { Client } from 'pg';
import { readPackageFile } from '../package/package-files.ts';
import { parameters } from '../schema/table.ts';
import { VERSION } from './store.ts';

/** What the comment of a view that pigstyc made ends with. */
const MARK = '(pigstyc)';

/** Names of the views that another program made; then none is made or changed. */
export async function makeSchema(client: Client): Promise<readonly string[]> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('pigstyc cmdb'))`);
  const foreign = await foreignRelations(client);
  await client.query(readPackageFile('compiler/cmdb/tables.sql'));
  if (!foreign.has('default_var')) await fillDefaults(client);
  const all = views();
  const kept = all.filter(({ name }) => foreign.has(name)).map(({ name }) => name);
  // Views stand on each other: where some are another program's, they all are.
  for (const { name, summary, query } of kept.length > 0 ? [] : all)
    await client.query(
      `CREATE OR REPLACE VIEW pigsty.${name} AS ${query};\nCOMMENT ON VIEW pigsty.${name} IS '${summary} ${MARK}'`,
    );
  await client.query(
    'INSERT INTO pigsty.cmdb_version (version) SELECT $1 WHERE NOT EXISTS (SELECT FROM pigsty.cmdb_version WHERE version >= $1)',
    [VERSION],
  );
  return kept;
}

async function foreignRelations(client: Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'pigsty' AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE '%${MARK}'`,
  );
  return new Set(rows.map(({ name }) => name));
}

interface View {
  readonly name: string;
  readonly summary: string;
  readonly query: string;
}

/** In the order in which one needs another. */
function views(): readonly View[] {
  return readPackageFile('compiler/cmdb/views.sql')
    .split(/^-- view /m)
    .slice(1)
    .map((part) => {
      const [, name, summary, query] = /^(\w+): ([^\n]*)\n([^]*)$/.exec(part)!;
      return { name: name!, summary: summary!, query: query! };
    });
}

/** Every parameter with its default, for the views. */
async function fillDefaults(client: Client): Promise<void> {
  const rows = [...parameters().values()].map((info, i) => ({
    id: i + 1,
    key: info.name,
    value: info.default,
    module: info.module.toUpperCase(),
    section: info.section,
    type: info.type,
    level: info.levels.join('/'),
    summary: info.description,
  }));
  await client.query('DELETE FROM pigsty.default_var');
  await client.query(
    `INSERT INTO pigsty.default_var (id, key, value, module, section, type, level, summary) SELECT * FROM
       jsonb_to_recordset($1::jsonb) AS r(id integer, key text, value jsonb, module text, section text, type text, \
level text, summary text)`,
    [JSON.stringify(rows)],
  );
  await client.query(`COMMENT ON TABLE pigsty.default_var IS 'parameters and their defaults ${MARK}'`);
}
