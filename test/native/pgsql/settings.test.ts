/** The catalog of settings and the reader of values, compared with a real server setting by setting. */
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { serverSetting, settingNames, type ServerSetting } from '../../../compiler/postgresql/settings.ts';
import { valueProblem } from '../../../compiler/postgresql/setting-value.ts';
import { NOT_IN_FILES } from '../../../compiler/phases/5-check/rules/settings/setting.ts';
import { nativeTest } from '../node/checker.ts';
import { BIN, Server } from './server.ts';

const MAJOR = 15;
const test = suite('settings and their values');
const MODULES = 'auto_explain,pg_stat_statements,pg_prewarm,auth_delay';
const LOADED = ['pg_trgm', 'postgres_fdw', 'plpgsql', 'basic_archive', 'basebackup_to_shell']
  .map((library) => `LOAD '${library}';\n`)
  .join('');

/** Values of every kind: within and beyond limits, with units right and wrong, spelled in the ways servers understand. */
function candidates({ type, unit, min, max, values, hidden }: ServerSetting): readonly string[] {
  const words = ['on', 'OFF', 'tr', 'o', 'yes', '1', '0', '', 'maybe', '1.5'];
  const numbers = [
    '-1',
    '0',
    '1',
    '07',
    '08',
    '0x10',
    '1e2',
    '1.5',
    '.5',
    ' 7 ',
    '5 %',
    '1kB',
    '2 MB',
    '64mb',
    '1GB',
    '1K',
    '10s',
    '3min',
    '1h',
    '2d',
    '500us',
    '100ms',
    'ten',
    '',
    '99999999999999',
    '1.5MB',
    '0.25min',
  ];
  if (type === 'bool') return words;
  if (type === 'enum')
    return [
      ...words,
      ...values,
      ...hidden,
      ...values.map((word) => word.toUpperCase()),
      'debug',
      'info',
      'true',
      'logical',
    ];
  if (type !== 'integer' && type !== 'real') return [];
  const limits = [min, max].flatMap((limit) => (limit === undefined ? [] : [limit - 1, limit, limit + 1].map(String)));
  return [
    ...numbers,
    ...limits,
    ...(unit === undefined ? [] : limits.map((limit) => `${limit}${/^\d/.test(unit) ? 'kB' : unit}`)),
  ];
}

/** What the server says to each statement: undefined when it carried it out. */
function answers(server: Server, statements: readonly string[]): readonly (string | undefined)[] {
  const script = join(server.dir, 'statements.sql');
  // Half of the statements are refused; psql's variables tell which and why.
  writeFileSync(
    script,
    LOADED +
      statements
        .map((statement, i) => `${statement};\n\\if :ERROR\n\\echo ${i} :LAST_ERROR_MESSAGE\n\\endif`)
        .join('\n'),
  );
  chownSync(script, server.uid, server.gid);
  const { output } = server.as('postgres', [
    'sh',
    '-c',
    'exec psql -h "$1" -p "$2" -U postgres -wqAXt -d postgres -f "$3" 2>/dev/null',
    'sh',
    server.dir,
    String(server.port),
    script,
  ]);
  const refused = new Map(
    output
      .split('\n')
      .flatMap((line) => (/^\d+ /.test(line) ? [[Number.parseInt(line, 10), line.replace(/^\d+ /, '')] as const] : [])),
  );
  return statements.map((_, i) => refused.get(i));
}

nativeTest(test, [`${BIN}/postgres`, 'setpriv', 'psql'], 'what is said of a setting is what the server does', () => {
  const server = new Server(54335);
  try {
    server.start(`-c shared_preload_libraries=${MODULES}`);
    const minor = Number(server.query('SHOW server_version_num').trim()) % 100;
    const settings = settingNames(MAJOR)
      .map((name) => serverSetting(name, MAJOR)!)
      .filter(({ since }) => (since[MAJOR] ?? 0) <= minor);

    // names: none is missing, none is made up
    const listed = server.query(`${LOADED}SELECT name FROM pg_settings ORDER BY name COLLATE "C"`).split('\n');
    const known = new Set(settings.map(({ name }) => name));
    assert.equal(
      listed.filter((name) => !known.has(name)),
      [],
    );
    const shown = answers(
      server,
      settings.map(({ name }) => `SHOW ${name}`),
    );
    // Modules that come in packages of their own may be absent.
    const absent = settings.filter((_, i) => shown[i] !== undefined).map(({ name }) => name);
    assert.equal(
      absent.filter((name) => !/^(pl(perl|tcl)u?|sepgsql)\./.test(name)),
      [],
    );

    // values: accepted and refused as the server does
    const settable = settings.filter(({ name, context }) => context !== 'internal' && !absent.includes(name));
    const tried = settable.flatMap((setting) => [...new Set(candidates(setting))].map((value) => ({ setting, value })));
    const said = answers(
      server,
      tried.map(({ setting, value }) => `ALTER SYSTEM SET ${setting.name} TO '${value}'`),
    );
    const differ = tried.flatMap(({ setting, value }, i) => {
      // Not about the value itself: settings no file may have, limits that depend on other settings, what this build lacks.
      if (/cannot be changed|invalid value for parameter "\w+": \d+$|not supported/.test(said[i] ?? '')) return [];
      const problem = valueProblem(setting, value)?.found.problem;
      return (said[i] === undefined) === (problem === undefined)
        ? []
        : [`${setting.name} = '${value}': server ${said[i] ?? 'accepts'}, we ${problem ?? 'accept'}`];
    });
    assert.ok(tried.length > 4000, `only ${tried.length} values were tried`);
    assert.equal(differ, []);
    const inFile = answers(
      server,
      settable.map(({ name }) => `ALTER SYSTEM SET ${name} TO DEFAULT`),
    );
    assert.equal(
      settable.filter((_, i) => inFile[i]?.includes('cannot be changed')).map(({ name }) => name),
      [...NOT_IN_FILES, 'data_directory'].sort(),
    );

    // places: roles and databases take what the catalog calls a session's
    server.query('CREATE ROLE app');
    const here = settings.filter(({ name }) => !absent.includes(name));
    const perRole = answers(
      server,
      here.map(
        ({ name, values }) => `ALTER ROLE app SET ${name} TO ${values.length > 0 ? `'${values[0]!}'` : 'DEFAULT'}`,
      ),
    );
    const wrong = here.flatMap(({ name, context }, i) => {
      const refused = /cannot be (changed|set)/.test(perRole[i] ?? '');
      return refused === ['internal', 'postmaster', 'sighup', 'backend', 'superuser-backend'].includes(context)
        ? []
        : [`${name} (${context}): ${perRole[i] ?? 'accepted'}`];
    });
    assert.equal(wrong, []);
  } finally {
    server.stop();
  }
});

test.run();
