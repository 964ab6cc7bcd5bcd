/** Inventories become rows and text again without a loss; addresses show no password. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { placeInTables } from '../../../compiler/cmdb/place.ts';
import { isConnection, shownConnection } from '../../../compiler/cmdb/name.ts';
import { readFiles, rowsOfFiles, type ReadFile } from '../../../compiler/cmdb/from-files.ts';
import { jsonOf, stableJson, type Row } from '../../../compiler/cmdb/row.ts';
import { settingsOf } from '../../../compiler/cmdb/target.ts';
import { textOfRows } from '../../../compiler/cmdb/text.ts';
import { variableLines } from '../../../compiler/cmdb/value.ts';
import { lossOf } from '../../../compiler/cmdb/verify.ts';
import { emptyHost, overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { parseSources } from '../../../compiler/inputs/front-end.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

const inventories = [
  ...readdirSync('fixtures/ok').map((name) => `fixtures/ok/${name}/pigsty.yml`),
  ...readdirSync('test/lab/inventories').map((name) => join('test/lab/inventories', name)),
  'test/native/cmdb/kinds.yml',
].filter((path) => path.endsWith('.yml'));

/** As the tables have it: they know nothing of where a row was read. */
function stored(rows: readonly Row[]): readonly Row[] {
  return rows.map(({ isFresh: _, ...row }) => row);
}

function read(path: string, text: string): readonly ReadFile[] {
  const sources = [new SourceFile(path, text)];
  return readFiles(sources, parseSources(sources, { keepAbsent: true }));
}

const rowsOf = (text: string): readonly Row[] => rowsOfFiles(read('x.yml', text));

for (const path of inventories)
  test(`${path} as rows, as text and as rows again`, () => {
    const files = read(path, readFileSync(path, 'utf8'));
    const rows = rowsOfFiles(files);
    assert.ok(rows.length > 5);
    assert.is(lossOf(files, rows), undefined);
    const text = textOfRows(stored(rows));
    assert.equal(stored(rowsOf(text)), stored(rows));
    assert.is(textOfRows(rowsOf(text)), text);
    // Without what was written, values and rows are still the same.
    const bare = rowsOf(textOfRows(rows.map((row) => ({ ...row, source: undefined, isFresh: undefined }))));
    const values = (all: readonly Row[]): readonly string[] =>
      all
        .filter(({ table }) => table !== 'cmdb_remark')
        .map((row) => `${row.table} ${row.cls} ${row.ip} ${row.key} ${row.value && stableJson(JSON.parse(row.value))}`);
    assert.equal(values(bare), values(rows));
  });

test('any value in the tables is the same value in the text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[ -~\n\t]{0,30}$/),
    fc.constantFrom(
      'yes',
      '0640',
      '1:30',
      'a\u2028b\u0085c\ufeff',
      '\x7f',
      'tab\there',
      '\r\n',
      '~',
      '- a',
      'a: b',
      '# c',
      '<<',
      '2024-02-29',
      ' x',
      'x\n',
      '\n\nx',
      '|',
      '"',
      "'",
      '${a}',
      '{{ b }}',
    ),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(
        text.filter((key) => key !== '<<'),
        tie('any'),
        { maxKeys: 4 },
      ),
    ),
  })).any;
  fc.assert(
    fc.property(value, value, (before, after) => {
      const row = (json: unknown, source?: string): Row => ({
        table: 'global_var',
        cls: '',
        ip: '',
        key: 'k',
        value: JSON.stringify(json),
        source,
      });
      const read = (lines: readonly string[]): unknown => {
        const [tree, problems] = parseSource(new SourceFile('', `all:\n  vars:\n    ${lines.join('\n    ')}\n`));
        assert.equal(
          problems.map(({ slug }) => slug),
          [],
          lines.join('\n'),
        );
        return (jsonOf(tree) as { all: { vars: { k: unknown } } }).all.vars.k;
      };
      const old = variableLines(row(before));
      assert.is(stableJson(read(old)), stableJson(before));
      // Beside what was written before, too.
      assert.is(stableJson(read(variableLines(row(after, old.join('\n'))))), stableJson(after));
    }),
    { numRuns: 400 },
  );
});

test('an address is shown without its password, whatever is in it', () => {
  for (const [address, shown] of [
    ['postgresql://u:p@h:5432/db', 'postgresql://u@h:5432/db'],
    ['postgresql://u:p@ss/w:rd@h/db', 'postgresql://u@h/db'],
    ['postgres://h/db?user=u&password=p&sslmode=require', 'postgres://h/db?sslmode=require&user=u'],
    ['postgresql://u@h/db?sslpassword=p', 'postgresql://u@h/db'],
    ['service=meta', 'service=meta'],
  ] as const) {
    assert.ok(isConnection(address));
    assert.equal(shownConnection(address).split(/[?&]/).sort(), shown.split(/[?&]/).sort());
  }
  for (const path of ['pigsty.yml', '-', 'postgresql.yml', 'a/postgresql://b']) assert.not.ok(isConnection(path));
});

test('settings come from the address, the service, then the environment', () => {
  const { host } = overlay(emptyHost(nodeHost()));
  host.writeFile('/home/me/.pg_service.conf', '# c\n[other]\nhost=no\n[meta]\nhost = h1\nport=5433\n', 0o600);
  const from = (address: string, env: Readonly<Record<string, string>> = {}) =>
    settingsOf({ ...host, env: { HOME: '/home/me', ...env } }, address);
  assert.equal(from('postgresql://u%40x:p%2F@[::1]:5/d%20b?sslmode=require'), {
    user: 'u@x',
    password: 'p/',
    host: '::1',
    port: '5',
    dbname: 'd b',
    sslmode: 'require',
  });
  assert.equal(from('service=meta', { PGHOST: 'h2', PGUSER: 'u' }), {
    service: 'meta',
    host: 'h1',
    port: '5433',
    user: 'u',
  });
  assert.equal(from('postgresql://h3', { PGSERVICE: 'meta' }), { service: 'meta', host: 'h3', port: '5433' });
  assert.match(String(from('service=none')), /^no service `none` in \/home\/me\/\.pg_service\.conf/);
  for (const bad of ['postgresql://a,b/c', 'postgresql://h:port/c', 'postgresql://h/%zz'])
    assert.type(from(bad), 'string');
});

test('every place of an inventory is a table, a row and a column', () => {
  const text = textOfRows(
    rowsOf(
      'all:\n  vars: { a: 1 }\n  children: { g: { hosts: { 10.0.0.1: { b: [{ c: 2 }] } }, vars: { d: { e: 3 } ' +
        '}, children: { i: { vars: { f: 4 } } } } }\n',
    ),
  );
  const file = new SourceFile('service=meta', text, { format: 'tables' });
  const at = (part: string): string => placeInTables({ file, start: text.indexOf(part), end: text.indexOf(part) + 1 });
  assert.is(at('a: 1'), 'global_var(a).key');
  assert.is(at('1\n'), 'global_var(a).value');
  assert.is(at('g:'), 'group(g)');
  assert.is(at('10.0.0.1'), 'host(g, 10.0.0.1)');
  assert.is(at('2 }'), 'host_var(g, 10.0.0.1, b).value[0].c');
  assert.is(at('3 }'), 'group_var(g, d).value.e');
  assert.is(at('4'), 'group_var(i, f).value');
  assert.is(at('all'), 'pigsty');
});

test.run();
