import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { selectMembers } from '../../../compiler/phases/4-resolve/selector.ts';
import { inventoryOf } from '../../support/inventory-of.ts';
import { SourceFile, type ScalarNode } from '../../../compiler/source/node.ts';

const MEMBERS = inventoryOf([
  new SourceFile(
    'm.yml',
    `
pg-a:
  hosts:
    h1: { pg_seq: 1, pg_role: primary, pg_offline_query: 'false' }
    h2: { pg_seq: 2, pg_role: replica, pg_weight: 100 }
    h3: { pg_seq: 3, pg_role: replica, pg_offline_query: true }
    h4: { pg_seq: 4, pg_role: offline, pg_weight: 0 }
  vars: { pg_cluster: pg-a, tier: gold }
`,
  ),
])[0]!.hosts;

function select(text: string, file = new SourceFile('s.yml', `'${text}'`)) {
  const node: ScalarNode = {
    kind: 'scalar',
    value: text,
    text,
    style: 'single',
    span: { file, start: 0, end: text.length + 2 },
  };
  const [hosts, problems] = selectMembers(node, MEMBERS);
  return {
    names: hosts.map((h) => h.name),
    shown: problems.map(
      (p) =>
        `${p.slug} ${p.span === undefined || p.span.file === undefined ? '' : file.text.slice(p.span.start, p.span.end)}`,
    ),
  };
}

const SELECTIONS: readonly (readonly [string, readonly string[]])[] = [
  ['[]', ['h1', 'h2', 'h3', 'h4']],
  ['[? pg_role == `primary`]', ['h1']],
  ['[? pg_role == "x" || pg_role == `replica` ]', ['h2', 'h3']],
  ["[? pg_role == 'offline']", ['h4']],
  // An unset variable is null and false; a text is true whatever it says; so is the number 0.
  ['[? pg_offline_query]', ['h1', 'h3']],
  ['[? pg_role == `replica` && !pg_offline_query]', ['h2']],
  ['[? pg_weight]', ['h2', 'h4']],
  ['[? pg_weight == `100`]', ['h2']],
  ['[? pg_seq > `2`]', ['h3', 'h4']],
  ['[? tier == `gold`]', ['h1', 'h2', 'h3', 'h4']],
  ['[? inventory_hostname == `h3`]', ['h3']],
  ['[? contains(group_names, `pg-a`)]', ['h1', 'h2', 'h3', 'h4']],
  ['[? pg_role == ` primary`]', ['h1']],
  ['[? starts_with(pg_role, `re`)]', ['h2', 'h3']],
  ['[0:2]', ['h1', 'h2']],
];

for (const [text, names] of SELECTIONS) {
  test(text, () => {
    assert.equal(select(text).names, names);
  });
}

test('what is wrong is shown inside the text', () => {
  assert.equal(select('[? pg_role == primary]').shown, ['selector-bare-word primary']);
  assert.equal(select('[? pg_role == "primary"]').shown, ['selector-bare-word "primary"']);
  assert.equal(select('[? pg_roles]').shown, ['selector-unknown-field pg_roles']);
  assert.equal(select('[? pg_role == `primary]').shown, ['selector-syntax `']);
  assert.equal(select('[? pg_role == ]').shown, ['selector-syntax ]']);
  assert.equal(select('[? pg_role = `x`]').shown, ['selector-syntax =']);
  assert.equal(select('[? pg_role == `primary`').shown, ['selector-syntax [? pg_role == `primary`']);
  assert.equal(select('[].pg_role').shown, ['selector-not-members [].pg_role']);
  assert.equal(select('pg_role').shown, ['selector-not-members pg_role']);
  assert.equal(select('[? no_such(pg_role)]').shown, ['selector-failed [? no_such(pg_role)]']);
  assert.equal(select('[? pg_weight && pg_offline_query]').shown, []);
});

test('any text is a selection or a diagnostic', () => {
  const pieces = [
    '[',
    ']',
    '?',
    '[?',
    'pg_role',
    '==',
    '`x`',
    '`',
    '"',
    "'",
    '&&',
    '!',
    '(',
    ')',
    '.',
    '*',
    '@',
    '|',
    '{',
    '}',
    '&',
    ',',
    ':',
    '1',
    ' ',
    '\\',
    '$',
    'é',
  ];
  for (let seed = 1; seed < 3000; seed++) {
    let text = '';
    for (let state = seed, i = 0; i < 1 + (seed % 7); i++) {
      state = (Math.imul(state, 1103515245) + 12345 + i) >>> 0;
      text += pieces[(state >>> 8) % pieces.length];
    }
    const { shown } = select(text);
    assert.ok(
      shown.every((line) => line.startsWith('selector-')),
      text,
    );
  }
});

test('a selector without a file, as in defaults, needs no place', () => {
  const node: ScalarNode = {
    kind: 'scalar',
    value: '[? nope == nope]',
    text: '[? nope == nope]',
    style: 'double',
    span: { file: undefined as never, start: 0, end: 0 },
  };
  assert.equal(
    selectMembers(node, MEMBERS)[1].map((p) => p.span),
    [undefined, undefined],
  );
});

test.run();
