/** Whatever is typed, the server answers: every edit gets findings, every question an answer, and there is no bug in the log. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Client, uriOf } from './client.ts';

const DOC = '/somewhere/pigsty.yml';
const INVENTORY = readFileSync('fixtures/ok/reference/pigsty.yml', 'utf8');
const PIECES = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  ':',
  '- ',
  '\n',
  '\n  ',
  '\n      ',
  '\t',
  '\r',
  '"',
  "'",
  '|',
  '&a ',
  '*a',
  '<<: *a',
  '!vault x',
  '#',
  ',',
  '${',
  '${admin_ip}',
  '{{ x }}',
  'all:',
  'vars:',
  'hosts:',
  'pg_users',
  'name',
  '10.10.10.[1:9999999]',
  '😀',
  '\ud83d',
  '\ufeff',
  '\0',
  '%',
  '---\n',
  'null',
  '~',
  '1e999',
  ' ',
];
const QUESTIONS = [
  'textDocument/hover',
  'textDocument/completion',
  'textDocument/definition',
  'textDocument/references',
  'textDocument/documentSymbol',
  'textDocument/codeAction',
];

const place = fc.double({ min: 0, max: 1, noNaN: true });
const edit = fc.record({
  at: place,
  removed: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(400)),
  text: fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }).map((parts) => parts.join('')),
  question: fc.constantFrom(...QUESTIONS),
  where: place,
});

let editor: Client;
const test = suite('lsp robustness');
test.before(async () => {
  editor = await Client.start();
  editor.open(DOC, INVENTORY);
});
test.after(() => editor.kill());

test('random edits and questions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 10 }), async (edits) => {
      editor.set(DOC, INVENTORY);
      for (const { at, removed, text, question, where } of edits) {
        const length = editor.text(DOC).length;
        const start = Math.floor(at * length);
        editor.replace(DOC, start, Math.min(length, start + removed), text);
        const position = editor.positionAt(DOC, Math.floor(where * editor.text(DOC).length));
        const range = { start: position, end: position };
        // An error would reject.
        await editor.request(question, {
          textDocument: { uri: uriOf(DOC) },
          position,
          range,
          context: { diagnostics: [], includeDeclaration: true },
        });
      }
      await editor.diagnostics(DOC);
      assert.equal(editor.logged, []);
    }),
    { numRuns: 60 },
  );
});

test('a good text is found good afterwards, and the server says goodbye as usual', async () => {
  editor.set(DOC, INVENTORY);
  assert.equal(
    (await editor.diagnostics(DOC)).filter(({ severity }) => severity === 1),
    [],
  );
  assert.is(await editor.stop(), 0);
});

test.run();
