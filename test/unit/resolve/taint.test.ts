/** What is made from a secret is secret, however it is made; what only stands beside one is not. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findings } from '../check/run.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

const test = suite('taint');

const inventory = (vars: string, comment = "''"): string => `all:
  children:
    etcd: { hosts: { 10.0.0.9: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-a:
      hosts: { 10.0.0.1: { pg_seq: 1, pg_role: primary } }
      vars:
        pg_cluster: pg-a
        pg_users: [ { name: app, password: Word.1, pgbouncer: true, comment: ${comment} } ]
  vars:
    version: v4.5.0
    admin_ip: 10.0.0.9
    pg_admin_password: Word.2
    pg_admin_username: dbuser_dba
    my_token: Word.3
    my_users: [ { name: a, password: Word.4, nest: [ { password: Word.5 } ] } ]
    plain: word
    use_password: true
${vars
  .split('\n')
  .map((line) => `    ${line}\n`)
  .join('')}`;

const misplaced = (text: string): boolean =>
  findings(text, { env: { CANARY: 'Word.6' } }).some((found) => found.startsWith('secret-misplaced'));

const SECRET = [
  'pg_admin_password',
  'my_token',
  'pg_admin_password | upper',
  'pg_admin_password | list',
  "pg_admin_password | list | join('-')",
  'pg_admin_password[0]',
  'pg_admin_password | length',
  "pg_admin_password ~ 'x'",
  "'x' + pg_admin_password",
  "'a' if pg_admin_password == 'Word.2' else 'b'",
  "'a' if 'W' in pg_admin_password else 'b'",
  "pg_admin_password and 'a'",
  "pg_admin_password is equalto 'x'",
  "'abc' | replace('a', pg_admin_password)",
  "'W' in pg_admin_password",
  "['W', pg_admin_password]",
  "{ 'k': pg_admin_password }",
  "['W'] | intersect(pg_admin_password | list) | length",
  "['a', 'b'] | select('equalto', pg_admin_password) | list | length",
  "my_users | selectattr('password', 'equalto', 'Word.4') | map(attribute='name') | join",
  "my_users | map(attribute='password') | first",
  'my_users[0].nest[0].password',
  'my_users | string',
  "hostvars['10.0.0.1'].pg_users[0].password",
  "hostvars['10.0.0.1'].pg_users | map(attribute='password') | join(',')",
  'nothing | default(pg_admin_password)',
  'haproxy_admin_password',
  'chained',
  'pg_users[0].password | reverse',
];

const PUBLIC = [
  'plain',
  'pg_admin_username',
  'my_users[0].name',
  "my_users | map(attribute='name') | join(',')",
  'my_users | length',
  "my_users | selectattr('name', 'equalto', 'a') | map(attribute='name') | first",
  "hostvars['10.0.0.1'].pg_users[0].name",
  "pg_users | map(attribute='name') | join(',')",
  'use_password',
  "'a' if plain == 'word' else pg_admin_password",
];

for (const expression of SECRET)
  test(`secret: ${expression}`, () => {
    const chain = 'chained: "{{ link }}"\nlink: "x-{{ pg_admin_password }}"';
    const part = `pg_databases: [ { name: app, comment: "and {{ ${expression} }}" } ]`;
    const mayHave = `patroni_password: "{{ ${expression} }}"`;
    const found = findings(inventory(`${chain}\n${part}\n${mayHave}`, `"{{ ${expression} }}"`));
    assert.equal(
      found.filter((one) => one.startsWith('secret-misplaced')),
      [`secret-misplaced @ "{{ ${expression} }}"`, `secret-misplaced @ "and {{ ${expression} }}"`],
    );
  });

for (const expression of PUBLIC)
  test(`no secret: ${expression}`, () => assert.not(misplaced(inventory('', `"{{ ${expression} }}"`))));

test('environment and files are secret, unless they are allowed by name', () => {
  for (const vars of ['node_timezone: "${env:CANARY}"', 'own: "${env:CANARY}"\nnode_timezone: "{{ own }}"']) {
    assert.ok(misplaced(inventory(vars)), vars);
    const allowed = findings(inventory(vars), { env: { CANARY: 'UTC' }, publicReferences: ['env:CANARY'] });
    assert.not(
      allowed.some((found) => found.startsWith('secret-misplaced')),
      vars,
    );
  }
});

test('whole lists of objects are passed on; each field goes where it may', () => {
  assert.not(misplaced(inventory('pg_default_roles: "{{ my_roles }}"\nmy_roles: [ { name: a, password: x } ]')));
  assert.ok(
    misplaced(inventory('pg_default_roles: "{{ my_roles }}"\nmy_roles: [ { name: a, comment: "{{ my_token }}" } ]')),
  );
  assert.ok(misplaced(inventory('pg_parameters: { application_name: "{{ pg_admin_password }}" }')));
  assert.not(misplaced(inventory('pgbackrest_repo: { local: { path: /b, cipher_pass: "{{ my_token }}" } }')));
});

test('a secret is no key, and no message tells it', () => {
  for (const expression of [
    "{ pg_admin_password: 'x' }",
    'groups[pg_admin_password]',
    'plain[pg_admin_password]',
    "['a'] | map(pg_admin_password)",
    "['a'] | select(pg_admin_password)",
    'pg_admin_password | nonsense',
    'pg_admin_password - 1',
    'hostvars[pg_admin_password].x',
    'hostvars ~ pg_admin_password',
  ]) {
    const [, problems] = inventoryOf([new SourceFile('pigsty.yml', inventory('', `"{{ ${expression} }}"`))], {});
    assert.ok(problems.length > 0, expression);
    for (const { message, help } of problems) assert.not.match(`${message} ${help}`, /Word/, expression);
  }
});

test('a secret that is no place goes no further than its error', () => {
  const text = inventory('pg_conf: "{{ pg_admin_password | reverse }}"\nnode_tune: "{{ pg_admin_password }}"');
  const found = findings(text);
  assert.ok(found.length > 0);
  const [resolved] = inventoryOf([new SourceFile('pigsty.yml', text)], {});
  const host = resolved!.hosts.find(({ name }) => name === '10.0.0.1')!;
  for (const name of ['pg_conf', 'node_tune']) {
    const { node } = host.vars.get(name)!;
    assert.ok(node.kind === 'scalar' && node.text.includes('{{'), name);
  }
});

test.run();
