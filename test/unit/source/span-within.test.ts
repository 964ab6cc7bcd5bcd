import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MapNode, ScalarNode } from '../../../compiler/source/node.ts';
import { spanWithin } from '../../../compiler/source/span-within.ts';
import { read } from '../parse/read.ts';

/** Source text under `part` of the value of the only key. */
function under(text: string, part: string): string {
  const node = (read(text).tree as MapNode).entries[0]!.value as ScalarNode;
  const from = node.text.indexOf(part);
  assert.ok(from >= 0, `${JSON.stringify(node.text)} has no ${part}`);
  const span = spanWithin(node, from, from + part.length);
  return text.slice(span.start, span.end);
}

test('plain and quoted texts on one line', () => {
  assert.is(under('a: x ${y} z\n', '${y}'), '${y}');
  assert.is(under("a: 'x ${y} z'\n", '${y}'), '${y}');
  assert.is(under('a: "x ${y} z"\n', '${y}'), '${y}');
});

test('escapes before and inside the part', () => {
  assert.is(under("a: 'it''s ${y}'\n", '${y}'), '${y}');
  assert.is(under("a: 'it''s x'\n", "t's"), "t''s");
  assert.is(under('a: "\\ttab \\u00e9 ${y}"\n', '${y}'), '${y}');
  assert.is(under('a: "one \\\n   two ${y}"\n', '${y}'), '${y}');
});

test('folded lines', () => {
  assert.is(under('a: one\n   two ${y}\n', '${y}'), '${y}');
  assert.is(under("a: 'one\n\n   two ${y}'\n", '${y}'), '${y}');
  assert.is(under('a: >-\n   one\n   two ${y}\n', '${y}'), '${y}');
});

test('text blocks: indentation, deeper lines and empty lines', () => {
  assert.is(under('a: |\n   one\n     two\n\n   three ${y}\n', '${y}'), '${y}');
  assert.is(under('a: |2-\n    one ${y}\n', '${y}'), '${y}');
});

test('a part at the end, and the empty part after it', () => {
  const node = (read('a: "xy"\n').tree as MapNode).entries[0]!.value as ScalarNode;
  assert.equal(
    [spanWithin(node, 1, 2), spanWithin(node, 2, 2)].map(({ start, end }) => [start, end]),
    [
      [5, 6],
      [6, 6],
    ],
  );
});

test('an expanded value has no place inside the source: the whole scalar', () => {
  const node = (read('a: "${x}"\n').tree as MapNode).entries[0]!.value as ScalarNode;
  const expanded: ScalarNode = { ...node, value: 'something else', text: 'something else', derivedFrom: node };
  assert.is(spanWithin(expanded, 3, 5), node.span);
});

test.run();
