import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { completionsAt } from '../../../compiler/cli/lsp/completion.ts';
import { analyse, has, INVENTORY, known, offered, PATH } from './completing.ts';

const test = suite('lsp completion');

test('parameters of a group: those of clusters first, no identity of an instance, none twice', () => {
  const { labels, take } = offered('pg_cluster: pg-test\n', 'pg_cluster: pg-test\n        pg_ver|\n');
  assert.ok(has(labels, 'pg_version', 'pg_services', 'admin_ip'));
  assert.not.ok(labels.includes('pg_seq') || labels.includes('pg_users') || labels.includes('pg_hba_rules'));
  assert.ok(labels.indexOf('pg_version') < labels.indexOf('admin_ip'));
  assert.is(
    take('pg_version'),
    INVENTORY.replace('pg_cluster: pg-test\n', 'pg_cluster: pg-test\n        pg_version: \n'),
  );
});

test('parameters of a host and of all', () => {
  const host = offered('{ pg_seq: 2, pg_role: replica }', '{ pg_seq: 2, | }').labels;
  assert.ok(
    has(host, 'pg_role', 'pg_upstream') &&
      !host.includes('pg_seq') &&
      host.indexOf('pg_role') < host.indexOf('pg_version'),
  );
  const all = offered('version: v4.5.0\n', 'version: v4.5.0\n    |').labels;
  assert.ok(
    has(all, 'region', 'pg_version') &&
      !has(all, 'pg_seq') &&
      !has(all, 'pg_cluster') &&
      all.indexOf('region') < all.indexOf('pg_version'),
  );
});

test('a name is replaced as a whole and keeps its colon', () => {
  const { take } = offered('pg_databases:\n', 'pg_da|xy:\n');
  assert.is(take('pg_databases'), INVENTORY);
});

test('fields of objects, in every way to write them', () => {
  for (const [written, text, named] of [
    ['{ name: test, owner: test }', '{ name: test, ow| }', true],
    ['{ name: test, owner: test }', '{ name: test, ow|', true],
    ['            owner: test\n', '            ow|\n', true],
    ['            owner: test\n', '            owner: test\n          - ow|\n', false],
    ['            owner: test\n', '            owner: test\n          - { |\n', false],
    ['            owner: test\n', '            owner: test\n          - name: x\n            |\n', true],
  ] as const) {
    const { labels } = offered(written, text);
    assert.ok(has(labels, 'owner', 'schemas'), `${text}: ${labels.slice(0, 10).join(' ')}`);
    assert.is(labels.includes('name'), !named, text);
    assert.not.ok(labels.includes('pg_version'), text);
  }
  assert.ok(has(offered('user: test, db: test', '|, db: test').labels, 'user', 'order'));
});

test('values: enumerations, switches, examples', () => {
  assert.equal(offered('pg_role: replica', 'pg_role: |').labels, [
    'delayed',
    'offline',
    'primary',
    'replica',
    'standby',
  ]);
  assert.equal(offered('version: v4.5.0\n', 'version: v4.5.0\n    pg_vip_enabled: t|\n').labels, ['false', 'true']);
  assert.is(offered('pg_role: replica', 'pg_role: rep|').take('replica'), INVENTORY);
  assert.ok(has(offered('addr: intra', 'addr: |').labels, 'intra', 'world', 'cluster'));
});

test('names the inventory declares, of the cluster they are for', () => {
  for (const [written, text] of [
    ['roles: [dbrole_readwrite]', 'roles: [|]'],
    ['roles: [dbrole_readwrite]', 'roles: [dbrole_readwrite, |'],
    ['            owner: test\n', '            owner: |\n'],
    ['            owner: test\n', "            owner: '|\n"],
    ['user: test', 'user: |'],
    ['user: test', "user: 'other,+|'"],
  ] as const) {
    const { labels } = offered(written, text);
    assert.ok(has(labels, 'test', 'dbrole_admin') && !labels.includes('meta_owner'), `${text}: ${labels.join(' ')}`);
  }
  const databases = offered('db: test', 'db: |').labels;
  assert.ok(has(databases, 'test', 'other', 'all', 'replication') && !databases.includes('meta'));
  assert.ok(has(offered('pg_seq: 2, pg_role: replica', 'pg_upstream: |').labels, '10.10.10.10', '10.10.10.11'));
  assert.is(
    offered('user: test', "user: 'other,+dbr|'").take('dbrole_admin'),
    INVENTORY.replace('user: test', "user: 'other,+dbrole_admin'"),
  );
});

test('settings of the server, those of its version, and their values', () => {
  const { labels, take } = offered(
    'pg_cluster: pg-test\n',
    'pg_cluster: pg-test\n        pg_parameters:\n          wal_|\n',
  );
  assert.ok(has(labels, 'wal_level', 'wal_compression', 'summarize_wal') && !labels.includes('pg_version'));
  const older = analyse(INVENTORY.replace('pg_cluster: pg-test\n', 'pg_cluster: pg-test\n        pg_version: 16\n'));
  assert.not.ok(
    offered('pg_cluster: pg-test\n', 'pg_cluster: pg-test\n        pg_parameters: { | }\n', older).labels.includes(
      'summarize_wal',
    ),
  );
  assert.ok(take('wal_level').includes('          wal_level: \n'));
  assert.ok(
    has(offered('name: test, owner: test }', 'name: test, parameters: { | } }').labels, 'search_path', 'work_mem'),
  );
  assert.ok(
    has(
      offered('name: test, password: x', 'name: test, parameters: { synchronous_commit: | }').labels,
      'on',
      'remote_apply',
    ),
  );
  assert.equal(
    offered('pg_cluster: pg-test\n', 'pg_cluster: pg-test\n        pg_parameters: { hot_standby: | }\n').labels,
    ['off', 'on'],
  );
});

test('groups, hosts and sections', () => {
  const groups = offered('    pg-test:\n', '    |\n    pg-test:\n').labels;
  assert.not.ok(groups.includes('all') || groups.includes('etcd'));
  assert.equal(offered('    pg-test:\n', '    pg-test:\n      |\n').labels, ['children']);
  assert.ok(
    has(
      offered('        10.10.10.12: { pg_seq: 2, pg_role: replica }\n', '        |\n').labels,
      '10.10.10.10',
      '10.10.10.12',
    ),
  );
  assert.ok(has(offered('pg_cluster: pg-test\n', 'pg_cluster: |\n').labels, 'pg-test'));
});

test('placeholders where they mean something', () => {
  const dns = offered('version: v4.5.0\n', "version: v4.5.0\n    dns_records: ['${|']\n");
  assert.equal(dns.labels, ['${admin_ip}', '${env:}', '${file:}']);
  assert.ok(dns.take('${admin_ip}').includes("dns_records: ['${admin_ip}']"));
  assert.ok(has(offered('user: test', "user: '$|'").labels, '${dbsu}', '${repl}'));
  assert.is(
    offered('user: test', 'user: |').take('${dbsu}'),
    INVENTORY.replace('user: test', () => "user: '${dbsu}'"),
  );
  assert.is(
    offered('user: test', "user: '|'").take('${dbsu}'),
    INVENTORY.replace('user: test', () => "user: '${dbsu}'"),
  );
  assert.equal(offered('addr: intra', "addr: '${ad|'").labels, ['${env:}', '${file:}']);
});

test('nothing in comments, in free text, and where nothing is known', () => {
  for (const [written, text] of [
    ['admin_ip: 10', '# pg|\n    admin_ip: 10'],
    ['version: v4.5.0', 'version: |'],
    ['roles: [dbrole_readwrite]', 'roles: [dbrole_readwrite] |'],
    ['admin_ip: 10.10.10.11', 'x_own: { a: | }'],
    ['    etcd: { hosts: { 10.10.10.11: { etcd_seq: 1 } } }\n', '    etcd: |\n'],
  ] as const)
    assert.equal(offered(written, text).labels, [], text);
});

test('names are known while the text cannot be read', () => {
  const broken = analyse(
    INVENTORY.replace('roles: [dbrole_readwrite]', 'roles: [dbr').replace(
      'pg_cluster: pg-test\n',
      'pg_cluster: pg-test\n        pg_v\n',
    ),
  );
  assert.is(broken.checked.resolved, undefined);
  assert.ok(has(offered('owner: test }', 'owner: | }', broken).labels, 'test', 'dbrole_admin'));
  assert.not.ok(offered('owner: test }', 'owner: | }', broken).labels.includes('meta_owner'));
});

test('every item says what it is', () => {
  for (const end of ['', 'pg_extensions: [ ', 'pg_libs: ', 'pg_services: [ { check: ', 'pg_services: [ { dest: ']) {
    const document = TextDocument.create(PATH, 'yaml', 1, `${INVENTORY}    ${end}`);
    for (const item of completionsAt(known, PATH, document, document.getText().length))
      assert.ok(item.detail !== undefined && JSON.stringify(item.documentation).includes(item.label), item.label);
  }
});

test.run();
