/** Values and names against the schema: what is understood, what is an error, and where the caret is. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check, findings, marked } from './run.ts';

const cluster = (vars: string): string => `pg-test:
  hosts: { 10.10.10.11: { pg_seq: 1, pg_role: primary } }
  vars:
    pg_cluster: pg-test
${vars
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;

test('a misspelling is an error with a fix, a far name a hint, own prefixes are silent', () => {
  assert.equal(findings(cluster('pg_databse: []\nour_thing: 1\nx_our: 1\n_own: 1\nansible_become: yes')), [
    'unknown-parameter @ pg_databse',
  ]);
  const typo = check(cluster('pg_prot: 5432')).find((d) => d.slug === 'unknown-parameter')!;
  assert.is(typo.help, 'did you mean `pg_port`?');
  assert.is(typo.fix?.text, 'pg_port');
});

test('a parameter from which nothing is made is said once, but not with its default, nor where another value reads it', () => {
  const silent = (vars: string): readonly string[] =>
    check(cluster(vars)).flatMap(({ slug, message }) => (slug === 'no-effect' ? [message] : []));
  assert.equal(silent('pg_safeguard: true\nredis_conf: mine.conf'), [
    'nothing is made from `pg_safeguard`',
    'nothing is made from `redis_conf`',
  ]);
  assert.equal(silent('pg_safeguard: false\nredis_conf: redis.conf'), []);
  assert.equal(silent('clsname: pg-a\npg_dummy_filesize: "{{ clsname }}"'), []);
  assert.equal(silent('pg_pitr: { action: promote, exclusive: true }'), ['nothing is made from `action`']);
});

test('a name near a parameter that may be meant is a warning, and nothing at all where something reads it', () => {
  for (const name of ['pg_users_common', 'node_zone', 'vibe_enabled', 'app_version', 'pg_data_disk', 'region_name'])
    assert.equal(findings(cluster(`${name}: x`)), [`near-parameter @ ${name}`]);
  for (const name of [
    'pg_prot',
    'pgusers',
    'pg_user',
    'pg_clus',
    'users_pg',
    'pg_databses',
    'pg_hba_ruels',
    'node_tunee',
  ])
    assert.ok(
      findings(cluster(`${name}: x`)).some((found) => found === `unknown-parameter @ ${name}`),
      name,
    );
  assert.equal(findings(cluster('pg_users_common: []\npg_users: "{{ pg_users_common }}"')), []);
  const service = '{ name: s, port: 5440, selector: "[? node_zone == `a`]" }';
  assert.equal(findings(cluster(`node_zone: a\npg_services: [ ${service} ]`)), []);
});

test('that a variable is somebody’s own is said once', () => {
  const found = check('a:\n  hosts: { 10.10.10.11: { rack: a, _own: 1 }, 10.10.10.12: { rack: b } }\n');
  assert.equal(
    found.filter((d) => d.slug === 'custom-variable').map((d) => `${d.severity} ${marked(d)}`),
    ['hint rack'],
  );
});

test('names that read old inventories are candidates, too', () => {
  const typo = check(cluster('pg_services_extr: []')).find((d) => d.slug === 'unknown-parameter')!;
  assert.match(typo.help ?? '', /pg_services/);
});

test('an unknown name under a host or in a group without hosts is found once', () => {
  assert.equal(findings('a:\n  hosts: { "10.10.10.[11:13]": { pg_prot: 1 } }\n'), ['unknown-parameter @ pg_prot']);
  assert.equal(
    findings('a:\n  hosts: { 10.10.10.11: {} }\nb:\n  vars: { pg_prot: 1 }\n').filter((f) => f.startsWith('unknown')),
    ['unknown-parameter @ pg_prot'],
  );
});

test('errors point at the key of an unknown field, the value of a bad one, the entry that lacks one', () => {
  const text = cluster(`pg_users:
  - { name: a, pasword: x, pool_mode: sesion, pgbouncer: true, roles: [{ nme: dbrole_admin }] }
pg_services:
  - { name: s, selector: '[]' }`);
  const found = findings(text);
  assert.ok(found.includes('unknown-field @ pasword'), found.join());
  assert.ok(found.includes('bad-enum @ sesion'));
  assert.ok(found.includes('unknown-field @ nme'));
  assert.ok(found.includes('missing-field @ { nme: dbrole_admin }'));
  assert.ok(found.includes("missing-field @ { name: s, selector: '[]' }"));
});

test('overrides of one instance are held against the parameter of that name', () => {
  const instance = (text: string): readonly string[] =>
    findings(`r:
  hosts: { 10.10.10.11: { redis_node: 1, redis_instances: { 6379: { ${text} } } } }
  vars: { redis_cluster: r, redis_password: Some.Word }
`);
  assert.equal(instance('redis_max_memory: 1.5gb'), ['bad-format @ 1.5gb']);
  assert.equal(instance('redis_max_memory: { a: 1 }'), ['wrong-type @ { a: 1 }']);
  assert.equal(instance('redis_mem_policy: lru'), ['bad-enum @ lru']);
  assert.equal(instance('redis_aof_enabled: maybe'), ['wrong-type @ maybe']);
  assert.equal(instance('redis_rdb_save: 5'), ['wrong-type @ 5']);
  assert.equal(instance('redis_fs_main: relative/dir'), ['bad-format @ relative/dir']);
  assert.equal(instance('redis_rename_commands: [keys]'), ['wrong-type @ [keys]']);
  assert.ok(instance('redis_password: [1, 2]').includes('wrong-type @ [1, 2]'));
  for (const name of ['redis_mode', 'redis_cluster', 'redis_type', 'redis_exporter_port'])
    assert.equal(instance(`${name}: 9`), [`unknown-field @ ${name}`]);
  assert.equal(instance('redis_max_memory: 2GB, redis_aof_enabled: true'), []);
});

test('integer keys of maps are found by their text', () => {
  assert.equal(
    findings(
      'r:\n  hosts: { 10.10.10.11: { redis_node: 1, redis_instances: { 6379: { replicaof: x } } } }\n  vars: { redis_cluster: r }\n',
    ),
    ['unknown-field @ replicaof'],
  );
});

test('quoted booleans and numbers are warnings with the fix, in any nesting', () => {
  const found = check(
    cluster(
      "pg_port: '5432'\npg_users: [{ name: a, password: p, pgbouncer: 'yes', superuser: 'False', connlimit: '10' }]",
    ),
  );
  const fixes = found
    .filter((d) => d.slug.startsWith('quoted'))
    .sort((a, b) => a.span!.start - b.span!.start)
    .map((d) => `${d.severity} ${marked(d)} → ${d.fix?.text}`);
  assert.equal(fixes, [
    "warning '5432' → 5432",
    "warning 'yes' → true",
    "warning 'False' → false",
    "warning '10' → 10",
  ]);
});

test('text from the environment counts as the number or boolean it spells', () => {
  const text = cluster(
    'pg_port: ${env:PORT}\npg_users: [{ name: a, password: "${env:PW}", pgbouncer: "${env:POOL}" }]',
  );
  const publicReferences = ['env:PORT', 'env:POOL'];
  assert.equal(findings(text, { env: { PORT: '5439', PW: 'secret', POOL: 'true' }, publicReferences }), []);
  assert.equal(
    findings(text, { env: { PORT: 'http', PW: 'secret', POOL: 'true' }, publicReferences }).map((f) => f.split(' ')[0]),
    ['wrong-type'],
  );
});

test('a wrong type names both kinds and never the value', () => {
  const [found] = check(cluster('pg_port: [5432]')).filter((d) => d.severity === 'error');
  assert.is(found!.message, '`pg_port` must be a whole number, not a list');
});

test('null is as good as unset where the default is empty, and an error where it is not', () => {
  assert.equal(findings(cluster('pg_users:\npg_port: ~\npg_databases: null')), ['no-value @ pg_port']);
});

test('plain words that YAML 1.1 reads as something else are quoted where text is meant', () => {
  const found = check(
    cluster(
      'pg_users: [{ name: a, password: 0123, pgbouncer: true, comment: yes }, { name: b, password: 123456, pgbouncer: true }]',
    ),
  ).filter((d) => d.slug === 'misread-text');
  assert.equal(
    found.map((d) => `${marked(d)} → ${d.fix?.text}`),
    ["0123 → '0123'", "yes → 'yes'"],
  );
});

test('secrets do not appear in messages', () => {
  const text = cluster(
    'pg_users: [{ name: a, password: [hunter2], pgbouncer: true }]\npgsodium_key: hunter2\n' +
      'pg_admin_password: { a: hunter2 }\npg_exporters: { 20001: { pg_cluster: x, pg_seq: 1, pg_host: h, ' +
      'pg_monitor_password: [hunter2] } }',
  );
  for (const { message, help } of check(text)) assert.not.match(`${message} ${help ?? ''}`, /hunter2/);
});

test('values shadowed everywhere are checked as well', () => {
  const text =
    'all:\n  vars: { pg_port: many }\n  children:\n    a:\n      hosts: { 10.10.10.11: { pg_port: 5432 } }\n';
  assert.equal(findings(text), ['wrong-type @ many']);
});

test('one wrong value shared by many hosts is said once', () => {
  assert.equal(findings('a:\n  hosts: { "10.10.10.[11:99]": {} }\n  vars: { pg_port: many }\n'), ['wrong-type @ many']);
});

test('identities at the wrong level', () => {
  const text =
    'pg-test:\n  hosts: { 10.10.10.11: { pg_role: primary }, 10.10.10.12: { pg_role: replica } }\n' +
    '  vars: { pg_cluster: pg-test, pg_seq: 1 }\n';
  assert.equal(findings(text), ['wrong-level @ pg_seq']);
});

test.run();
