import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { applyFixes } from '../../../compiler/edit/fix.ts';
import { addAt, NotEditable, type Entries, type Items } from '../../../compiler/edit/insert.ts';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { entry, SourceFile, toValue, type MapNode } from '../../../compiler/source/node.ts';

/** The text with something added below its key `a`. */
function added(text: string, path: readonly string[], what: Entries | Items): string {
  const file = new SourceFile('t.yml', text);
  const [tree] = parseSource(file);
  return applyFixes(file, [addAt(entry(tree as MapNode, 'a')!, path, what)]).text;
}

function valueOf(text: string): unknown {
  const [tree, problems] = parseSource(new SourceFile('t.yml', text));
  assert.equal(problems, []);
  return toValue(tree);
}

const ENTRY: Entries = { entries: [['z', '{ n: 1 }']] };
const ITEM: Items = { items: ['{ n: 1 }'] };

test('an entry comes behind the last one, in the style of the map, and comments stay where they are', () => {
  for (const [before, after] of [
    ['a:\n  b: 1\n', 'a:\n  b: 1\n  z: { n: 1 }\n'],
    ['a:\n  b: 1   # one\n\n  # next\nc: 2\n', 'a:\n  b: 1   # one\n  z: { n: 1 }\n\n  # next\nc: 2\n'],
    ['a:\n  b:\n    - c: 1\n      d: 2 # two\n', 'a:\n  b:\n    - c: 1\n      d: 2 # two\n  z: { n: 1 }\n'],
    ['a:\n  b: |\n    text\n    more\nc: 1\n', 'a:\n  b: |\n    text\n    more\n  z: { n: 1 }\nc: 1\n'],
    ['a:\n  b: 1', 'a:\n  b: 1\n  z: { n: 1 }\n'],
    ['a:\r\n  b: 1\r\nc: 2\r\n', 'a:\r\n  b: 1\r\n  z: { n: 1 }\r\nc: 2\r\n'],
    ['a: { b: 1 }\n', 'a: { b: 1, z: { n: 1 } }\n'],
    ['a: { b: 1, }\n', 'a: { b: 1, z: { n: 1 }, }\n'],
    ['a: {\n  b: 1 # one\n}\n', 'a: {\n  b: 1, z: { n: 1 } # one\n}\n'],
    ['a: { b: }\n', 'a: { b: , z: { n: 1 } }\n'],
    ['a: {}\n', 'a: { z: { n: 1 } }\n'],
    ['a: { }  # none\n', 'a: { z: { n: 1 } }  # none\n'],
    ['a:\nb: 1\n', 'a: { z: { n: 1 } }\nb: 1\n'],
    ['a:   # none yet\nb: 1\n', 'a: { z: { n: 1 } }   # none yet\nb: 1\n'],
    ['a: ~\n', 'a: { z: { n: 1 } }\n'],
    ['x: &x { b: 1 }\na:\n  <<: *x\n  c: 2\n', 'x: &x { b: 1 }\na:\n  <<: *x\n  c: 2\n  z: { n: 1 }\n'],
    ['x: &x [1]\na:\n  b: *x   # those\n', 'x: &x [1]\na:\n  b: *x   # those\n  z: { n: 1 }\n'],
    ['a:\n  b:\n', 'a:\n  b:\n  z: { n: 1 }\n'],
  ] as const) {
    assert.is(added(before, [], ENTRY), after);
    const { a, ...others } = valueOf(before) as { a: object | null };
    assert.equal(valueOf(after), { ...others, a: { ...a, z: { n: 1 } } });
  }
});

test('an item comes behind the last one, in the style of the list', () => {
  for (const [before, after] of [
    ['a:\n  - b # one\n  # more?\nc: 1\n', 'a:\n  - b # one\n  - { n: 1 }\n  # more?\nc: 1\n'],
    ['a:\n- b\nc: 1\n', 'a:\n- b\n- { n: 1 }\nc: 1\n'],
    ['a:\n  - &my-x { b: 1 }\n', 'a:\n  - &my-x { b: 1 }\n  - { n: 1 }\n'],
    ['a:\n  - b: 1\n    c: 2', 'a:\n  - b: 1\n    c: 2\n  - { n: 1 }\n'],
    ['a: [ b ]\n', 'a: [ b, { n: 1 } ]\n'],
    ['a: [\n  b,   # one\n]\n', 'a: [\n  b, { n: 1 },   # one\n]\n'],
    ['a: []\n', 'a: [ { n: 1 } ]\n'],
    ['a:\n', 'a: [ { n: 1 } ]\n'],
  ] as const) {
    assert.is(added(before, [], ITEM), after);
    const { a, ...others } = valueOf(before) as { a: readonly unknown[] | null };
    assert.equal(valueOf(after), { ...others, a: [...(a ?? []), { n: 1 }] });
  }
});

test('what is missing on the way is made', () => {
  assert.is(added('a:\n  b: 1\n', ['c', 'd'], ITEM), 'a:\n  b: 1\n  c:\n    d:\n      - { n: 1 }\n');
  assert.is(added('a: { b: 1 }\n', ['c', 'd'], ITEM), 'a: { b: 1, c: { d: [ { n: 1 } ] } }\n');
  assert.is(added('a:\n  c:\n    e: 1\n', ['c', 'd'], ENTRY), 'a:\n  c:\n    e: 1\n    d:\n      z: { n: 1 }\n');
});

test('what is written by an alias, or is something else, is left alone', () => {
  for (const [text, what] of [
    ['x: &x { b: 1 }\na: *x\n', ENTRY],
    ['a: text\n', ENTRY],
    ['a: [ 1 ]\n', ENTRY],
    ['a: { b: 1 }\n', ITEM],
    ["a: '{{ b }}'\n", ITEM],
    ['x: &x 1\na: { b: *x }\n', ENTRY],
    ['x: &x 1\na: [ *x ]\n', ITEM],
    ['x: &x { b: 1 }\na: { <<: *x }\n', ENTRY],
    ['x: &x { b: 1 }\na:\n  <<: *x\n', ENTRY],
    ['x: &x 1\na:\n  - b: 1\n    c:\n      - *x\n', ITEM],
  ] as const)
    assert.throws(
      () => added(text, [], what),
      (error: unknown) => error instanceof NotEditable,
    );
});

test.run();
