/** Encodings, dates and names of roles and schemas: what the checker takes, a server takes. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lineProblem } from '../../../compiler/programs/lines.ts';
import { patternOf } from '../../../compiler/schema/grammars.ts';
import { nativeTest } from '../node/checker.ts';
import { BIN, Server } from './server.ts';

const test = suite('words of PostgreSQL');
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

nativeTest(test, [`${BIN}/postgres`], 'encodings, dates and names', () => {
  const server = new Server();
  try {
    server.start();
    const accepts = (sql: string): boolean => {
      const psql = ['psql', '-h', server.dir, '-p', String(server.port), '-U', 'postgres', '-qXv', 'ON_ERROR_STOP=1'];
      return server.as('postgres', [...psql, 'postgres', '-c', sql]).code === 0;
    };
    // The last encoding of servers is KOI8U, 34; those of clients come after it.
    for (const name of [
      'UTF8',
      'utf-8',
      'Latin1',
      'ISO_8859_5',
      'sql_ascii',
      'unicode',
      'windows-1252',
      'koi8u',
      'UTF9',
      'gbk',
      'sjis',
      'latin11',
      'utf16',
    ])
      assert.is(
        accepts(`DO $$ BEGIN ASSERT pg_char_to_encoding(${quoted(name)}) BETWEEN 0 AND 34; END $$`),
        lineProblem('encoding', name) === undefined,
        name,
      );
    for (const date of [
      '2028-02-29',
      '2031-02-29',
      '2031-04-31',
      '2031-12-31 24:00',
      '2031-12-31 24:01',
      '2031-12-31 10:61',
      'infinity',
    ])
      assert.is(accepts(`SELECT ${quoted(date)}::timestamptz`), lineProblem('date', date) === undefined, date);
    for (const [grammar, names] of [
      ['role', ['app', 'pgapp', 'pg_app', 'public', 'none', 'publics', '_x']],
      ['schema', ['app', 'pg', 'pg_app', 'Public 2']],
    ] as const)
      for (const name of names)
        assert.is(
          accepts(`CREATE ${grammar} "${name}"`),
          new RegExp(patternOf(grammar), 'u').test(name),
          `${grammar} ${name}`,
        );
  } finally {
    server.stop();
  }
});

test.run();
