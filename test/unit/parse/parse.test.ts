import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { entry, type MapNode } from '../../../compiler/source/node.ts';
import { read, shown, typed } from './read.ts';
import { VAULT, VAULT_PASSWORD, VAULT_VALUE } from '../../support/vault.ts';

const keys = (text: string): unknown => {
  const { tree, problems } = read(text);
  assert.equal(problems, []);
  return typed(tree);
};

test('integer and sexagesimal keys keep their order and their text', () => {
  const { tree } = read('6380: {}\n6379: {}\n22:22: x\n');
  assert.equal(typed(tree), {
    map: [
      [6380, { map: [] }],
      [6379, { map: [] }],
      [1342, 'x'],
    ],
  });
  assert.ok(entry(tree as MapNode, '6379'));
  assert.ok(entry(tree as MapNode, '22:22'));
});

test('text blocks are folded, stripped and kept like PyYAML does', () => {
  assert.equal(keys('a: |\n  x\n   y\n\n  z\nb: >-\n  f\n  g\n\n  h\n    i\n  j\nc: |+2\n    k\n\nd: x'), {
    map: [
      ['a', 'x\n y\n\nz\n'],
      ['b', 'f g\nh\n  i\nj'],
      ['c', '  k\n\n'],
      ['d', 'x'],
    ],
  });
});

test('quoted and plain texts over several lines are folded', () => {
  assert.equal(
    keys("a: 'it''s\n  two\n\n  three'\nb: \"x\\ty\\\n   z \\u00e9\n  w\"\nc: plain\n  more\n\n  text # comment\n"),
    {
      map: [
        ['a', "it's two\nthree"],
        ['b', 'x\tyz é w'],
        ['c', 'plain more\ntext'],
      ],
    },
  );
});

test('a sequence may stand at the column of its key', () => {
  assert.equal(keys('a:\n- 1\n- - 2\n  - 3\n-  k: v\n   l: m\nb: 1\n'), {
    map: [
      [
        'a',
        [
          1,
          [2, 3],
          {
            map: [
              ['k', 'v'],
              ['l', 'm'],
            ],
          },
        ],
      ],
      ['b', 1],
    ],
  });
});

test('flow collections ignore indentation, allow pairs in lists and keys without value', () => {
  assert.equal(keys('a: { b: 1,\n c: [x, y: z, "q":w],\nd, http://x:y, e: [ ] , }\n'), {
    map: [
      [
        'a',
        {
          map: [
            ['b', 1],
            ['c', ['x', { map: [['y', 'z']] }, { map: [['q', 'w']] }]],
            ['d', null],
            ['http://x:y', null],
            ['e', []],
          ],
        },
      ],
    ],
  });
});

test('merge keys: own entries win in place, the first of a list of maps wins over later ones', () => {
  assert.equal(keys('x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz: {<<: [*x, *y], c: 3, d: 4}\n'), {
    map: [
      [
        'x',
        {
          map: [
            ['a', 1],
            ['b', 1],
          ],
        },
      ],
      [
        'y',
        {
          map: [
            ['b', 2],
            ['c', 2],
          ],
        },
      ],
      [
        'z',
        {
          map: [
            ['b', 1],
            ['c', 3],
            ['a', 1],
            ['d', 4],
          ],
        },
      ],
    ],
  });
});

test('an alias is the same node, an anchor before a block belongs to the block', () => {
  const { tree } = read('a: &a\n  k: v\nb: *a\n');
  const [a, b] = (tree as MapNode).entries;
  assert.is(a!.value, b!.value);
});

test('line ends of other systems and a byte order mark change nothing', () => {
  assert.equal(keys('\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\nc:\r\n  - 2\r\n'), {
    map: [
      ['a', 1],
      ['b', 'x\ny\n'],
      ['c', [2]],
    ],
  });
});

test('tags: !!str keeps the text, !unsafe is never expanded', () => {
  const { tree } = read("a: !!str 0640\nb: !unsafe '{{ x }}'\nc: !!int '7'\nd: ! 5\n");
  assert.equal(typed(tree), {
    map: [
      ['a', '0640'],
      ['b', '{{ x }}'],
      ['c', 7],
      ['d', 5],
    ],
  });
  const unsafe = (tree as MapNode).entries[1]!.value;
  assert.is(unsafe.kind === 'scalar' && unsafe.tag, 'unsafe');
});

test('spans cover the token, quotes included, and a map from its first key to its last value', () => {
  const text = 'a:\n  b: "q"\n  c: [1, 2]\n';
  const a = (read(text).tree as MapNode).entries[0]!;
  const cut = (span: { start: number; end: number }): string => text.slice(span.start, span.end);
  assert.is(cut(a.value.span), 'b: "q"\n  c: [1, 2]');
  assert.equal(
    (a.value as MapNode).entries.map((e) => cut(e.value.span)),
    ['"q"', '[1, 2]'],
  );
});

test('!vault values are decrypted with the first password that fits', () => {
  const text = `secret: !vault |\n${VAULT}\nother: 1\n`;
  const { tree, problems } = read(text, { vaultPasswords: ['wrong', VAULT_PASSWORD] });
  assert.equal(problems, []);
  const value = (tree as MapNode).entries[0]!.value;
  assert.is(value.kind === 'scalar' && value.value, VAULT_VALUE);
  assert.is(value.kind === 'scalar' && value.tag, 'vault');
  assert.equal(shown(text), ['vault-password-missing 1:9 "!vault"']);
  assert.equal(shown(text, { vaultPasswords: ['no'] }), ['vault-password-wrong 1:9 "!vault"']);
  assert.equal(shown(text.replace('AES256', 'AES128'), { vaultPasswords: [VAULT_PASSWORD] }), [
    'vault-malformed 1:9 "!vault"',
  ]);
});

test.run();
