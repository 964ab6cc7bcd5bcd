import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogText, readPages } from '../../../compiler/codegen/catalog.ts';
import { parsePage, placeholders } from '../../../compiler/diagnostics/page.ts';

const GOOD = `---
code: PIG9999
slug: some-slug
severity: error
message: bad \`{name}\` in {place}
invariants: [INV-A, INV-B]
---
It means this.

How to fix: do that.

\`\`\`yaml bad
all: { hosts: }
\`\`\`

\`\`\`yaml good
all: { hosts: {} }
\`\`\`
`;
const PATH = 'messages/PIG9999-some-slug.md';

test('a page gives its front matter and its examples', () => {
  const page = parsePage(PATH, GOOD);
  assert.equal(
    [page.code, page.slug, page.severity, page.invariants],
    ['PIG9999', 'some-slug', 'error', ['INV-A', 'INV-B']],
  );
  assert.equal([page.bad.text, page.good.text], ['all: { hosts: }\n', 'all: { hosts: {} }\n']);
  assert.equal(placeholders(page.message), ['name', 'place']);
});

for (const [what, from, to, complaint] of [
  ['no code', 'code: PIG9999\n', '', /no `code`/],
  ['a wrong code', 'PIG9999', 'PIG99', /four digits/],
  ['an unknown severity', 'severity: error', 'severity: fatal', /severity `fatal`/],
  ['an unknown key', 'severity:', 'serverity:', /`serverity` is not one of/],
  ['a file name of another slug', 'slug: some-slug', 'slug: other-slug', /must be named PIG9999-other-slug\.md/],
  ['a stray brace', '{place}', '{place', /brace/],
  ['no advice', 'How to fix: do', 'Do', /How to fix/],
  ['no bad example', 'yaml bad', 'yaml', /exactly one block ```yaml bad/],
  ['no good example', 'yaml good', 'yaml', /exactly one block ```yaml good/],
] as const) {
  test(`a page with ${what} is refused by name`, () => {
    try {
      parsePage(PATH, GOOD.replace(from, to));
    } catch (error) {
      assert.match((error as Error).message, complaint);
      assert.ok((error as Error).message.startsWith(PATH));
      return;
    }
    assert.unreachable('accepted');
  });
}

test('every page of the package is well formed and unique', () => {
  assert.ok(readPages('.').length >= 3);
});

test('the catalog types the arguments of each message', () => {
  const text = catalogText([parsePage(PATH, GOOD)]);
  assert.match(text, /'some-slug': \{ readonly name: string \| number; readonly place: string \| number \};/);
});

test('a placeholder with several texts names each of them', () => {
  const named = GOOD.replace(
    'invariants:',
    "place.here: 'this ''place'' of {host}'\nplace.there: that place\ninvariants:",
  );
  assert.equal(parsePage(PATH, named).variants, {
    place: { here: "this 'place' of {host}", there: 'that place' },
  });
  assert.throws(
    () => parsePage(PATH, GOOD.replace('invariants:', 'reason.gone: it is gone\ninvariants:')),
    /no `{reason}`/,
  );
  assert.throws(() => parsePage(PATH, named.replace('{host}', '{host')), /brace/);
});

test('a text of a placeholder has arguments and texts of its own', () => {
  const texts = "place.here: here\nplace.near: 'near {what}'\nwhat.house: 'house {number}'\nwhat.tree: a tree\n";
  const text = catalogText([parsePage(PATH, GOOD.replace('invariants:', `${texts}invariants:`))]);
  const [name, number] = ['name', 'number'].map((one) => `readonly ${one}: string | number`);
  const what = `({ readonly what: 'house'; ${number} } | { readonly what: 'tree' })`;
  const place = `({ readonly place: 'here' } | { readonly place: 'near' } & ${what})`;
  assert.ok(text.includes(`readonly 'some-slug': { ${name} } & ${place};`), text);
});

/** Messages whose text still is at the places that report them, or comes from a program. None may be added. */
const FREE = [
  'unreadable-file',
  'cannot-write',
  'asset-refused',
  'bad-host-range',
  'jinja-syntax',
  'jinja-unsupported',
  'jinja-failed',
  'expression-too-large',
  'selector-failed',
  'connection-left-out',
  'setting-no-effect',
  'port-conflict',
  'unrepresentable-value',
  'unsafe-path',
  'cmdb-address',
  'cmdb-unreachable',
  'cmdb-login',
  'cmdb-no-schema',
  'cmdb-no-right',
  'cmdb-failed',
  'cmdb-not-held',
];

test('texts of messages stand in their pages', () => {
  const free = readPages('.').filter(({ message, variants }) =>
    placeholders(message).some((name) => ['problem', 'what', 'reason'].includes(name) && variants[name] === undefined),
  );
  assert.equal(
    free.map(({ slug }) => slug),
    FREE,
  );
});

test.run();
