import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { report } from '../../../compiler/diagnostics/report.ts';
import { arrange } from '../../../compiler/diagnostics/sort.ts';
import { SourceFile } from '../../../compiler/source/node.ts';

const a = new SourceFile('a.yml', 'one\ntwo\nthree\n');
const b = new SourceFile('b.yml', 'one\ntwo\n');
const at = (file: SourceFile, start: number, path: string) =>
  report('unreadable-file', { file, start, end: start + 1 }, { path, reason: 'r' });

test('files in the order given, then places; what has no place comes first', () => {
  const nowhere = report('limit-matches-nothing', undefined, { pattern: 'x' });
  const found = [at(a, 4, '1'), at(b, 0, '2'), at(a, 0, '3'), nowhere];
  const order = (files: readonly string[]) =>
    arrange(found, files).diagnostics.map((d) => d.message.match(/`(.*?)`/)![1]);
  assert.equal(order(['b.yml', 'a.yml']), ['--limit x', '2', '3', '1']);
  assert.equal(order(['a.yml', 'b.yml']), ['--limit x', '3', '1', '2']);
});

test('the order does not depend on the order of discovery', () => {
  const found = [at(a, 4, '1'), at(b, 0, '2'), at(a, 0, '3'), at(a, 0, '0')];
  assert.equal(arrange(found, ['a.yml']), arrange([...found].reverse(), ['a.yml']));
});

test('one finding per code, place and subject, however many hosts meet it', () => {
  const value = (name: string, host: string) =>
    report('unresolved-placeholder', { file: a, start: 0, end: 3 }, { placeholder: '${x}', source: name, host });
  const found = [value('one', '10.0.0.1'), value('one', '10.0.0.2'), value('two', '10.0.0.1')];
  assert.equal(
    arrange(found, ['a.yml']).diagnostics.map(({ message }) => message.match(/`(\w+)` is not set/)?.[1]),
    ['one', 'two'],
  );
  assert.is(arrange([at(a, 0, 'for host 1'), at(a, 0, 'for host 2'), at(a, 1, 'x')], ['a.yml']).diagnostics.length, 2);
});

test('more than the cap of a code are counted', () => {
  const { diagnostics, omitted } = arrange(
    [0, 1, 2, 3, 4].map((start) => at(a, start, 'x')),
    ['a.yml'],
    2,
  );
  assert.is(diagnostics.length, 2);
  assert.equal(
    omitted.map(({ code, count }) => [code, count]),
    [['PIG0001', 3]],
  );
});

test.run();
