/** Quick fixes, definitions, references and the outline, asked for as editors ask. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CodeAction, DocumentSymbol, Location, Range } from 'vscode-languageserver/node';
import { allowing } from '../../../compiler/cli/lsp/allow.ts';
import { report } from '../../../compiler/diagnostics/report.ts';
import { SourceFile } from '../../../compiler/source/node.ts';
import { Client, uriOf } from './client.ts';

const DOC = '/somewhere/pigsty.yml';
const INVENTORY = `all:
  children:
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } } }
    pg-meta:
      hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }
      vars: { pg_cluster: pg-meta, pg_users: [ { name: test, comment: of meta } ] }
    pg-test:
      hosts:
        10.10.10.11: { pg_seq: 1, pg_role: primary }
        10.10.10.12: { pg_seq: 2, pg_role: replica, pg_upstream: 10.10.10.11 }
      vars:
        pg_cluster: pg-test
        pg_version: 16
        pg_users:
          - { name: test, password: secret, roles: [app, dbrole_readwrite] }
          - { name: app, login: false }
        pg_databases: [ { name: db1, owner: test, schemas: [ { name: s, owner: app } ] } ]
        pg_hba_rules: [ { title: rule one, user: 'x,+app', db: db1, addr: intra, auth: pwd } ]
        dns_records: [ '\${admin_ip} name' ]
    lists:
      children: { pg-test: }
  vars:
    admin_ip: 10.10.10.10
    version: v4.5.0
    pg_version: 17
`;

let editor: Client;
const test = suite('lsp navigation');
test.before(async () => {
  editor = await Client.start();
  editor.open(DOC, INVENTORY);
});
test.before.each(() => editor.set(DOC, INVENTORY));
test.after(() => editor.kill());

function actions(range: Range, only?: readonly string[]): Promise<readonly CodeAction[]> {
  return editor.request('textDocument/codeAction', {
    textDocument: { uri: uriOf(DOC) },
    range,
    context: { diagnostics: [], only },
  });
}

/** Applies what is offered at the end of `before`; gives the titles. */
async function fix(before: string, only: readonly string[] = ['quickfix']): Promise<readonly string[]> {
  const position = editor.position(DOC, before);
  const offered = await actions({ start: position, end: position }, only);
  editor.apply(DOC, offered[0]?.edit?.changes?.[uriOf(DOC)] ?? []);
  return offered.map(({ title }) => title);
}

async function errors(): Promise<readonly unknown[]> {
  return (await editor.diagnostics(DOC)).filter(({ severity }) => severity === 1).map(({ code }) => code);
}

for (const [what, good, bad, at] of [
  ['a misspelled parameter', 'pg_cluster: pg-test', 'pg_clustr: pg-test', 'pg_clustr'],
  ['a misspelled field', 'name: db1, owner', 'name: db1, onwer', 'name: db1, on'],
  ['a misspelled value', 'pg_role: replica', 'pg_role: "replcia"', 'pg_role: "rep'],
  ['a user that does not exist', 'owner: test, schemas', 'owner: tset, schemas', 'owner: ts'],
  ['a role that does not exist', '[app, dbrole_readwrite]', '[app, dbrole_readwrit]', '[app, dbr'],
  ['a placeholder', "'${admin_ip} name'", "'${admn_ip} name'", "'${adm"],
  [
    'a section of a group',
    '      vars:\n        pg_cluster: pg-test',
    '      varz:\n        pg_cluster: pg-test',
    'varz',
  ],
] as const) {
  test(`quick fix: ${what}`, async () => {
    // The order of roles is not what this is about.
    const before = await errors();
    editor.edit(DOC, good, bad);
    assert.not.equal(await errors(), before, `${bad} is no error`);
    assert.is((await fix(at)).length, 1);
    assert.equal(await errors(), before);
    assert.is(editor.text(DOC), INVENTORY);
  });
}

test('all mechanical fixes at once', async () => {
  editor.edit(
    DOC,
    'pg_version: 16',
    'pg_hba_rules_extra: []\n        pg_services_extra: []\n        pg_vip_enabled: "no"',
  );
  const codes = (await editor.diagnostics(DOC)).map(({ code }) => code);
  assert.ok(codes.filter((code) => code === 'PIG3001').length === 2);
  assert.equal(await fix('all:', ['source.fixAll']), ['Apply all mechanical fixes (pigstyc)']);
  assert.match(editor.text(DOC), /pg_hba_rules: \[\]\n {8}pg_services: \[\]\n {8}pg_vip_enabled: false\n/);
  assert.equal(await fix('all:', ['source.fixAll']), []);
});

test('a warning is allowed by a comment above its line, which then asks for the reason', async () => {
  const codes = async (): Promise<readonly unknown[]> => (await editor.diagnostics(DOC)).map(({ code }) => code);
  const found = await editor.diagnostics(DOC);
  const warning = found.find(({ severity, range }) => severity === 2 && range.start.line === 0)!;
  const offered = await actions(warning.range, ['quickfix']);
  const allow = offered.find(({ title }) => title.startsWith(`Allow ${String(warning.code)} `))!;
  editor.apply(DOC, allow.edit!.changes![uriOf(DOC)]!);
  assert.match(editor.text(DOC), `# pigstyc: allow ${String(warning.code)}\nall:\n`);
  assert.not((await codes()).includes(warning.code));
  assert.ok((await codes()).includes('PIG0012'));
  editor.edit(DOC, `allow ${String(warning.code)}`, `allow ${String(warning.code)} a sandbox`);
  assert.not((await codes()).includes('PIG0012'));
});

test('no comment is offered for an error, and none within a text of several lines', async () => {
  const wrong = (await editor.diagnostics(DOC)).filter(({ severity }) => severity === 1);
  assert.ok(wrong.length > 0);
  for (const { code, range } of wrong) {
    const titles = (await actions(range, ['quickfix'])).map(({ title }) => title);
    assert.not(titles.some((title) => title.startsWith(`Allow ${String(code)} `)));
  }
  const file = new SourceFile(DOC, 'a:\n  - b\n  - |\n    one\n    two\n');
  const at = (word: string): readonly unknown[] => {
    const start = file.text.indexOf(word);
    return allowing(report('default-secret', { file, start, end: start + 1 }, { count: 1 }), uriOf);
  };
  assert.is(at('b').length, 1);
  assert.is(at('two').length, 0);
});

test('no action where nothing is to be done, or of kinds not asked for', async () => {
  const start = editor.position(DOC, 'pg_version: 17');
  assert.equal(await actions({ start, end: { line: 99, character: 0 } }, ['refactor']), []);
  assert.equal(await actions({ start, end: start }, ['quickfix']), []);
});

/** The lines of the places an answer names, with the text there. */
function places(found: readonly Location[] | null): readonly string[] {
  const lines = editor.text(DOC).split('\n');
  return (found ?? []).map(
    ({ range }) =>
      `${range.start.line + 1}: ${lines[range.start.line]!.slice(range.start.character, range.end.character)}`,
  );
}

const definition = async (before: string): Promise<readonly string[]> =>
  places(await editor.at<Location[] | null>('textDocument/definition', DOC, before));
const references = async (before: string, includeDeclaration = true): Promise<readonly string[]> =>
  places(
    await editor.at<Location[] | null>('textDocument/references', DOC, before, { context: { includeDeclaration } }),
  );

test('go to definition', async () => {
  assert.equal(await definition('owner: te'), ['15: test']);
  assert.equal(await definition('name: s, owner: ap'), ['16: app']);
  assert.equal(await definition('roles: [ap'), ['16: app']);
  assert.equal(await definition("user: 'x,+ap"), ['16: app']);
  assert.equal(await definition("user: 'x"), []);
  assert.equal(await definition(', db: db'), ['17: db1']);
  assert.equal(await definition('pg_upstream: 10'), ['9: 10.10.10.11']);
  assert.equal(await definition('children: { pg-t'), ['7: pg-test']);
  assert.equal(await definition('pg_cluster: pg-t'), ['7: pg-test']);
  assert.equal(await definition("'${adm"), ['23: admin_ip']);
  assert.equal(await definition('        pg_vers'), ['25: pg_version']);
  assert.equal(await definition('version: v4'), []);
});

test('definitions are found while the text cannot be parsed', async () => {
  editor.edit(DOC, '    version: v4.5.0\n', '    version: [\n');
  assert.equal(await definition('owner: te'), ['15: test']);
  assert.equal(await definition('pg_upstream: 10'), ['9: 10.10.10.11']);
});

test('references', async () => {
  assert.equal(await references('name: ap'), ['15: app', '16: app', '17: app', '18: app']);
  assert.equal(await references('name: ap', false), ['15: app', '17: app', '18: app']);
  assert.equal(await references('{ name: test, pass'.slice(0, 11)), ['6: test']);
  assert.equal(await references('    pg-t'), ['7: pg-test', '12: pg-test', '21: pg-test']);
  assert.equal(await references('\n    pg_vers'), ['13: pg_version', '25: pg_version']);
});

test('outline', async () => {
  const symbols = await editor.request<readonly DocumentSymbol[]>('textDocument/documentSymbol', {
    textDocument: { uri: uriOf(DOC) },
  });
  const tree = (list: readonly DocumentSymbol[]): readonly unknown[] =>
    list.map(({ name, children = [] }) => (children.length === 0 ? name : [name, tree(children)]));
  const [all] = symbols;
  assert.equal(tree(symbols.flatMap(({ children }) => children ?? [])).slice(2, 3), [
    [
      'pg-test',
      [
        ['10.10.10.11', ['pg_seq', 'pg_role']],
        ['10.10.10.12', ['pg_seq', 'pg_role', 'pg_upstream']],
        'pg_cluster',
        'pg_version',
        ['pg_users', ['test', 'app']],
        ['pg_databases', ['db1']],
        ['pg_hba_rules', ['rule one']],
        'dns_records',
      ],
    ],
  ]);
  const check = ({ range, selectionRange, children = [] }: DocumentSymbol, outer: Range): void => {
    for (const inner of [range, selectionRange])
      assert.ok(before(outer.start, inner.start) && before(inner.end, outer.end));
    for (const child of children) check(child, range);
  };
  const before = (a: Range['start'], b: Range['start']): boolean =>
    a.line < b.line || (a.line === b.line && a.character <= b.character);
  check(all!, all!.range);
});

test.run();
