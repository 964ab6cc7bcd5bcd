import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tolerantTree } from '../../../compiler/cli/lsp/tolerant-tree.ts';
import { walk } from '../../../compiler/cli/lsp/slot.ts';
import { parseSource } from '../../../compiler/phases/1-parse/parse.ts';
import { SourceFile, toValue, type Node } from '../../../compiler/source/node.ts';
import { filesBelow } from '../../support/golden.ts';

const inventories = filesBelow('fixtures')
  .filter((path) => path.endsWith('pigsty.yml'))
  .map((path) => readFileSync(join('fixtures', path), 'utf8'));

/** Every scalar with its place and value. What is not written has no place: it is seen before or behind a blank. */
function scalars(tree: Node): readonly unknown[] {
  const found: unknown[] = [];
  walk(tree, ({ role, token: { span, value } }) =>
    found.push(span.start === span.end ? [role, value] : [role, span.start, span.end, value]),
  );
  return found;
}

test('of a text that can be read, the tree is that of the compiler', () => {
  let compared = 0;
  for (const text of inventories) {
    const file = new SourceFile('pigsty.yml', text);
    const [tree, problems] = parseSource(file);
    // Aliases and merge keys are left out on purpose, vault texts are opened by the compiler only.
    if (problems.length > 0 || /[&*]\w|<<|!vault|!unsafe/.test(text)) continue;
    assert.equal(toValue(tolerantTree(file)), toValue(tree));
    assert.equal(scalars(tolerantTree(file)).map(String), scalars(tree).map(String));
    compared++;
  }
  assert.ok(compared > 100, String(compared));
});

test('what cannot be read yet hides little of the rest', () => {
  const tree = (text: string): unknown => toValue(tolerantTree(new SourceFile('x.yml', text)));
  assert.equal(tree('a:\n  b: [1, {c: 2\n  d: 3\ne: 4\n'), { a: { b: [1, { c: 2 }], d: 3 }, e: 4 });
  assert.equal(tree('a:\n  wor\n  b: 1\n  c\nd: 2\n'), { a: { wor: null, b: 1, c: null }, d: 2 });
  assert.equal(tree('a:\n  - b: 1\n    c\n  - d\n  - { e: , f\n'), {
    a: [{ b: 1, c: null }, 'd', { e: null, f: null }],
  });
  assert.equal(tree('a: *b\nc: &b 1\n'), { a: null, c: 1 });
});

test('no text is too strange', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '[',
      '{',
      ']',
      '}',
      ':',
      ': ',
      '- ',
      '? ',
      '\n',
      '\n  ',
      '\t',
      '"',
      "'",
      '|',
      '>',
      '&a',
      '*a',
      '!x ',
      '<<',
      '#',
      ',',
      'key',
      '%',
      '---\n',
      '\r',
      '\ufeff',
      '\0',
      '😀',
      '\ud800',
      '@',
      '`',
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      walk(tolerantTree(new SourceFile('x.yml', parts.join(''))), ({ token }) =>
        assert.ok(token.span.start <= token.span.end),
      );
    }),
    { numRuns: 2000 },
  );
  for (const depth of [1000, 100_000])
    assert.ok(JSON.stringify(toValue(tolerantTree(new SourceFile('x.yml', '['.repeat(depth))))).length < 1000);
});

test.run();
