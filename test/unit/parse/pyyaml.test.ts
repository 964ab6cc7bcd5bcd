/** Random fragments of inventories, damaged in small ways, read by us and by PyYAML: both refuse or both give the same tree. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { read, typed } from './read.ts';

const PYTHON = `
import json, sys, datetime, math, yaml
class Loader(yaml.CSafeLoader): pass
def enc(v):
    if isinstance(v, dict): return {'map': [[enc(k), enc(x)] for k, x in v.items()]}
    if isinstance(v, list): return [enc(x) for x in v]
    if isinstance(v, (datetime.date, datetime.datetime)): return {'date': True}
    if isinstance(v, float) and not math.isfinite(v): return {'number': {'inf': 'Infinity', '-inf': '-Infinity', 'nan': 'NaN'}[str(v)]}
    return v
out = []
for text in json.load(sys.stdin):
    try: out.append({'tree': enc(yaml.load(text, Loader=Loader))})
    except Exception as e: out.append({'error': str(e)})
json.dump(out, sys.stdout)
`;

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

/** A small generator of its own: the same inputs on every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

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
  const probe = spawnSync('/usr/bin/python3', ['-c', 'import yaml; yaml.CSafeLoader'], { stdio: 'ignore' });
  if (probe.status !== 0) return console.log('skip: comparison with PyYAML: no python3 with yaml and libyaml');
  const lines = readFileSync('fixtures/ok/reference/pigsty.yml', 'utf8').split('\n');
  const random = randomNumbers(7);
  // A text without content is an error for neither or for one of them, depending on a lone end marker.
  const inputs = Array.from({ length: 3000 }, () => damaged(lines, random)).filter((text) => !/^\.\.\.|^%/m.test(text));
  const run = spawnSync('/usr/bin/python3', ['-c', PYTHON], {
    input: JSON.stringify(inputs),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  const theirs = JSON.parse(run.stdout) as readonly { readonly tree?: unknown; readonly error?: string }[];
  let accepted = 0;
  inputs.forEach((text, i) => {
    const { tree, problems } = read(text);
    // Duplicate keys are our own addition: PyYAML keeps the last one silently.
    const errors = problems.filter((problem) => problem.slug !== 'duplicate-key');
    const other = theirs[i]!;
    if (errors.length > 0)
      assert.ok(other.error !== undefined, `only we refuse ${JSON.stringify(text)}: ${errors[0]!.message}`);
    else {
      assert.ok(other.error === undefined, `only PyYAML refuses ${JSON.stringify(text)}: ${other.error}`);
      assert.equal(JSON.stringify(typed(tree)), JSON.stringify(other.tree), JSON.stringify(text));
      accepted++;
    }
  });
  assert.ok(
    accepted > 500 && accepted < inputs.length - 500,
    `the inputs are one-sided: ${accepted} of ${inputs.length} accepted`,
  );
});

test.run();
