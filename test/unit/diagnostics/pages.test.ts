/**
 * The examples of pages: the wrong one is reported, the right one is not. Those of checks are in check/pages.test.ts,
 * which asks more of them.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { readPages } from '../../../compiler/codegen/catalog.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { hasErrors } from '../../../compiler/diagnostics/diagnostic.ts';
import type { Code } from '../../../compiler/diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import { readPage } from '../../../compiler/diagnostics/pages.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const pages = readPages('.');

/** Codes that need more than an inventory to show: here, a password that opens nothing. */
const WITH_WRONG_PASSWORD = ['PIG4002'];

/** What `check` reports of the text, for a code of plans and files what a build does; nothing is written. */
async function findings(code: string, text: string): Promise<readonly Diagnostic[]> {
  const { host } = overlay(nodeHost());
  host.writeFile('/nowhere/pigsty.yml', text, 0o644);
  host.writeFile('/nowhere/password', 'not this one\n', 0o600);
  const vaultPasswordFile = WITH_WRONG_PASSWORD.includes(code) ? '/nowhere/password' : undefined;
  const compilation = compileFiles(host, { files: ['/nowhere/pigsty.yml'], vaultPasswordFile });
  const { diagnostics } = compilation.checked();
  if (hasErrors(diagnostics) || code < 'PIG7') return diagnostics;
  return (await compilation.bundled(host, { outDir: '/nowhere/out', version: '0' })).diagnostics;
}

function summary(diagnostics: readonly Diagnostic[]): string {
  return (
    diagnostics.map(({ code, slug, message }) => `${code} ${slug}: ${message}`).join('\n') || 'nothing was reported'
  );
}

for (const { code, slug, bad, good } of pages.filter((page) => !/^PIG(12|5)/.test(page.code))) {
  if (bad.language === 'yaml') {
    test(`${code} ${slug}: the wrong example is reported`, async () => {
      const found = await findings(code, bad.text);
      assert.ok(
        found.some((diagnostic) => diagnostic.code === code),
        summary(found),
      );
    });
  }
  if (good.language === 'yaml') {
    test(`${code} ${slug}: the right example is not`, async () => {
      const found = await findings(code, good.text);
      assert.not.ok(
        found.some((diagnostic) => diagnostic.code === code),
        summary(found),
      );
    });
  }
}

test('explain finds the page of every code', () => {
  for (const { code, body } of pages) assert.is(readPage(code as Code).body, body);
});

test.run();
