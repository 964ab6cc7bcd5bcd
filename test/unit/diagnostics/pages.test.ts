import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildBundle } from '../../../compiler/build/build.ts';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { readPages } from '../../../compiler/codegen/catalog.ts';
import { checkFiles } from '../../../compiler/compile.ts';
import { hasErrors } from '../../../compiler/diagnostics/diagnostic.ts';
import type { Code } from '../../../compiler/diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../../compiler/diagnostics/diagnostic.ts';
import { readPage } from '../../../compiler/diagnostics/pages.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

const pages = readPages('.');

/** Codes that need more than an inventory to show: here, a password that opens nothing. */
const WITH_WRONG_PASSWORD = ['PIG4002'];

/** Everything a build of the text would report; nothing is written. */
function findings(code: string, text: string): readonly Diagnostic[] {
  const { host } = overlay(nodeHost());
  host.writeFile('/nowhere/pigsty.yml', text, 0o644);
  host.writeFile('/nowhere/password', 'not this one\n', 0o600);
  const vaultPasswordFile = WITH_WRONG_PASSWORD.includes(code) ? '/nowhere/password' : undefined;
  const checked = checkFiles(host, { files: ['/nowhere/pigsty.yml'], vaultPasswordFile });
  if (hasErrors(checked.diagnostics)) return checked.diagnostics;
  return buildBundle(host, checked, { outDir: '/nowhere/out', version: '0' }).diagnostics;
}

function summary(diagnostics: readonly Diagnostic[]): string {
  return (
    diagnostics.map(({ code, slug, message }) => `${code} ${slug}: ${message}`).join('\n') || 'nothing was reported'
  );
}

for (const { code, slug, bad, good } of pages) {
  if (bad.language === 'yaml') {
    test(`${code} ${slug}: the wrong example is reported`, () => {
      const found = findings(code, bad.text);
      assert.ok(
        found.some((diagnostic) => diagnostic.code === code),
        summary(found),
      );
    });
  }
  if (good.language === 'yaml') {
    test(`${code} ${slug}: the right example is not`, () => {
      const found = findings(code, good.text);
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
