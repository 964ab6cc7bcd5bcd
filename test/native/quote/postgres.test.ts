/** What PostgreSQL 15, psql and libpq read back. */
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SealedSink } from '../../../compiler/secrets/sinks.ts';
import { LocalKey } from '../../../compiler/secrets/local-key.ts';
import { Secret } from '../../../compiler/model/secret.ts';
import * as quote from '../../../emitters/toolkit/quote/index.ts';
import { nativeTest, output } from '../node/checker.ts';
import { BIN, Server } from '../pgsql/server.ts';
import { arrived, quoted } from './strings.ts';

const PORT = 54331;
const NO_TEXT = ['a NUL character', 'an unpaired surrogate'];
const NO_LINE = [...NO_TEXT, 'a line break'];
const NO_NAME = [...NO_TEXT, 'an empty name', 'a name longer than 63 bytes'];
const PYTHON = '/usr/bin/python3';

/** How values leave the server: psql drops what it does not take for a character from its output. */
const hex = (expression: string): string => `encode(convert_to(${expression}, 'UTF8'), 'hex')`;
const unhex = (text: string): string => Buffer.from(text, 'hex').toString('utf8');

/** Rows that a script prints, one a line. */
function lines(server: Server, sql: string): readonly string[] {
  const script = join(server.dir, 'script.sql');
  writeFileSync(script, sql);
  chmodSync(script, 0o644);
  const done = output(
    [
      'setpriv',
      '--reuid=postgres',
      '--regid=postgres',
      '--clear-groups',
      '--',
      'psql',
      '-h',
      server.dir,
      '-p',
      String(PORT),
      '-U',
      'postgres',
      '-wqAXt',
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      'postgres',
      '-f',
      script,
    ],
    { HOME: server.dir, PGCLIENTENCODING: 'UTF8' },
  );
  return done.toString('utf8').split('\n').slice(0, -1);
}

function own(server: Server, name: string, text: string): string {
  const path = join(server.dir, name);
  writeFileSync(path, text, { mode: 0o600 });
  chownSync(path, server.uid, server.gid);
  return path;
}

nativeTest(
  test,
  [`${BIN}/postgres`, 'setpriv', PYTHON],
  'PostgreSQL: literals, identifiers, comments, settings, access rules, passwords',
  () => {
    const settings = quoted((value) => quote.pgConfValue(value), NO_TEXT);
    const tokens = quoted(quote.hbaToken, [...NO_LINE, 'an empty field', 'a field longer than 10,000 bytes'], {
      where: (value) => !value.startsWith('/'),
    });
    const server = new Server(PORT, ['--encoding=UTF8']);
    try {
      own(server, 'data/extra.conf', settings.map(({ text }, i) => `quoted.v${i} = ${text}\n`).join(''));
      own(server, 'data/postgresql.auto.conf', "include 'extra.conf'\npassword_encryption = md5\n");
      own(
        server,
        'data/pg_hba.conf',
        `local all postgres peer\nlocal all all password\n` +
          `${tokens.map(({ text }) => `host ${text} ${text} 127.0.0.1/32 reject\n`).join('')}`,
      );
      server.start();
      arrived(
        lines(server, settings.map((_, i) => `SELECT ${hex(`current_setting('quoted.v${i}')`)};\n`).join('')).map(
          unhex,
        ),
        settings,
      );
      const rules = lines(
        server,
        `SELECT ${hex('database[1]')}, ${hex('user_name[1]')}, error FROM pg_hba_file_rules ORDER BY line_number OFFSET 2;`,
      ).map((row) => row.split('|'));
      for (const field of [0, 1])
        arrived(
          rules.map((row) => unhex(row[field]!)),
          tokens,
        );
      assert.equal(
        rules.filter((row) => row[2] !== ''),
        [],
      );
      for (const conforming of ['on', 'off']) {
        const literals = quoted(quote.sqlLiteral, NO_TEXT);
        const head = `SET standard_conforming_strings = ${conforming};\nSET backslash_quote = off;\nSET escape_string_warning = off;\n`;
        arrived(
          lines(
            server,
            `${head}${literals.map(({ text, value }) => `${quote.sqlComment(value)}\nSELECT ${hex(text)};\n`).join('')}`,
          ).map(unhex),
          literals,
        );
      }
      const identifiers = quoted(quote.sqlIdentifier, NO_NAME);
      arrived(
        lines(
          server,
          identifiers
            .map(
              ({ text }) =>
                `SELECT json_object_keys(row_to_json(t)) AS k FROM (SELECT 1 AS ${text}) t \\gset\nSELECT ${hex(":'k'")};\n`,
            )
            .join(''),
        ).map(unhex),
        identifiers,
      );
      passwords(server);
      verifiers(server);
    } finally {
      server.stop();
    }
  },
);

/** libpq finds every password under its user in .pgpass, and the server takes it. */
function createRole(name: string, password: string): string {
  return `CREATE ROLE ${quote.sqlIdentifier(name)} LOGIN PASSWORD ${quote.sqlLiteral(password)};\n`;
}

function passwords(server: Server): void {
  const sent = quoted((value) => quote.pgpassLine('*', PORT, 'postgres', value, `${value}'`), NO_LINE, {
    where: (value) =>
      value !== '' &&
      value !== '*' &&
      Buffer.byteLength(value) < 64 &&
      !/^pg_/.test(value) &&
      !['postgres', 'all', 'none', 'public'].includes(value),
  });
  const roles = sent.map(({ value }) => createRole(value, `${value}'`));
  lines(server, `BEGIN;\n${roles.join('')}COMMIT;\n`);
  const passfile = own(server, 'pass', sent.map(({ text }) => `${text}\n`).join(''));
  chownSync(passfile, 0, 0);
  const program = `import json,sys,psycopg2
def login(user):
  c = psycopg2.connect(host=sys.argv[1], port=${PORT}, dbname='postgres', user=user, passfile=sys.argv[2])
  q = c.cursor(); q.execute('SELECT current_user'); name = q.fetchone()[0]; c.close(); return name
print(json.dumps([login(user) for user in json.load(open(sys.argv[3]))]))`;
  arrived(
    JSON.parse(
      output(
        [
          PYTHON,
          '-c',
          program,
          server.dir,
          passfile,
          own(server, 'users', JSON.stringify(sent.map(({ value }) => value))),
        ],
        { PGCLIENTENCODING: 'UTF8' },
      ).toString(),
    ) as string[],
    sent,
  );
}

/** Compiled verifiers let the plain password in, normalized as SASLprep asks. */
function verifiers(server: Server): void {
  const sink = new SealedSink(new LocalKey(Buffer.alloc(32, 5)));
  const accounts = [
    ['s:1', 'p a:s\\s'],
    ['s:2', "'"],
    ['s:3', 'I\u00adX\u00aa€'],
    ['s:4', 'tab\there'],
    ['s:5', '\u0627\u0031'],
    ['s:6', '\u00a0\u2168'],
  ] as const;
  const passfile = own(
    server,
    'verified',
    accounts.map(([user, password]) => `${quote.pgpassLine('*', '*', '*', user, password)}\n`).join(''),
  );
  for (const [user, password] of accounts) {
    server.query(
      `CREATE ROLE ${quote.sqlIdentifier(user)} LOGIN PASSWORD ${quote.sqlLiteral(sink.scram(new Secret('p', password), 'c', user))}`,
    );
    const target = quote.conninfo({
      host: server.dir,
      port: PORT,
      dbname: 'postgres',
      user,
      application_name: "x ' \\ y",
    });
    const done = server.as(
      'postgres',
      ['psql', target, '-wqAXt', '-c', "SELECT current_user, current_setting('application_name')"],
      { PGPASSFILE: passfile },
    );
    assert.is(done.output.trim(), `${user}|x ' \\ y`);
  }
}

nativeTest(test, [PYTHON], 'libpq: connection strings and URIs', (scratch) => {
  const file = join(scratch, 'strings');
  const program =
    'import json,sys\nfrom psycopg2.extensions import parse_dsn\nprint(json.dumps([parse_dsn(s) for s in json.load(open(sys.argv[1]))]))';
  const parse = (strings: readonly string[]): readonly Record<string, string>[] => {
    writeFileSync(file, JSON.stringify(strings));
    return JSON.parse(output([PYTHON, '-c', program, file], { LC_ALL: 'C.UTF-8' }).toString('utf8')) as Record<
      string,
      string
    >[];
  };
  const sent = quoted(
    (value) => quote.conninfo({ host: 'h', user: value, password: value, dbname: value, port: 5432 }),
    NO_TEXT,
  );
  const uris = quoted(
    (value) =>
      quote.postgresUri({
        user: value,
        password: value,
        host: 'h',
        port: 5432,
        database: value,
        query: { application_name: value },
      }),
    NO_TEXT,
    { where: (value) => value !== '' },
  );
  const [read, readUris] = [parse(sent.map(({ text }) => text)), parse(uris.map(({ text }) => text))];
  for (const key of ['user', 'password', 'dbname'] as const) {
    arrived(
      read.map((parameters) => parameters[key]),
      sent,
    );
    arrived(
      readUris.map((parameters) => parameters[key]),
      uris,
    );
  }
  arrived(
    readUris.map((parameters) => parameters['application_name']),
    uris,
  );
  for (const parameters of [...read, ...readUris]) assert.is(`${parameters['host']}:${parameters['port']}`, 'h:5432');
});

test.run();
