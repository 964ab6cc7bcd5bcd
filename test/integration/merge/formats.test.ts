/** INI inventories and programs: the same hosts, groups and variables as `ansible-inventory --list`, on generated mixtures. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost } from '../../../compiler/host/host.ts';
import { formatOf } from '../../../compiler/phases/1-parse/format.ts';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { pythonValue } from '../../../compiler/phases/1-parse/python-literal.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { SourceFile, toValue } from '../../../compiler/source/node.ts';
import { readSources } from '../../../compiler/inputs/sources.ts';
import { compareWithAnsible, hasAnsible } from '../../native/ansible-inventory.ts';
import { within } from '../../support/directory.ts';

const available = hasAnsible();
if (!available) console.log('skip: comparison with ansible-inventory: no ansible-inventory');

/** Numbers that are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

/** Values as they stand behind `=`; those with blanks are in quotes behind a host. */
const VALUES = [
  ...[
    '1',
    '-5',
    '+7',
    '007',
    '00',
    '1_000',
    '1__0',
    '0x1F',
    '0o17',
    '0b101',
    '1.5',
    '1.',
    '.5',
    '1e3',
    '1E-2',
    '1.2.3',
  ],
  ...['True', 'False', 'None', 'true', 'yes', 'null', '~', '10.10.10.10', '10.10.10.10/24', 'a,b', '1,2', '1,', ','],
  ...[`'text'`, `"text"`, `'it''s'`, `'a' "b"`, `r'\\n'`, `'\\x41\\t'`, `'open`, `'''three'''`, `u'x'`, `''`, ''],
  ...['[]', '[1, 2]', `['a', "b",]`, '[1', '()', '(1)', '(1,)', `(1, 'x')`, '{}', `{'a': 1, 'b': [True, None]}`],
  ...[`{'name': 'test', 'roles': ['x']}`, '{{ pg_cluster }}', '"{{ a }}"', '${admin_ip}', 'a=b', 'a = b', '5 # five'],
  ...[
    `[{'name': 'u', 'password': 'p#w'}]  # users`,
    '- x',
    'a: b',
    '2026-01-01',
    '12:30',
    '--x',
    '!vault',
    '%x',
    '\\n',
  ],
];

/** An INI inventory with hosts in several groups, ranges, comments and all kinds of values. */
function ini(random: (below: number) => number): string {
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
  const assignments = (): string =>
    Array.from({ length: random(4) }, () => ` ${pick(['a', 'b', 'c', 'pg_x'])}=${quoted(pick(VALUES))}`).join('');
  const host = (): string => `${pick(['h1', 'h2', 'h3', 'n[1:3]', 'n[01:02]', 'h4:2222', 'k[a:c]'])}${assignments()}`;
  const lines = (make: () => string): string[] =>
    Array.from({ length: 1 + random(3) }, () => make() + pick(['', '', '  ', ' # note', '']));
  const blank = (): string => pick(['', '# comment', '; comment', '   ']);
  const variable = (): string => `${pick(['a', 'b', 'c', 'd'])}${pick(['=', ' = ', '= '])}${pick(VALUES)}`;
  return [
    ...(random(2) === 0 ? lines(host) : []),
    ...['one', 'two', 'three'].flatMap((name) => [blank(), `[${name}]${pick(['', ' # hosts'])}`, ...lines(host)]),
    blank(),
    `[${pick(['one', 'two', 'all', 'parent'])}:vars]`,
    ...Array.from({ length: 4 }, variable),
    '[parent:children]',
    'one',
    'two # below',
    ...(random(2) === 0 ? ['[all:vars]', variable(), 'ansible_group_priority=1'] : []),
    '[three:vars]',
    variable(),
    '',
  ].join(pick(['\n', '\n', '\r\n']));
}

/** A program that prints groups in all forms that Ansible takes. */
function program(random: (below: number) => number): string {
  const list = {
    one: ['h1', 'h2'],
    two: {
      hosts: ['h2', 'h5'],
      vars: { a: 'two', d: { x: [1, null, true] } },
      ...(random(2) === 0 ? { children: ['one'] } : {}),
    },
    five: { hosts: ['h6'] },
    all: { vars: { e: 'all' } },
    ...(random(2) === 0 ? { h9: { a: 'host with the name of a group' } } : {}),
    _meta: {
      hostvars: { h1: { a: 1, b: '1' }, h5: { c: [] }, nobody: { a: 1 }, ...(random(2) === 0 ? { h6: {} } : {}) },
    },
  };
  return `#!/bin/sh\ncat <<'END'\n${JSON.stringify(list, undefined, random(2))}\nEND\n`;
}

function mixture(seed: number): Readonly<Record<string, string>> {
  const random = generator(seed);
  const files: Record<string, string> = { 'a/hosts': ini(random) };
  if (random(2) === 0) files['b/inventory.sh'] = program(random);
  if (random(2) === 0) files['c/more.yml'] = 'one: { vars: { a: more }, hosts: { h7: { b: 1 } } }\n';
  if (random(2) === 0) files['a/group_vars/one.yml'] = 'a: from-group-vars\n';
  if (random(2) === 0) files['a/host_vars/h1'] = 'b: from-host-vars\n';
  return files;
}

test('generated INI files, programs and YAML together are read as Ansible reads them', () => {
  if (!available) return;
  for (let seed = 1; seed <= 8; seed++)
    within(mixture(seed), (dir) => {
      const files = Object.keys(mixture(seed))
        .filter((name) => !/_vars\//.test(name))
        .map((name) => join(dir, name));
      assert.equal(compareWithAnsible(files), [], `seed ${seed}`);
    });
});

/** What a program prints that knows variables of hosts only. */
function flatList(files: number): ReturnType<typeof inventoryOf> {
  const host = (seq: number) => ({
    admin_ip: '10.0.0.1',
    pg_cluster: 'pg-test',
    pg_users: [{ name: 'u' }],
    pg_seq: seq,
    own: 'x',
  });
  const list = {
    all: { children: ['pg-test'] },
    'pg-test': { hosts: ['10.0.0.1', '10.0.0.2'] },
    _meta: { hostvars: { '10.0.0.1': host(1), '10.0.0.2': host(2) } },
  };
  const file = new SourceFile('x.json', JSON.stringify(list), { format: 'list' });
  return inventoryOf([file, new SourceFile('y.yml', 'pg-test: { vars: { pg_users: [] } }')].slice(0, files));
}

test('variables that a program prints at every host belong to all, or to the cluster, where they may stand there', () => {
  const scopes = (files: number) =>
    flatList(files)[0]!.hosts.map(({ vars }) =>
      [...vars.values()].map(({ name, origin }) => `${name} ${origin.name}`).sort(),
    );
  const own = (ip: string) => [`own ${ip}`, `pg_seq ${ip}`];
  const ofCluster = ['pg_cluster pg-test', 'pg_users pg-test'];
  assert.equal(
    scopes(1),
    ['10.0.0.1', '10.0.0.2'].map((ip) => ['admin_ip all', ...own(ip), ...ofCluster].sort()),
  );
  // Another file would win over a group, but not over a host.
  assert.equal(
    scopes(2),
    ['10.0.0.1', '10.0.0.2'].map((ip) =>
      ['admin_ip', 'pg_cluster', 'pg_users', 'own', 'pg_seq'].map((name) => `${name} ${ip}`).sort(),
    ),
  );
});

test('what Ansible refuses in an INI file is refused', () => {
  const lines = ['[a b]', '[a:var]', '---', 'h1 x', 'h1 x="', '[g:vars]\nx', '[g:children]\na b', 'host:'];
  for (const line of lines) {
    const text = `[a]\nh1\n${line}\n`;
    const shown = parseSource(new SourceFile('hosts', text, { format: 'ini' }))[1].map(({ slug }) => slug);
    assert.equal(shown, ['ini-line'], line);
    if (available) within({ hosts: text }, (dir) => assert.equal(compareWithAnsible([join(dir, 'hosts')]), [], line));
  }
});

test('the first line that says something tells how a file is written', () => {
  for (const [path, text, format] of [
    ['hosts', '# c\n\n[a]\n', 'ini'],
    ['pigsty.yml', '[pg-test]\n10.0.0.1\n', 'ini'],
    ['hosts', '10.0.0.1 pg_seq=1\n', 'ini'],
    ['hosts', 'h1 x="a: b"\n', 'ini'],
    ['hosts', 'all:\n', 'yaml'],
    ['pigsty', '---\nall:\n', 'yaml'],
    ['x.yml', '[a, b]\n', 'yaml'],
    ['x.json', '{"_meta": {"hostvars": {}}}', 'list'],
    ['x.json', '{"all": {}}', 'yaml'],
    ['x.ini', '', 'yaml'],
  ] as const)
    assert.is(formatOf(path, text), format, text);
});

test('a program is run when that was asked for, and named when not', () => {
  within({ inventory: `#!/bin/sh\necho ran >"$(dirname "$0")/ran"; echo '{"one": ["h1"]}'\n` }, (dir) => {
    const path = join(dir, 'inventory');
    const [, refused] = readSources(nodeHost(), [path], []);
    assert.equal(
      refused.map(({ slug }) => slug),
      ['inventory-program'],
    );
    assert.is(nodeHost().stat(join(dir, 'ran')), undefined);
    const [[source]] = readSources(nodeHost(), [path], [], { runInventory: true });
    assert.equal(toValue(parseSource(source!)[0]), { one: { hosts: { h1: null } } });
    assert.not(source!.editable);
  });
});

test('a program that fails is a problem, not an empty inventory', () => {
  within({ inventory: '#!/bin/sh\nexit 3\n' }, (dir) => {
    const [, problems] = readSources(nodeHost(), [join(dir, 'inventory')], [], { runInventory: true });
    assert.match(problems.map(({ message }) => message).join(), 'exit code 3');
  });
});

test('what only looks like a literal is a text', () => {
  const span = { file: new SourceFile('x', ''), start: 0, end: 0 };
  for (const text of ['[1', '(', '1 2', `'a' b`, '1_', '0x', 'nan', '{1: 2', '['.repeat(200)])
    assert.is(toValue(pythonValue(text, span)), text);
});

test.run();
