import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FrontEndOptions } from '../../../compiler/inputs/front-end.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { SourceFile, toValue } from '../../../compiler/source/node.ts';

function resolve(text: string, options: FrontEndOptions = {}) {
  const file = new SourceFile('pigsty.yml', text);
  const [inventory, problems] = inventoryOf([file], options);
  const node = (host: string, name: string) => inventory!.hosts.find((h) => h.name === host)!.vars.get(name)?.node;
  const value = (host: string, name: string): unknown => {
    const found = node(host, name);
    return found === undefined ? undefined : toValue(found);
  };
  const shown = problems.map(({ slug, span }) => `${slug} ${file.text.slice(span!.start, span!.end)}`);
  return { inventory: inventory!, problems, node, value, shown };
}

/** A cluster of two members in which `vars` are set for all. */
const cluster = (vars: string): string => `all:
  vars:
    admin_ip: 10.10.10.10
${vars
  .trim()
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
  children:
    pg-a: { hosts: { a1: { pg_seq: 1, pg_role: primary }, a2: { pg_seq: 2, pg_role: replica } }, vars: { pg_cluster: pg-a } }
    pg-b: { hosts: { b1: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-b } }
    infra: { hosts: { a1: } }
`;

test('placeholders are replaced where they mean something, in both spellings', () => {
  const { value, problems } = resolve(
    cluster(`
node_etc_hosts: [ '\${admin_ip} h.pigsty', '$<admin_ip> i.pigsty' ]
infra_portal: { home: { domain: h.pigsty, endpoint: '\${admin_ip}:80' } }
pgbackrest_repo: { local: { path: '/pg/backup/\${pg_cluster}' } }
pg_hba_rules: [ { user: '\${dbsu}', db: all, addr: local, auth: ident, title: x }, { user: $<repl>, db: all, addr: \
local, auth: pwd, title: y } ]
pg_replication_username: streamer
`),
  );
  assert.equal(problems, []);
  assert.equal(value('a1', 'node_etc_hosts'), ['10.10.10.10 h.pigsty', '10.10.10.10 i.pigsty']);
  assert.equal(value('a1', 'infra_portal'), { home: { domain: 'h.pigsty', endpoint: '10.10.10.10:80' } });
  assert.equal(value('b1', 'pgbackrest_repo'), { local: { path: '/pg/backup/pg-b' } });
  assert.equal(
    (value('a1', 'pg_hba_rules') as { user: string }[]).map((rule) => rule.user),
    ['postgres', 'streamer'],
  );
});

test('what needs facts or the whole cluster stays, in one spelling', () => {
  const { value, problems } = resolve(
    cluster(
      "pg_listen: '$<ip>,$<lo>'\nminio_node: '$<minio_cluster>-${minio_seq}.pigsty'\npg_packages: [ 'postgresql-$v', 'x-${pg_version}' ]",
    ),
  );
  assert.equal(problems, []);
  assert.equal(
    [value('a1', 'pg_listen'), value('a1', 'minio_node')],
    ['${ip},${lo}', '${minio_cluster}-${minio_seq}.pigsty'],
  );
  assert.equal(value('a1', 'pg_packages'), ['postgresql-$v', 'x-${pg_version}']);
});

test('elsewhere a dollar sign is a dollar sign', () => {
  const text = cluster("node_crontab: [ '* * * * * root echo ${HOME} $<x> ${arch}' ]\nown: '${admin_ip}'");
  const { value, problems } = resolve(text);
  assert.equal(problems, []);
  assert.equal(value('a1', 'node_crontab'), ['* * * * * root echo ${HOME} $<x> ${arch}']);
  assert.equal(value('a1', 'own'), '${admin_ip}');
});

test('unknown and misplaced placeholders are reported once, at the placeholder', () => {
  const { shown } = resolve(
    cluster(
      "node_etc_hosts: [ 'x ${admin_ipp} y' ]\npg_hba_rules: [ { user: 'x${dbsu}' } ]\npg_dns_suffix: .${pg_cluster}\npg_listen: '${vipp}'",
    ),
  );
  assert.equal(shown, [
    'unknown-placeholder ${admin_ipp}',
    'placeholder-not-alone ${dbsu}',
    'placeholder-not-expanded ${pg_cluster}',
    'unknown-placeholder ${vipp}',
  ]);
});

test('equal surroundings give the same node, other hosts keep theirs, plain values keep identity', () => {
  const { node, inventory } = resolve(
    cluster(
      "node_etc_hosts: [ '${admin_ip} h' ]\npgbackrest_repo: { local: { path: '/${pg_cluster}' } }\nregion: default",
    ),
  );
  assert.is(node('a1', 'node_etc_hosts'), node('b1', 'node_etc_hosts'));
  assert.is(node('a1', 'pgbackrest_repo'), node('a2', 'pgbackrest_repo'));
  assert.is.not(node('a1', 'pgbackrest_repo'), node('b1', 'pgbackrest_repo'));
  assert.is(node('a1', 'region'), inventory.globals.get('region')!.node);
});

test('environment and files, anywhere; what they hold is not read again', () => {
  const lookup = {
    env: (name: string) => ({ PASSWORD: 'p${admin_ip}{{ x }}', PORT: '5433', FLAG: 'true' })[name],
    file: (path: string) => (path === 'secrets/key' ? 'k-e-y\n' : undefined),
    isPublic: (reference: string) => ['env:PORT', 'env:FLAG'].includes(reference),
  };
  const { value, inventory, problems, node } = resolve(
    cluster(
      "pg_admin_password: '${env:PASSWORD}'\npg_port: ${env:PORT}\npg_exporter_port: '${env:PORT}'\n" +
        "own: { deep: [ 'a-${file:secrets/key}-b' ] }\npg_offline_query: ${env:FLAG}",
    ),
    { lookup },
  );
  assert.equal(problems, []);
  assert.is(value('a1', 'pg_admin_password'), 'p${admin_ip}{{ x }}');
  assert.equal(
    [value('a1', 'pg_port'), value('a1', 'pg_exporter_port'), value('a1', 'pg_offline_query')],
    [5433, '5433', true],
  );
  assert.equal(value('a1', 'own'), { deep: ['a-k-e-y-b'] });
  const password = node('a1', 'pg_admin_password');
  assert.ok(password?.kind === 'scalar' && password.derivedFrom !== undefined && password.secret === true);
  assert.is(toValue(inventory.globals.get('pg_port')!.node), 5433);
});

test('missing references are errors at the reference', () => {
  const { shown } = resolve(cluster("grafana_view_password: 'x ${env:NOPE}'\ngrafana_admin_password: '${file:nope}'"));
  assert.equal(shown, ['unset-environment ${env:NOPE}', 'unreadable-reference ${file:nope}']);
});

test('!unsafe and !vault values are left alone', () => {
  const { value, problems } = resolve(cluster("a: !unsafe '{{ nothing }} ${env:NOPE}'"));
  assert.equal([value('a1', 'a'), problems], ['{{ nothing }} ${env:NOPE}', []]);
});

const EXPRESSIONS: readonly (readonly [string, unknown])[] = [
  ['{{ admin_ip }}', '10.10.10.10'],
  ['http://{{ admin_ip }}:{{ 80 + 8000 }}/', 'http://10.10.10.10:8080/'],
  ['{{ inventory_hostname }}', 'a1'],
  ['{{ pg_cluster }}-{{ pg_seq }}', 'pg-a-1'],
  ["{{ missing | default('x') }}", 'x'],
  ["{{ '' | default('x', true) }}", 'x'],
  ['{{ list | length }}', 3],
  ["{{ list | join('+') }}", 'b+a+c'],
  ['{{ list | sort }}', ['a', 'b', 'c']],
  ["{{ list | reject('equalto', 'a') | list }}", ['b', 'c']],
  ["{{ list | map('upper') | list }}", ['B', 'A', 'C']],
  ["{{ users | map(attribute='name') | join(',') }}", 'u1,u2'],
  ["{{ users | selectattr('admin', 'defined') | map(attribute='name') | list }}", ['u2']],
  ["{{ groups['infra'][0] }}", 'a1'],
  ["{{ hostvars['b1'].pg_cluster }}", 'pg-b'],
  ["{{ hostvars[groups.infra | first]['pg_role'] }}", 'primary'],
  ["{{ 'yes' if pg_role == 'primary' else 'no' }}", 'yes'],
  ["{{ pg_seq > 1 or 'infra' in group_names }}", true],
  ['{{ not (pg_seq is defined) }}', false],
  ['on: {{ 1 == 1 }}, none: {{ none }}', 'on: True, none: '],
  ['{{ [1, 2] + [3] }}', [1, 2, 3]],
  ["{{ {'a': admin_ip} }}", { a: '10.10.10.10' }],
  ["{{ '5' | int * 2 }}", 10],
  ['{{ 7 // 2 ~ 7 % 4 }}', '33'],
  ['{{ pg_port }}', 5432],
  ["{{ users[1].name | replace('u', 'v') }}", 'v2'],
  ['{# nothing #}x', 'x'],
  ['{{ indirect }}', 'ip 10.10.10.10'],
];

for (const [expression, expected] of EXPRESSIONS) {
  test(expression, () => {
    const { value, shown } = resolve(
      cluster(
        `own: ${JSON.stringify(expression)}\nlist: [b, a, c]\n` +
          `users: [ { name: u1 }, { name: u2, admin: true } ]\nindirect: 'ip {{ admin_ip }}'`,
      ),
    );
    assert.equal(shown, []);
    assert.equal(value('a1', 'own'), expected);
  });
}

const FAILURES: readonly (readonly [string, string])[] = [
  ['{{ admin_ip', 'jinja-syntax {{'],
  ['{{ a b }}', 'jinja-syntax b'],
  ['{{ x | }}', 'jinja-syntax }}'],
  ['{% if x %}', 'jinja-unsupported {%'],
  ["{{ lookup('env', 'x') }}", 'jinja-unsupported ('],
  ['{{ admin_ip | no_such }}', 'jinja-unsupported no_such'],
  ['{{ admin_ip | constructor }}', 'jinja-unsupported constructor'],
  ['{{ no_such }}', 'jinja-undefined no_such'],
  ['{{ toString }}', 'jinja-undefined toString'],
  ['{{ hostvars.a1.no_such }}', 'jinja-undefined no_such'],
  ['{{ admin_ip / 2 }}', 'jinja-failed /'],
  ['{{ [1, "a"] | sort }}', 'jinja-failed sort'],
  ['{{ node_timezone }}', "circular-value '{{ node_timezone }}'"],
  ['{{ ansible_facts.x }}', 'jinja-run-time ansible_facts'],
];

for (const [expression, expected] of FAILURES) {
  test(`${expression} fails`, () => {
    const { shown, problems } = resolve(cluster(`node_timezone: '${expression.replaceAll("'", "''")}'`));
    // Inside single quotes apostrophes are doubled; the place is the same.
    assert.equal(shown, [expected]);
    assert.is(problems.length, 1);
  });
}

test('a value that exists only at run time counts as not set', () => {
  const { value } = resolve(cluster("repo_packages: \"{{ repo_packages_default | reject('equalto', 'x') | list }}\""));
  assert.is(value('a1', 'repo_packages'), undefined);
});

/** One host of each kind; what is set for all of them is needed by some only. */
const site = (vars: string): string => `all:
  children:
    infra: { hosts: { i1: } }
    etcd: { hosts: { e1: { etcd_seq: 1 } } }
    pg-a: { hosts: { a1: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-a } }
  vars: { ${vars} }
`;

const NEEDED_BY_SOME: readonly (readonly [vars: string, name: string, onMember: unknown, elsewhere: unknown])[] = [
  [
    'pgbackrest_repo: { s3: { cipher_pass: "x-${pg_cluster}" } }',
    'pgbackrest_repo',
    { s3: { cipher_pass: 'x-pg-a' } },
    { s3: { cipher_pass: 'x-${pg_cluster}' } },
  ],
  ['pg_parameters: { application_name: "{{ pg_cluster }}" }', 'pg_parameters', { application_name: 'pg-a' }, undefined],
  ['nodename: "{{ pg_cluster }}-{{ pg_seq }}"', 'nodename', 'pg-a-1', undefined],
];

for (const [vars, name, onMember, elsewhere] of NEEDED_BY_SOME) {
  test(`${name} is evaluated for hosts whose files need it`, () => {
    const { value, shown } = resolve(site(vars));
    assert.equal(shown, []);
    assert.equal(value('a1', name), onMember);
    assert.equal(value('i1', name), elsewhere);
    assert.equal(value('e1', name), elsewhere);
  });
}

test('an own variable is judged where a value, a selector or a list of services asks for it', () => {
  const bad = 'mine: "{{ nope }}"';
  assert.equal(resolve(site(bad)).shown, []);
  assert.equal(resolve(site(`${bad}, other: "{{ mine }}"`)).shown, []);
  assert.equal(resolve(site(`${bad}, pg_port: "{{ mine }}"`)).shown, ['jinja-undefined nope']);
  const service = '{ name: s, port: 5440, selector: "[? mine == `a`]" }';
  assert.ok(resolve(site(`${bad}, pg_services: [ ${service} ]`)).shown.includes('jinja-undefined nope'));
  const { inventory, shown } = resolve(site(`mine: a, all_of_it: [ ${service} ], pg_services: "{{ all_of_it }}"`));
  assert.equal(shown, []);
  assert.equal([...inventory.used].sort(), ['all_of_it', 'mine']);
});

test("expressions in Ansible's own variables are nobody's business but Ansible's", () => {
  assert.equal(
    resolve(site(`ansible_become_password: "{{ lookup('env', 'X') }}", ansible_user: "\${env:NO}"`)).shown,
    [],
  );
  assert.equal(resolve(site('ansible_host: "{{ nope }}"')).shown, ['jinja-undefined nope']);
});

test('a file that cannot be read stops the checks, a wrong value does not', () => {
  assert.is(resolve('all: { children: {').inventory, undefined);
  assert.is(resolve('all: { children: { g: { var: {} } } }').inventory, undefined);
  assert.is(resolve(cluster("node_etc_hosts: [ '${nope}' ]")).inventory.hosts.length, 3);
});

test.run();
