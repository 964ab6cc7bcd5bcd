/** `group_vars` and `host_vars` beside the inventories: the same variables as `ansible-inventory --list`, on generated mixtures. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost } from '../../../compiler/host/host.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { toValue } from '../../../compiler/source/node.ts';
import { readSources } from '../../../compiler/inputs/sources.ts';
import { compareWithAnsible, hasAnsible } from '../../native/ansible-inventory.ts';
import { within } from '../../support/directory.ts';

const INVENTORY = `
all:
  vars: { a: all, b: all, c: all, d: all }
  children:
    parent: { vars: { a: parent, b: parent }, children: { kid: { hosts: { h1: { a: host, e: host }, h2: }, vars: { a: kid } } } }
    other: { hosts: { h2: , h3: }, vars: { c: other, ansible_group_priority: 5 } }
`;

function valuesOf(dir: string, host: string, files = ['pigsty.yml'], passwords: readonly string[] = []) {
  const [sources, problems] = readSources(
    nodeHost(),
    files.map((file) => join(dir, file)),
    passwords,
  );
  const [inventory, found] = inventoryOf(sources);
  const vars = inventory?.hosts.find(({ name }) => name === host)?.vars ?? [];
  return {
    vars: Object.fromEntries([...vars].map(([name, { node }]) => [name, toValue(node)])),
    shown: [...problems, ...found].map(({ slug }) => slug),
    secret: [...vars].filter(([, { node }]) => node.kind === 'scalar' && node.secret === true).map(([name]) => name),
  };
}

test('what lies beside an inventory wins over all that it says about groups, and loses against nothing but its like for hosts', () => {
  within(
    {
      'pigsty.yml': INVENTORY,
      'group_vars/all.yml': 'a: v-all\nb: v-all\n',
      'group_vars/kid/10-one.yml': 'b: v-kid\n',
      'group_vars/kid/sub/two': 'd: v-kid\n',
      'host_vars/h1.json': '{ "e": "v-host" }',
    },
    (dir) => {
      const { vars, shown } = valuesOf(dir, 'h1');
      assert.equal(shown, []);
      assert.equal(vars, { a: 'host', b: 'v-kid', c: 'all', d: 'v-kid', e: 'v-host' });
    },
  );
});

test('a file that no group or host gets, and one that is no map, are reported', () => {
  const { shown } = within({ 'pigsty.yml': INVENTORY, 'group_vars/kidd.yml': 'a: 1', 'host_vars/h1': '[1]' }, (dir) =>
    valuesOf(dir, 'h1'),
  );
  assert.equal(shown.sort(), ['bad-vars-file', 'vars-of-nobody']);
});

const available = hasAnsible();
if (!available) console.log('skip: comparison with ansible-inventory: no ansible-inventory');

test('encrypted files are opened, and what they hold is hidden', () => {
  if (!available) return;
  within(
    { 'pigsty.yml': INVENTORY, 'group_vars/kid.yml': 'a: 1\nb: kept-secret\npg_port: 5433\n', pw: 'open\n' },
    (dir) => {
      const file = join(dir, 'group_vars/kid.yml');
      execFileSync('ansible-vault', ['encrypt', '--vault-password-file', join(dir, 'pw'), file], { stdio: 'ignore' });
      const read = valuesOf(dir, 'h2', ['pigsty.yml'], ['open']);
      assert.is(read.vars['b'], 'kept-secret');
      assert.equal(read.secret.sort(), ['a', 'b']);
      assert.is(read.vars['pg_port'], 5433);
      // A port is no secret, so that one may be in an encrypted file.
      assert.equal(read.shown, []);
      assert.equal(valuesOf(dir, 'h2').shown, ['vault-password-missing']);
      assert.equal(valuesOf(dir, 'h2', ['pigsty.yml'], ['wrong']).shown, ['vault-password-wrong']);
    },
  );
});

/** Numbers that are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

/** Two inventories in two directories, with some of all the places in which variables may lie. */
function mixture(seed: number): Readonly<Record<string, string>> {
  const random = generator(seed);
  const files: Record<string, string> = { 'one/pigsty.yml': INVENTORY, 'two/more.yml': 'kid: { vars: { c: more } }\n' };
  for (const directory of ['one', 'two'])
    for (const owner of [
      'group_vars/all',
      'group_vars/parent',
      'group_vars/kid',
      'group_vars/other',
      'host_vars/h1',
      'host_vars/h2',
    ]) {
      const path = `${directory}/${owner}`;
      const text = ['a', 'b', 'c', 'd', 'e']
        .filter(() => random(2) === 0)
        .map((name) => `${name}: ${directory}-${owner}-${random(9)}\n`);
      const place = ['', '.yml', '.yaml', '.json', '/main.yml', '/x/y', '/.hidden.yml', '/old.yml~', '/note.txt'][
        random(12)
      ];
      if (place !== undefined) files[path + place] = text.join('') || '{}\n';
      if (place === '.yaml' && random(2) === 0) files[`${path}.yml`] = 'a: first\n';
    }
  return files;
}

test('generated mixtures are read as Ansible reads them', () => {
  if (!available) return;
  for (let seed = 1; seed <= 8; seed++)
    within(mixture(seed), (dir) => {
      const files = ['one/pigsty.yml', 'two/more.yml'].map((file) => join(dir, file));
      assert.equal(compareWithAnsible(files), [], `seed ${seed}`);
    });
});

test.run();
