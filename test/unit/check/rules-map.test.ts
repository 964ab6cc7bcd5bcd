/** docs/checks.md says for every rule of the distribution where it is checked; it and the pages must agree. */
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RULES } from '../../../compiler/phases/5-check/check.ts';
import { parsePage } from '../../../compiler/diagnostics/page.ts';

const MESSAGES = 'compiler/diagnostics/messages';
const doc = readFileSync('docs/checks.md', 'utf8');
const pages = readdirSync(MESSAGES)
  .sort()
  .map((name) => parsePage(`${MESSAGES}/${name}`, readFileSync(`${MESSAGES}/${name}`, 'utf8')));
const checks = pages.filter((page) => /^PIG(12|5)/.test(page.code));
const rows = new Map(
  doc.split('\n').flatMap((line) => {
    const [, id, place] = /^\| ([A-Z0-9/-]+) \| (.*?) \|/.exec(line) ?? [];
    return id === undefined || place === undefined || /^PIG/.test(id) ? [] : [[id, place] as const];
  }),
);

test('all rules of the distribution have a row', () => {
  assert.is(rows.size, 217);
});

test('a page that covers a rule is named in its row', () => {
  for (const { code, slug, invariants } of checks) {
    for (const id of invariants) assert.ok(rows.get(id)?.includes(`${code} ${slug}`), `${id}: ${code} ${slug}`);
  }
});

test('a code in a row exists, and its page names the rule', () => {
  for (const [id, place] of rows) {
    for (const [, code] of place.matchAll(/(PIG(?:12|5)\d+)/g)) {
      assert.ok(checks.find((page) => page.code === code)?.invariants.includes(id), `${id}: ${code}`);
    }
    for (const [, code] of place.matchAll(/(PIG\d+)/g))
      assert.ok(
        pages.some((page) => page.code === code),
        `${id}: ${code}`,
      );
  }
});

test('every check is of a rule, or found while values are read', () => {
  const ruled = new Set<string>(RULES.flatMap((rule) => rule.codes));
  assert.equal(
    checks.filter(({ slug }) => !ruled.has(slug)).map(({ slug }) => slug),
    [],
  );
});

test.run();
