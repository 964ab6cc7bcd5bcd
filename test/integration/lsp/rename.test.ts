/** New names, asked for as editors ask. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Range, WorkspaceEdit } from 'vscode-languageserver/node';
import { Client, uriOf } from './client.ts';

const DOC = '/somewhere/pigsty.yml';
const INVENTORY = `all:
  children:
    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } } }
    pg-meta:
      hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-meta
        pg_users: [ { name: app, comment: of meta }, { name: grafana, password: secret } ]
        pg_databases: [ { name: store, owner: app } ]
    pg-test:
      hosts:
        10.10.10.11: { pg_seq: 1, pg_role: primary }
        10.10.10.12: { pg_seq: 2, pg_role: replica }
      vars:
        pg_cluster: 'pg-test'
        pg_users:
          - { name: app, password: secret, roles: [dbrole_readwrite] }
          - { name: job, password: secret, roles: [ app, { name: dbrole_readonly } ] }
        pg_databases:
          - { name: store, owner: "app", schemas: [ { name: s, owner: app } ] }
          - { name: copy, template: store, pool_auth_user: app }
        pg_hba_rules:
          - { title: one, user: 'x,+app', db: store, addr: intra, auth: pwd }
          - { title: two, rules: [ 'host store,copy app,job 10.0.0.0/8 scram-sha-256' ] }
        pg_default_privileges: [ GRANT SELECT ON TABLES TO app ]
        pg_services:
          - { name: own, port: 5440, selector: "[? pg_cluster == \`pg-test\`]", check: /read-only }
          - { name: too, port: 5441, selector: "[? contains(group_names, 'pg-test')]", check: /read-only }
    pg-copy:
      hosts: { 10.10.10.13: { pg_seq: 1, pg_role: primary, pg_upstream: 10.10.10.11 } }
      vars:
        pg_cluster: pg-copy
        pg_hba_rules: [ { title: of the copy, user: app, db: store, addr: world, auth: ssl } ]
    apps:
      hosts: { 10.10.10.10: }
      vars: { my_url: 'postgres://app:app@10.10.10.12:5433/store', first: "{{ groups['pg-test'][0] }}" }
    both: { children: { pg-test: , pg-meta: } }
  vars:
    admin_ip: 10.10.10.10
    version: v4.5.0
    node_etc_hosts: [ 10.10.10.11 pg-test-1 ]
`;

let editor: Client;
const test = suite('lsp rename');
test.before(async () => {
  editor = await Client.start();
  editor.open(DOC, INVENTORY);
});
test.before.each(() => {
  editor.set(DOC, INVENTORY);
  editor.shown.length = 0;
});
test.after(() => editor.kill());

const refusal = async (request: Promise<unknown>): Promise<string> =>
  request.then(
    (answer) => assert.unreachable(JSON.stringify(answer)),
    ({ message }: Error) => message,
  ) as Promise<string>;

const edit = (before: string, newName: string): Promise<WorkspaceEdit> =>
  editor.at('textDocument/rename', DOC, before, { newName });

/** The lines that a new name of what stands at the end of `before` changes. */
async function renamed(before: string, name: string): Promise<readonly string[]> {
  const { changes } = await edit(before, name);
  const former = editor.text(DOC).split('\n');
  editor.apply(DOC, changes![uriOf(DOC)]!);
  return editor
    .text(DOC)
    .split('\n')
    .filter((line, i) => line !== former[i])
    .map((line) => line.trim());
}

async function findings(name: string, former: string): Promise<readonly string[]> {
  const found = await editor.diagnostics(DOC);
  return found.map(({ code, message }) => `${code} ${String(message).replaceAll(name, former)}`).sort();
}

test('a cluster, with its group and all that choose by it', async () => {
  const before = await findings('pg-shop', 'pg-test');
  const lines = await renamed('\n    pg-te', 'pg-shop');
  assert.equal(lines, [
    'pg-shop:',
    "pg_cluster: 'pg-shop'",
    '- { name: own, port: 5440, selector: "[? pg_cluster == `pg-shop`]", check: /read-only }',
    `- { name: too, port: 5441, selector: "[? contains(group_names, 'pg-shop')]", check: /read-only }`,
    `vars: { my_url: 'postgres://app:app@10.10.10.12:5433/store', first: "{{ groups['pg-shop'][0] }}" }`,
    'both: { children: { pg-shop: , pg-meta: } }',
  ]);
  assert.equal(await findings('pg-shop', 'pg-test'), before);
  const [note] = editor.shown;
  assert.match(note!, 'Hosts with data refuse another name of their cluster pg-test');
  assert.match(note!, /The word pg-test stays in line \d+,/);
});

test('a user of one cluster and of those that follow it, and no other of its name', async () => {
  const lines = await renamed('pg_users:\n          - { name: ap', 'web');
  assert.equal(lines, [
    '- { name: web, password: secret, roles: [dbrole_readwrite] }',
    '- { name: job, password: secret, roles: [ web, { name: dbrole_readonly } ] }',
    '- { name: store, owner: "web", schemas: [ { name: s, owner: web } ] }',
    '- { name: copy, template: store, pool_auth_user: web }',
    "- { title: one, user: 'x,+web', db: store, addr: intra, auth: pwd }",
    "- { title: two, rules: [ 'host store,copy web,job 10.0.0.0/8 scram-sha-256' ] }",
    'pg_default_privileges: [ GRANT SELECT ON TABLES TO web ]',
    'pg_hba_rules: [ { title: of the copy, user: web, db: store, addr: world, auth: ssl } ]',
    `vars: { my_url: 'postgres://web:app@10.10.10.12:5433/store', first: "{{ groups['pg-test'][0] }}" }`,
  ]);
  assert.match(editor.shown[0]!, 'ALTER ROLE "app" RENAME TO "web"');
});

test('a database, from a place that uses it', async () => {
  const lines = await renamed('template: sto', '2024');
  assert.equal(lines, [
    `- { name: "2024", owner: "app", schemas: [ { name: s, owner: app } ] }`,
    `- { name: copy, template: "2024", pool_auth_user: app }`,
    `- { title: one, user: 'x,+app', db: "2024", addr: intra, auth: pwd }`,
    "- { title: two, rules: [ 'host 2024,copy app,job 10.0.0.0/8 scram-sha-256' ] }",
    `pg_hba_rules: [ { title: of the copy, user: app, db: "2024", addr: world, auth: ssl } ]`,
    `vars: { my_url: 'postgres://app:app@10.10.10.12:5433/2024', first: "{{ groups['pg-test'][0] }}" }`,
  ]);
  assert.match(editor.shown[0]!, 'ALTER DATABASE "store" RENAME TO "2024"');
});

test('a name of every cluster is one: a rule for all joins those that it names', async () => {
  editor.edit(
    DOC,
    '    admin_ip',
    '    pgb_hba_rules: [ { title: a, user: app, db: all, addr: intra, auth: pwd } ]\n    admin_ip',
  );
  const lines = await renamed('name: ap', 'web');
  assert.ok(lines.some((line) => line.includes('of meta')) && lines.some((line) => line.includes('roles: [ web')));
});

test('where a name can be changed', async () => {
  const range = await editor.at<Range>('textDocument/prepareRename', DOC, "pg_cluster: 'pg");
  assert.equal(
    [range.end.character - range.start.character, range.start],
    ['pg-test'.length, editor.position(DOC, "pg_cluster: '")],
  );
  for (const [before, why] of [
    ['    inf', /the group `infra` has this name everywhere/],
    ['roles: [dbrole_re', /no user `dbrole_readwrite` is declared/],
    ['pg_seq: 2, pg_ro', /clusters, groups, users and databases can be renamed/],
    ['pg_upstream: 10.10', /clusters, groups, users and databases can be renamed/],
  ] as const)
    assert.match(await refusal(editor.at('textDocument/prepareRename', DOC, before)), why);
});

test('names that cannot be had', async () => {
  for (const [before, name, why] of [
    ['\n    pg-te', 'pg-meta', /`pg-meta` is another cluster or group already/],
    ['\n    pg-te', 'pg test', /`pg test` is no name/],
    ['name: jo', 'app', /`app` is another user already/],
    ['name: jo', 'dbuser_monitor', /`dbuser_monitor` is another user already/],
    ['name: jo', 'pg_job', /with the name `pg_job`: .*PIG1207/],
  ] as const)
    assert.match(await refusal(edit(before, name)), why);
});

test('a name that a default uses', async () => {
  editor.edit(DOC, '    admin_ip', '    pg_default_roles: [ { name: dbrole_readonly, login: false } ]\n    admin_ip');
  const before = '    pg_default_roles: [ { name: dbrole_re';
  assert.match(
    await refusal(editor.at('textDocument/prepareRename', DOC, before)),
    /the default of `\w+` names `dbrole_readonly`: write the parameter with the new name first/,
  );
});

test('groups that share hosts are merged in the order of their names', async () => {
  editor.edit(DOC, '    apps:\n      hosts: { 10.10.10.10: }', '    apps:\n      hosts: { 10.10.10.13: }');
  editor.edit(DOC, 'vars: { my_url', 'vars: { pg_hba_rules: [], my_url');
  assert.match(await refusal(edit('\n    app', 'zoo')), /another `pg_hba_rules` would win on 10.10.10.13/);
});

test('files of group_vars move along', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pigstyc-'));
  try {
    const path = join(directory, 'pigsty.yml');
    const vars = join(directory, 'group_vars/pg-test.yml');
    const text = INVENTORY.replace(/ {8}pg_databases:\n {10}- \{ name: store.*\n.*\n/, '');
    mkdirSync(join(directory, 'group_vars'));
    writeFileSync(vars, 'pg_databases: [ { name: store, owner: app } ]\n');
    writeFileSync(path, text);
    editor.open(path, text);
    const ask = (before: string, newName: string): Promise<WorkspaceEdit> =>
      editor.at('textDocument/rename', path, before, { newName });
    const { documentChanges } = await ask('\n    pg-te', 'pg-shop');
    assert.equal(documentChanges!.at(-1), {
      kind: 'rename',
      oldUri: uriOf(vars),
      newUri: uriOf(join(directory, 'group_vars/pg-shop.yml')),
    });
    const { changes } = await ask('pg_users:\n          - { name: ap', 'web');
    assert.equal(Object.keys(changes!).sort(), [uriOf(vars), uriOf(path)].sort());
    editor.close(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
