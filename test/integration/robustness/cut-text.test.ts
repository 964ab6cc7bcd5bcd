/** A text with one mistake at each place. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { read } from '../../unit/parse/read.ts';

test('an inventory cut at any byte, and any byte replaced, is a tree or diagnostics with a place in the file', () => {
  const text = readFileSync('fixtures/ok/reference/pigsty.yml', 'utf8').slice(0, 6000);
  const tokens = [
    '\t',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ': ',
    '- ',
    '\n',
    '|',
    '&a ',
    '*a',
    '!',
    '#',
    '%',
    '\u2028',
    '? ',
    '<<: ',
  ];
  for (let at = 0; at <= text.length; at += 3) {
    const token = tokens[at % tokens.length]!;
    for (const variant of [
      text.slice(0, at),
      text.slice(0, at) + token + text.slice(at),
      text.slice(0, at) + token + text.slice(at + 2),
    ]) {
      for (const { span } of read(variant).problems) {
        assert.ok(span !== undefined && span.start >= 0 && span.start <= span.end && span.end <= variant.length);
      }
    }
  }
});

test.run();
