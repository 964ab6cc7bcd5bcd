/**
 * Quoting is proved by reading back: by the real program where this machine has it (test/native/quote), else by the
 * reader's documented rules.
 */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as quote from '../../../emitters/toolkit/quote/index.ts';
import { UnrepresentableError } from '../../../emitters/toolkit/quote/index.ts';

/** Strings full of what grammars find special. */
const nasty = fc.string({ unit: fc.constantFrom(...' \t\'"\\$%#;:,=!@*()[]{}<>|&`~^?+-_./aZ09é€😀'), maxLength: 24 });
const withBreaks = fc.string({ unit: fc.constantFrom(...' \'"\\$%#;\n\r\tab€'), maxLength: 24 });

test('bash reads every word back', () => {
  fc.assert(
    fc.property(fc.array(withBreaks, { minLength: 1, maxLength: 20 }), (words) => {
      const result = spawnSync('bash', ['-c', `printf '%s\\0' ${quote.bashCommand(words)}`], { encoding: 'utf8' });
      assert.equal(result.stdout.split('\0').slice(0, -1), words);
    }),
    { numRuns: 60 },
  );
});

test('a POSIX shell that sources an environment file reads every value back', () => {
  fc.assert(
    fc.property(fc.array(nasty, { minLength: 1, maxLength: 20 }), (values) => {
      const lines = values.map((value, i) => `V${i}=${quote.environmentFileValue(value)}`);
      const script = `${lines.join('\n')}\nprintf '%s\\0' ${values.map((_, i) => `"$V${i}"`).join(' ')}`;
      assert.equal(spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.split('\0').slice(0, -1), values);
    }),
    { numRuns: 40 },
  );
});

test('a profile line reads back', () => {
  fc.assert(
    fc.property(withBreaks, (value) => {
      assert.is(
        spawnSync('bash', ['-c', `${quote.shellProfileExport('X', value)}\nprintf '%s' "$X"`], { encoding: 'utf8' })
          .stdout,
        value,
      );
    }),
    { numRuns: 40 },
  );
  assert.throws(
    () => quote.shellProfileExport('A-B', 'x'),
    (error: unknown) => error instanceof UnrepresentableError,
  );
});

/** libpq's de-escaping of a .pgpass field: a backslash stands for the next character, a colon ends the field. */
function pgpassFields(line: string): string[] {
  const fields: string[] = [];
  let field = '';
  for (let i = 0; i < line.length; i++) {
    if (line[i] === ':') {
      fields.push(field);
      field = '';
    } else {
      if (line[i] === '\\' && i + 1 < line.length) i++;
      field += line[i]!;
    }
  }
  return [...fields, field];
}

test('an option of an APT source ends at a blank or a bracket: a value has none', () => {
  assert.is(quote.aptOption('/etc/apt/keyrings/site.gpg'), '/etc/apt/keyrings/site.gpg');
  for (const value of ['', 'a b', 'a] http://evil', '"a"', "a'b", 'a\nb'])
    assert.throws(
      () => quote.aptOption(value),
      (error: unknown) => error instanceof UnrepresentableError,
      value,
    );
});

test('.pgpass fields read back; the wildcard and a literal star differ', () => {
  fc.assert(
    fc.property(nasty, nasty, (database, password) => {
      fc.pre(database !== '*');
      assert.equal(pgpassFields(quote.pgpassLine('*', 5432, database, 'u', password)).slice(2), [
        database,
        'u',
        password,
      ]);
    }),
  );
  assert.is(quote.pgpassLine('*', '*', '*', 'u', '*'), '*:*:*:u:\\*');
  assert.is(quote.pgpassField('#x'), '\\#x');
  assert.throws(() => quote.pgpassField('a\nb'), 'line break');
});

/** PgBouncer's value parser: a doubled quote is a quote, nothing else is special. */
function pgbouncerPairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [, key, after] = /^(\w+)=(.*)$/su.exec(rest)! as unknown as [string, string, string];
    const quoted = /^'((?:''|[^'])*)'(?: |$)/su.exec(after);
    const plain = /^(\S*)(?: |$)/su.exec(after)!;
    pairs[key] = quoted === null ? plain[1]! : quoted[1]!.replaceAll("''", "'");
    rest = after.slice((quoted ?? plain)[0].length);
  }
  return pairs;
}

test('pgbouncer entries read back', () => {
  const given = nasty.filter((value) => value !== '');
  fc.assert(
    fc.property(given, given, (dbname, query) => {
      const line = quote.pgbouncerEntry('db', { dbname, connect_query: query, host: undefined });
      assert.ok(line.startsWith('db = '));
      assert.equal(pgbouncerPairs(line.slice(5)), { dbname, connect_query: query });
    }),
  );
  assert.is(quote.pgbouncerName('*'), '*');
  assert.throws(() => quote.pgbouncerName('a b'), 'other characters');
  assert.throws(() => quote.pgbouncerEntryValue(''), 'empty value');
  assert.is(quote.userlistLine('a"b', 'c"d'), '"a""b" "c""d"');
  assert.throws(() => quote.pgbouncerValue(' x'), 'blank');
});

/** PostgreSQL's next_token for pg_hba.conf. */
function hbaTokens(line: string): string[] {
  const tokens: string[] = [];
  let i = 0;
  while (i < line.length) {
    while (line[i] === ' ') i++;
    let token = '';
    let inQuote = false;
    let wasQuote = false;
    for (; i < line.length && (line[i] !== ' ' || inQuote); i++) {
      const c = line[i]!;
      if (c === '#' && !inQuote) return tokens;
      if (c !== '"' || wasQuote) token += c;
      wasQuote = inQuote && c === '"' ? !wasQuote : false;
      if (c === '"') inQuote = !inQuote;
    }
    tokens.push(token);
  }
  return tokens;
}

test('pg_hba tokens read back', () => {
  fc.assert(
    fc.property(
      nasty.filter((text) => text !== '' && !text.startsWith('/')),
      (name) => {
        assert.equal(hbaTokens(`host ${quote.hbaToken(name)} x`), ['host', name, 'x']);
      },
    ),
  );
  assert.is(quote.hbaToken('all'), 'all');
  assert.is(quote.hbaToken('+role'), '+role');
});

test('SQL identifiers are bare only when they read back so', () => {
  for (const [name, written] of [
    ['orders', 'orders'],
    ['user', '"user"'],
    ['Orders', '"Orders"'],
    ['a"b', '"a""b"'],
    ['9a', '"9a"'],
    ['a-b', '"a-b"'],
    ['table', '"table"'],
  ] as const) {
    assert.is(quote.sqlIdentifier(name), written);
  }
  assert.throws(() => quote.sqlIdentifier(''), 'empty');
  assert.throws(() => quote.sqlIdentifier('é'.repeat(32)), '63 bytes');
  assert.is(quote.sqlLiteral("it's"), "'it''s'");
  assert.is(quote.sqlLiteral('a\\'), "E'a\\\\'");
  assert.is(quote.sqlComment('a\nDROP TABLE x'), '-- a DROP TABLE x');
});

test('what a grammar cannot hold is refused with its reason, and the error does not show the value', () => {
  const secret = 'hunter2\n';
  const writers: readonly ((value: string) => string)[] = [
    quote.pgpassField,
    quote.pgbouncerValue,
    quote.hbaToken,
    quote.haproxyWord,
    quote.systemdValue,
    quote.environmentFileValue,
    quote.nginxString,
    quote.iniValue,
    quote.grafanaIniValue,
    quote.keepalivedWord,
    (value) => quote.userlistLine('u', value),
  ];
  for (const write of writers) {
    try {
      write(secret);
      assert.unreachable(write.name);
    } catch (error) {
      assert.instance(error, UnrepresentableError);
      const refusal = error as UnrepresentableError;
      assert.is(refusal.value, secret);
      assert.not.ok(`${refusal.message}${JSON.stringify(refusal)}${String(refusal.stack)}`.includes('hunter2'));
    }
  }
  for (const write of [quote.bashWord, quote.sqlLiteral, quote.pgConfValue, quote.conninfoValue, quote.systemdWord]) {
    assert.throws(() => write('a\0b'), 'NUL');
    assert.throws(() => write('\ud800'), 'surrogate');
  }
  assert.throws(() => quote.nginxString('$x'), 'variable');
  assert.throws(() => quote.keepalivedWord('a"b'), 'double quote');
  assert.throws(() => quote.iniValue(''), 'empty');
  assert.throws(() => quote.grafanaIniValue('${HOME}'), 'expression');
});

test('plain values stay plain, so that files stay readable', () => {
  assert.is(quote.bashWord('/etc/patroni.yml'), '/etc/patroni.yml');
  assert.is(quote.conninfo({ host: '10.0.0.1', port: 5432, user: undefined }), 'host=10.0.0.1 port=5432');
  assert.is(quote.redisString('requirepass'), 'requirepass');
  assert.is(quote.haproxyWord('check'), 'check');
  assert.is(quote.pgConfValue(true), 'on');
  assert.is(quote.systemdWord('/usr/bin/x'), '/usr/bin/x');
  assert.is(quote.systemdWord('100%$x'), '100%%$$x');
  assert.is(
    quote.postgresUri({ user: 'a@b', password: "p:/'?", host: 'h', port: 1, database: 'd b' }),
    'postgresql://a%40b:p%3A%2F%27%3F@h:1/d%20b',
  );
});

test.run();
