import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frame, maskSecrets, maskText } from '../../../compiler/diagnostics/frame.ts';
import { SourceFile, type Span } from '../../../compiler/source/node.ts';

function span(text: string, wanted: string): Span {
  const start = text.indexOf(wanted);
  return { file: new SourceFile('x.yml', text), start, end: start + wanted.length };
}

/** The frame as a reader sees it, without the gutter. */
function show(place: Span, width = 80, secrets: readonly Span[] = []): string {
  return frame(place, { width, secrets })
    .map((line) => (line.kind === 'gap' ? '...' : line.text))
    .join('\n');
}

test('the token is underlined', () => {
  assert.is(
    show(span('all:\n  vars: { pg_clustr: 1 }\n', 'pg_clustr')),
    '  vars: { pg_clustr: 1 }\n          ^^^^^^^^^',
  );
});

test('a tab counts to the next tab stop on both lines', () => {
  assert.is(show(span('\tab\tx: 1', 'x')), '    ab  x: 1\n        ^');
});

test('wide characters take two columns, combining marks none', () => {
  assert.is(show(span('中文: bad', 'bad')), '中文: bad\n      ^^^');
  assert.is(show(span('e\u0301: bad', 'bad')), 'e\u0301: bad\n   ^^^');
  assert.is(show(span('😀: bad', '😀')), '😀: bad\n^^');
});

test('control characters cannot reach the terminal', () => {
  assert.is(show(span('a\u001b[31m: \u202ebad', 'bad')), 'a·[31m: ·bad\n         ^^^');
});

test('an empty span points at its column, also at the end of the file', () => {
  const file = new SourceFile('x.yml', 'all:\n  x');
  assert.is(show({ file, start: 7, end: 7 }), '  x\n  ^');
  assert.is(show({ file, start: 8, end: 8 }), '  x\n   ^');
  const empty = new SourceFile('x.yml', '');
  assert.is(show({ file: empty, start: 0, end: 0 }), '\n^');
});

test('up to three lines are shown whole, of more the first and the last', () => {
  const text = 'a:\n  - one\n  - two\n  - three\nb: 1\n';
  assert.is(show(span(text, '- one\n  - two')), '  - one\n  ^^^^^\n  - two\n  ^^^^^');
  assert.is(show(span(text, 'a:\n  - one\n  - two\n  - three\n')), 'a:\n^^\n...\n  - three\n  ^^^^^^^');
});

test('a block that ends with blank lines is underlined to its last character', () => {
  assert.is(show(span('a:\n  b: 1\n\n\nc: 2\n', 'b: 1\n\n\n')), '  b: 1\n  ^^^^');
});

test('a long line is cut around the token, to the width given', () => {
  const text = `x: { ${'a: 1, '.repeat(200)}BAD: 2, ${'b: 3, '.repeat(200)}}`;
  const [source, mark] = show(span(text, 'BAD'), 60).split('\n') as [string, string];
  assert.ok([...source].length <= 60, source);
  assert.ok(source.startsWith('…') && source.endsWith('…'));
  assert.is(source.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1), 'BAD');
});

test('CRLF does not show', () => {
  assert.is(show(span('a: 1\r\nbad: 2\r\n', 'bad')), 'bad: 2\n^^^');
});

test('secrets given as spans are masked with constant length, and the marks still fit', () => {
  const text = 'x: { pw: hunter2hunter2, y: bad }';
  const secret = span(text, 'hunter2hunter2');
  const place = { ...span(text, 'bad'), file: secret.file };
  assert.is(show(place, 80, [secret]), 'x: { pw: ********, y: bad }\n                      ^^^');
  assert.is(show(secret, 80, [secret]), 'x: { pw: ********, y: bad }\n         ^^^^^^^^');
});

test('a secret over several lines is masked on each of them', () => {
  const text = 'key: |\n  first\n  second\n';
  const secret = span(text, '|\n  first\n  second\n');
  assert.not.match(show(secret, 80, [secret]), /first|second/);
});

test('values of keys named like secrets are masked even when nothing was parsed', () => {
  assert.is(maskSecrets('pg_admin_password: DBUser.DBA # note', []), 'pg_admin_password: ******** # note');
  assert.is(maskSecrets("{ name: a, password: 'it''s, me', x: 1 }", []), '{ name: a, password: ********, x: 1 }');
  assert.is(maskSecrets('"s3_secret_key": "a\\"b", x: 1', []), '"s3_secret_key": ********, x: 1');
  assert.is(maskSecrets('{password: half open', []), '{password: ********');
  assert.is(
    maskSecrets('{ name: a, passwrd: x, bypassrls: true }', []),
    '{ name: a, passwrd: ********, bypassrls: true }',
  );
  assert.is(maskSecrets('url: postgres://me:hunter2@db/x', []), 'url: postgres://me:********@db/x');
  assert.is(maskSecrets('data: "--secret-key Word.1 --bucket b"', []), 'data: "--secret-key ******** --bucket b"');
  assert.is(maskSecrets('pg_pwd_enc: scram-sha-256', []), 'pg_pwd_enc: scram-sha-256');
});

test('texts are masked line by line and otherwise left alone', () => {
  assert.is(maskText('a\tb\npassword: x y\n'), 'a\tb\npassword: ********\n');
});

test.run();
