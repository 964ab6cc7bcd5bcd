/** Random fragments of inventories, damaged in small ways, read by us and by PyYAML: both refuse or both give the same tree. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { absent, agree, randomNumbers } from './pyyaml.ts';

const TOKENS = [
  ' ',
  '  ',
  '\n',
  '\n  ',
  ':',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '#',
  ' #',
  '|\n',
  '>\n',
  '@',
  '`',
  '---\n',
  '~',
  '\\',
  'é',
  '\r\n',
];

function damaged(lines: readonly string[], random: (below: number) => number): string {
  const from = random(lines.length);
  let text = `${lines.slice(from, from + 1 + random(12)).join('\n')}\n`;
  for (let edits = random(3); edits > 0; edits--) {
    const at = random(text.length + 1);
    text =
      random(2) === 0
        ? text.slice(0, at) + TOKENS[random(TOKENS.length)]! + text.slice(at)
        : text.slice(0, at) + text.slice(at + 1 + random(3));
  }
  return text;
}

test('we read what PyYAML reads', () => {
  const reason = absent();
  if (reason !== undefined) return console.log(`skip: comparison with PyYAML: ${reason}`);
  const lines = readFileSync('fixtures/ok/reference/pigsty.yml', 'utf8').split('\n');
  const random = randomNumbers(7);
  // Duplicate keys are our own addition: PyYAML keeps the last one silently.
  const inputs = Array.from({ length: 3000 }, () => damaged(lines, random));
  const accepted = agree(inputs, ['duplicate-key']);
  assert.ok(
    accepted > 500 && accepted < inputs.length - 500,
    `the inputs are one-sided: ${accepted} of ${inputs.length} accepted`,
  );
});

test.run();
