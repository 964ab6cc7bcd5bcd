import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { read, shown } from './read.ts';

/** The place and kind of common mistakes; what they say is in fixtures/err. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ['a quote that ends at the next one', 'a: "x\nb: "y"\n', 'unclosed-quote 1:4 "\\""'],
  ['a quote that never ends', "a: 'x\nb: 1\n", 'unclosed-quote 1:4 "\'"'],
  ['a deeper key under a value', 'a: 1\n  b: 2\n', 'bad-indentation 2:3 "b"'],
  ['a key between two levels', 'a:\n    b: 1\n  c: 2\n', 'bad-indentation 3:3 "c"'],
  ['a key left of the first', '  a: 1\nb: 2\n', 'bad-indentation 2:1 "b"'],
  ['no space after the colon', 'a:\n  b:1\n  c: 2\n', 'missing-colon 2:3 "b:1"'],
  ['a line that is no entry', 'a: 1\njust text\nb: 2\n', 'missing-colon 2:1 "just text"'],
  ['a second colon', 'a: b: c\n', 'colon-in-value 1:5 ":"'],
  ['an unquoted star', 'a: *.example.com\n', 'reserved-character 1:4 "*"'],
  ['an unquoted at sign', 'a: @x\n', 'reserved-character 1:4 "@"'],
  ['an unquoted percent sign', 'a: %x\n', 'reserved-character 1:4 "%"'],
  ['an unquoted expression', 'a: {{ x }}\n', 'collection-as-key 1:5 "{ x }"'],
  ['a comma too few on one line', 'a: { b: 1 c: 2 }\n', 'missing-comma 1:11 "c"'],
  ['a comma too few between lines', 'a: {\n  b: 1\n  c: 2 }\n', 'missing-comma 3:3 "c"'],
  ['a bracket closed by another', 'a: [1, 2}\n', 'mismatched-bracket 1:9 "}"'],
  ['a bracket too many', 'a: { b: 1 } }\n', 'unmatched-bracket 1:13 "}"'],
  ['a brace too few before the next key', 'a: { b: { c: 1 }\nd:\n  e: 1\n', 'unclosed-bracket 1:4 "{"'],
  ['a brace too few after a plain value', 'a:\n  b: { c: 1\n  d: 2\n', 'unclosed-bracket 2:6 "{"'],
  ['a tab before a key', 'a:\n\tb: 1\n', 'tab-indentation 2:1 "\\t"'],
  ['a tab in a text block', 'a: |\n\tx\n', 'tab-indentation 2:1 "\\t"'],
  ['a list item among keys', 'a: 1\n- b\n', 'item-among-keys 2:1 "-"'],
  ['a key after list items', 'a:\n  - 1\n  b: 2\n', 'bad-indentation 3:3 "b"'],
  ['a list on the line of its key', 'a: - 1\n', 'collection-on-key-line 1:4 "-"'],
  ['a list as key', '? [1]\n: 2\n', 'collection-as-key 1:3 "[1]"'],
];

for (const [name, text, expected] of MISTAKES) {
  test(name, () => {
    assert.equal(shown(text), [expected]);
  });
}

test('a brace lost inside a group: the open one, and the place before the section that became a host', () => {
  const text =
    'etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }\n' +
    'pg-meta: { hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary }, vars: { pg_cluster: pg-meta } }\n';
  for (const rest of ['', 'pg-test:\n  hosts: {}\n']) {
    const [problem] = read(text + rest).problems;
    assert.is(problem?.slug, 'unclosed-bracket');
    assert.equal(problem?.span?.file.position(problem.span.start), { line: 2, column: 10 });
    const [gap, noticed] = problem?.related ?? [];
    assert.equal(gap?.span.file.position(gap.span.start), { line: 2, column: 65 });
    assert.match(gap!.message, '`vars` is read as a host');
    assert.is(noticed?.span.file.position(noticed.span.start).line, rest === '' ? 2 : 3);
  }
});

test('fixes make the mistake disappear', () => {
  for (const text of ['a:\n  b:1\n  c: 2\n', 'a: b: c\n', 'a: @x\n', 'a: *.example.com\n', 'a: %x\n']) {
    const { fix } = read(text).problems[0]!;
    const fixed = text.slice(0, fix!.span.start) + fix!.text + text.slice(fix!.span.end);
    assert.equal(read(fixed).problems, [], fixed);
  }
});

test('problems that do not confuse the parser are reported together', () => {
  assert.equal(
    shown('a: *x\nb: !foo 1\nc: 1\nc: 2\nd: =\n').map((line) => line.split(' ')[0]),
    ['unknown-alias', 'unknown-tag', 'duplicate-key', 'invalid-scalar'],
  );
});

test('an alias bomb, endless nesting and binary data end in one diagnostic', () => {
  const bomb =
    `a0: &a0 [${'1,'.repeat(10)}]\n` +
    `${Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]\n`).join('')}`;
  assert.equal(
    read(bomb).problems.map((p) => p.slug),
    ['too-many-aliases'],
  );
  for (const deep of [
    '['.repeat(10_000),
    '{a: '.repeat(10_000),
    '- '.repeat(10_000),
    Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}k:\n`).join(''),
  ]) {
    assert.equal(
      read(deep).problems.map((p) => p.slug),
      ['nesting-too-deep'],
    );
  }
  assert.equal(
    read('a: \u0000\u0001').problems.map((p) => p.slug),
    ['control-character'],
  );
  assert.equal(
    read('&a [*a]').problems.map((p) => p.slug),
    ['unknown-alias'],
  );
});

test.run();
