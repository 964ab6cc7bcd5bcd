import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import {
  alignedTable,
  environmentFile,
  iniDocument,
  iniValue,
  Lines,
  yamlDocument,
} from '../../../emitters/toolkit/index.ts';
import { strictTemplate } from '../../../emitters/toolkit/template.ts';
import { normal, tree } from '../../support/yaml-values.ts';

test('YAML reads back as the same value under 1.1 and 1.2', () => {
  fc.assert(
    fc.property(tree, (value) => {
      const written = yamlDocument(value);
      for (const version of ['1.1', '1.2'] as const)
        assert.equal(parse(written, { version, merge: false }), normal(value), written);
    }),
    { numRuns: 300 },
  );
});

test('keys keep their order, integers from a Map too; undefined is left out', () => {
  const keys = new Map<string | number, unknown>([
    ['b', 1],
    [6379, undefined],
    [6380, {}],
    ['a', []],
  ]);
  assert.is(yamlDocument({ z: keys, y: undefined }), 'z:\n  b: 1\n  6380: {}\n  a: []\n');
});

test('comments stand above their entry, a blank first line makes a gap', () => {
  const written = yamlDocument(
    { a: { b: [{ c: 1 }] }, 'x-y': 'on' },
    { comments: { 'a.b': 'list', 'a.b.0': 'first', 'x-y': '\ngap\nsecond' } },
  );
  assert.is(written, "a:\n  # list\n  b:\n    # first\n    - c: 1\n\n# gap\n# second\nx-y: 'on'\n");
});

test('what is no data is a bug and not written', () => {
  for (const value of [{ a: () => 1 }, { a: Number.NaN }, { a: new Date(0) }, { a: Symbol('x') }])
    assert.throws(() => yamlDocument(value), /cannot write/);
});

test('a table is aligned and its last column not padded', () => {
  assert.equal(alignedTable([['a', 'bb', 'c'], '# note', ['aaa', 'b', 'cccc']]), [
    'a    bb  c',
    '# note',
    'aaa  b   cccc',
  ]);
});

test('lines, env and ini', () => {
  assert.is(
    new Lines()
      .add('a')
      .blank()
      .blank()
      .indent('  ', () => undefined)
      .add('b', '')
      .toString(),
    'a\n\nb\n',
  );
  assert.is(environmentFile({ A: 'x y', B: undefined, C: 1 }), 'A="x y"\nC=1\n');
  assert.is(
    iniDocument(
      [
        { name: 'global', comment: ['note'], entries: { a: 1, b: undefined, c: ['x', 'y'] } },
        { name: 's', entries: new Map([['k', true]]) },
      ],
      { quote: iniValue, separator: '=' },
    ),
    '# note\n[global]\na=1\nc=x\nc=y\n\n[s]\nk=y\n',
  );
});

test('a template fails on a name its view does not have, wherever it stands', () => {
  const render = (source: string, view: Record<string, unknown>): string => strictTemplate(source, 'test').render(view);
  for (const source of [
    '{{ nope }}',
    '{% if nope %}{% endif %}',
    '{% for x in nope %}{% endfor %}',
    '{% if a.nope %}{% endif %}',
    '{{ a.b.c }}',
    '{% if nope is defined %}{% endif %}',
  ]) {
    assert.throws(() => render(source, { a: { b: null } }), /nope|of nothing/, source);
  }
  assert.is(
    render('{% for x in list %}{{ loop.index }}{{ x.n }}{% if x.last %}!{% endif %}{% endfor %}', {
      list: [
        { n: 'a<', last: undefined },
        { n: 'b', last: true },
      ],
    }),
    '1a<2b!',
  );
});

test.run();
