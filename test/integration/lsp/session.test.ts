import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Client, uriOf, type Options } from './client.ts';

const INVENTORY = `all:
  children:
    etcd: { hosts: { 10.10.10.11: { etcd_seq: 1 } } }
    pg-test:
      hosts:
        10.10.10.11: { pg_seq: 1, pg_role: primary }
        10.10.10.12: { pg_seq: 2, pg_role: replica }
      vars:
        pg_cluster: pg-test
        pg_version: 16
        pg_users: [ { name: test, password: Very.Secret.Word, roles: [dbrole_readwrite], comment: business user } ]
        pg_databases: [ { name: test, owner: test } ]
        pg_hba_rules: [ { title: all, user: '\${dbsu}', db: test, addr: intra, auth: pwd } ]
        pg_services: [ { name: standby, port: 5435, selector: "[? pg_role == \`replica\`]" } ]
  vars:
    admin_ip: 10.10.10.11
    version: v4.5.0
    pg_version: 17
    pg_admin_password: Another.Secret
`;
const DOC = '/somewhere/pigsty.yml';

let client: Client | undefined;
const test = suite('lsp session');
test.after.each(() => {
  client?.kill();
  client = undefined;
});

async function start(options: Options = {}): Promise<Client> {
  return (client = await Client.start(options));
}

async function opened(text = INVENTORY): Promise<Client> {
  const editor = await start();
  editor.open(DOC, text);
  return editor;
}

/** The text a range covers, as an editor counts. */
function covered(
  text: string,
  {
    start,
    end,
  }: { readonly start: { line: number; character: number }; readonly end: { line: number; character: number } },
): string {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).join('').length + character;
  return text.slice(offset(start), offset(end));
}

test('findings come with code, page, severity, exact range and related places, and go when the cause does', async () => {
  const editor = await opened(INVENTORY.replace('pg_seq: 2', 'pg_seq: 1'));
  const [duplicate, ...others] = (await editor.diagnostics(DOC)).filter(({ severity }) => severity === 1);
  assert.equal(others, []);
  assert.is(duplicate!.code, 'PIG5405');
  assert.is(duplicate!.source, 'pigstyc');
  assert.is(covered(editor.text(DOC), duplicate!.range), '1');
  assert.match(readFileSync(fileURLToPath(duplicate!.codeDescription!.href), 'utf8'), /^code: PIG5405$/m);
  const [first] = duplicate!.relatedInformation!;
  assert.is(first!.location.uri, uriOf(DOC));
  assert.equal(first!.location.range.start, editor.position(DOC, '10.10.10.11: { pg_seq: '));
  editor.replace(
    DOC,
    editor.text(DOC).indexOf('pg_seq: 1, pg_role: replica') + 8,
    editor.text(DOC).indexOf('pg_seq: 1, pg_role: replica') + 9,
    '2',
  );
  assert.equal(
    (await editor.diagnostics(DOC)).filter(({ severity }) => severity === 1),
    [],
  );
});

test('severities are error, warning and information; old names are marked as such', async () => {
  const editor = await opened(
    INVENTORY.replace('pg_version: 16', 'pg_users_: 1\n        pg_hba_rules_extra: []\n        pg_clusterr: x'),
  );
  const found = await editor.diagnostics(DOC);
  assert.equal([...new Set(found.map(({ severity }) => severity))].sort(), [1, 2, 3]);
  const renamed = found.find(({ code }) => code === 'PIG3001')!;
  assert.equal(
    [covered(editor.text(DOC), renamed.range), renamed.tags, renamed.severity],
    ['pg_hba_rules_extra', [2], 2],
  );
});

test('ranges count UTF-16 units, after characters beyond the basic plane and with every kind of line end', async () => {
  for (const lineEnd of ['\n', '\r\n', '\r']) {
    const text = INVENTORY.replace('pg_version: 16', "x_note: { '𝒳😀': é, pg: 1 } # 😀\n        pg_hba_rules_: '😀'")
      .replace('{ title: all,', '{ title: 😀😀, usr: x,')
      .replaceAll('\n', lineEnd);
    const editor = await opened(text);
    const found = await editor.diagnostics(DOC);
    const tokens = found.filter(({ severity }) => severity === 1).map(({ range }) => covered(text, range));
    assert.ok(tokens.includes('pg_hba_rules_') && tokens.includes('usr'), JSON.stringify([lineEnd, tokens]));
    editor.kill();
  }
});

test('the text of the editor counts, not the one on disk, also of files the inventory takes values from', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-lsp-'));
  try {
    const path = join(dir, 'pigsty.yml');
    writeFileSync(path, 'all: [');
    const editor = await start();
    editor.open(path, INVENTORY);
    assert.equal(
      (await editor.diagnostics(path)).filter(({ severity }) => severity === 1),
      [],
    );
    assert.is(readFileSync(path, 'utf8'), 'all: [');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('findings in files of the inventory that are not open are published there', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-lsp-'));
  try {
    const [base, prod] = [join(dir, 'base.yml'), join(dir, 'prod.yml')];
    writeFileSync(base, INVENTORY);
    writeFileSync(prod, 'all:\n  vars:\n    pg_versoin: 17\n');
    const editor = await start({ root: dir, settings: { files: ['base.yml', 'prod.yml'] } });
    editor.open(base, INVENTORY);
    const there = await editor.until(() =>
      editor.published.find(({ uri, diagnostics }) => uri === uriOf(prod) && diagnostics.length > 0),
    );
    assert.is(covered(readFileSync(prod, 'utf8'), there.diagnostics[0]!.range), 'pg_versoin');
    // Files changed by others are read again, and what is no longer open shows nothing.
    writeFileSync(prod, 'all:\n  vars:\n    pg_version: 17\n');
    await editor.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: uriOf(prod), type: 2 }] });
    await editor.until(
      () => editor.published.findLast(({ uri }) => uri === uriOf(prod))?.diagnostics.length === 0 || undefined,
    );
    editor.edit(base, 'pg_cluster: pg-test', 'pg_clustr: pg-test');
    assert.ok((await editor.diagnostics(base)).length > 0);
    editor.close(base);
    await editor.until(
      () => editor.published.findLast(({ uri }) => uri === uriOf(base))?.diagnostics.length === 0 || undefined,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('settings may come from the command line, or be asked for and change', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'pigstyc-lsp-'));
  try {
    mkdirSync(join(dir, 'facts'));
    writeFileSync(join(dir, 'facts/10.10.10.11.json'), 'no facts');
    const codes = async (editor: Client): Promise<readonly unknown[]> =>
      (await editor.diagnostics(DOC)).map(({ code }) => code);
    const editor = await start({ args: ['--stdio', '--platform', 'nothing-1.0'] });
    editor.open(DOC, INVENTORY);
    assert.ok((await codes(editor)).includes('PIG0005'), (await codes(editor)).join(' '));
    editor.kill();
    const asked = await start({ root: dir, configuration: { facts: 'facts' } });
    asked.open(DOC, INVENTORY);
    await asked.until(() =>
      asked.published.find(({ diagnostics }) => diagnostics.some(({ code }) => code === 'PIG0004')),
    );
    asked.configuration = {};
    await asked.notify('workspace/didChangeConfiguration', { settings: null });
    await asked.until(() =>
      asked.published.at(-1)?.diagnostics.every(({ code }) => code !== 'PIG0004') ? true : undefined,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('other YAML is left alone until it becomes an inventory', async () => {
  const editor = await start();
  editor.open('/somewhere/compose.yml', 'services:\n  db: { image: postgres }\n');
  editor.open('/somewhere/site.yml', '- hosts: all\n  vars: { a: 1 }\n');
  editor.open('/somewhere/other.yml', 'all:\n');
  editor.open('untitled:Untitled-1', INVENTORY.replace('pg_cluster: pg-test', 'pg_clustr: pg-test'));
  const untitled = await editor.until(() => editor.published.find(({ uri }) => uri === 'untitled:Untitled-1'));
  assert.ok(untitled.diagnostics.length > 0);
  assert.equal([...new Set(editor.published.map(({ uri }) => uri))], ['untitled:Untitled-1']);
  assert.is(await editor.hover('/somewhere/compose.yml', 'services'), undefined);
  editor.edit('/somewhere/other.yml', 'all:\n', 'all:\n  vars:\n    pg_versoin: 17\n');
  assert.is((await editor.diagnostics('/somewhere/other.yml'))[0]!.code, 'PIG1203');
});

test('hover on a parameter: what it is, its default, where it counts, what it replaces', async () => {
  const editor = await opened();
  const group = (await editor.hover(DOC, '        pg_vers'))!;
  assert.match(group, /^\*\*pg_version\*\* · `int` · PGSQL\n\nMajor version/);
  assert.match(group, /- default: `18`\n- values: `14`, /);
  assert.match(
    group,
    /- `16` on 10\.10\.10\.11, 10\.10\.10\.12\n- replaces `17` \(all, pigsty\.yml:18:5\)\n- replaces `18` \(default\)$/,
  );
  assert.match(
    (await editor.hover(DOC, '\n    pg_vers'))!,
    /- `16` \(group pg-test, pigsty\.yml:10:9\) wins on 10\.10\.10\.11, 10\.10\.10\.12/,
  );
  assert.is(await editor.hover(DOC, 'pg_version: 1'), group);
});

test('hover on fields, names and values that stand for something', async () => {
  const editor = await opened(
    INVENTORY.replace('pg_version: 16', 'pg_version: 16\n        pg_parameters: { work_mem: 64MB }'),
  );
  assert.match(
    (await editor.hover(DOC, 'work_m'))!,
    /^\*\*work_mem\*\* · `integer` · setting of PostgreSQL\n\n- unit: `kB`\n- from `64` to /,
  );
  assert.match(
    (await editor.hover(DOC, '{ name: test, own'))!,
    /^\*\*owner\*\* · `string`\n\nUser that owns the database/,
  );
  assert.is(await editor.hover(DOC, 'owner: te'), 'user **test**: business user');
  assert.match((await editor.hover(DOC, "user: '${db"))!, /^`\$\{dbsu\}` is the value of `pg_dbsu`\n- `postgres`$/);
  assert.match((await editor.hover(DOC, 'selector: "[? pg'))!, /Members chosen:\n- pg-test: 10\.10\.10\.12$/);
  assert.is(await editor.hover(DOC, '    pg-te'), 'group **pg-test**: 10.10.10.11, 10.10.10.12');
  assert.is(await editor.hover(DOC, '        10.10.10.12'), 'host **10.10.10.12**: pg-test-2 (replica)\n\nin pg-test');
  assert.is(await editor.hover(DOC, 'pg_hba_rules: [ '), undefined);
});

test('hover never shows a secret', async () => {
  const editor = await opened(
    INVENTORY.replace(
      'pg_version: 17',
      'pg_monitor_password: "${env:HOME}"\n    region: "in ${env:HOME}"\n    my_secret_token: Third.Secret',
    ),
  );
  for (const at of [
    'password: Very',
    'roles: [dbr',
    'pg_users',
    'pg_admin_pass',
    'pg_admin_password: Ano',
    'pg_monitor_pass',
    '"${env:HO',
    'regi',
    'my_secret',
    'my_secret_token: Th',
  ]) {
    const text = await editor.hover(DOC, at);
    assert.ok(
      text !== undefined && !/Very|Another|Third/.test(text) && !text.includes(process.env['HOME'] ?? '\0'),
      `${at}: ${text}`,
    );
  }
});

test('shutdown and exit end the program with 0; an exit without a shutdown, or a closed pipe, with 1', async () => {
  assert.is(await (await opened()).stop(), 0);
  const rude = await start();
  await rude.notify('exit', {});
  assert.is(await rude.exited, 1);
  const gone = await start();
  gone.hangUp();
  assert.is(await gone.exited, 1);
});

test.run();
