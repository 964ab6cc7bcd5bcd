import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newCheck } from '../../../compiler/codegen/new.ts';
import { parsePage } from '../../../compiler/diagnostics/page.ts';

test('a new check brings page, rule, fixture and its entry in the list', () => {
  const files = newCheck('.', 'hba', 'rule-without-title');
  const [page, rule, fixture, list] = files;
  assert.match(page!.path, /^compiler\/diagnostics\/messages\/PIG\d{4}-rule-without-title\.md$/);
  assert.is(parsePage(page!.path, page!.text).slug, 'rule-without-title');
  assert.is(rule!.path, 'compiler/phases/5-check/rules/hba/rule-without-title.ts');
  assert.match(rule!.text, 'export const ruleWithoutTitle: Rule');
  assert.is(fixture!.path, 'fixtures/err/rule-without-title/pigsty.yml');
  assert.match(list!.text, "import { ruleWithoutTitle } from './rules/hba/rule-without-title.ts';\n");
  assert.match(list!.text, /^ {2}ruleWithoutTitle,$/m);
});

test('names that are taken or no names, and modules that do not exist, are refused', () => {
  assert.throws(() => newCheck('.', 'hba', 'setting-minor'), /exists/);
  assert.throws(() => newCheck('.', 'hba', 'Bad Name'), /small letters/);
  assert.throws(() => newCheck('.', 'kernel9', 'some-check'), /no module/);
});

test('two new checks in a row have codes of their own', () => {
  const root = mkdtempSync(join(tmpdir(), 'pigstyc-new-'));
  try {
    const phase = 'compiler/phases/5-check';
    const pages = readdirSync('compiler/diagnostics/messages').filter((name) => name.startsWith('PIG59'));
    for (const part of [
      ...pages.map((name) => `compiler/diagnostics/messages/${name}`),
      `${phase}/check.ts`,
      `${phase}/rules/minio`,
    ])
      cpSync(part, join(root, part), { recursive: true });
    const codes = ['first-check', 'second-check'].map((slug) => {
      const files = newCheck(root, 'minio', slug);
      for (const { path, text } of files) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      return /PIG\d+/.exec(files[0]!.path)![0];
    });
    assert.is.not(codes[0], codes[1]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.run();
