import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { applyFixes } from '../../../compiler/edit/fix.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

const file = new SourceFile('a.yml', 'one two three\n');
const fix = (start: number, end: number, text: string, target = file) => ({ span: { file: target, start, end }, text });

test('edits are applied by place, whatever their order', () => {
  assert.equal(applyFixes(file, [fix(8, 13, 'drei'), fix(0, 3, 'eins')]), { text: 'eins two drei\n', count: 2 });
});

test('of overlapping edits the first is made, a repeated one once', () => {
  assert.equal(applyFixes(file, [fix(0, 7, 'x'), fix(4, 7, 'y')]), { text: 'x three\n', count: 1 });
  assert.equal(applyFixes(file, [fix(0, 3, 'x'), fix(0, 3, 'x')]), { text: 'x two three\n', count: 1 });
});

test('neighbours and deletions', () => {
  assert.equal(applyFixes(file, [fix(0, 4, ''), fix(4, 8, '')]), { text: 'three\n', count: 2 });
});

test('edits of another file are not made here', () => {
  assert.equal(applyFixes(file, [fix(0, 3, 'x', new SourceFile('b.yml', 'one'))]), { text: file.text, count: 0 });
});

test.run();
