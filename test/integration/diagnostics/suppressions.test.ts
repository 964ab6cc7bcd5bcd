/** Each warning of each page, with a comment that allows it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { overlay } from '../../../compiler/review/diff/overlay-host.ts';
import { readPages } from '../../../compiler/codegen/catalog.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import type { Checked } from '../../../compiler/phases/5-check/checked.ts';
import { nodeHost } from '../../../compiler/host/host.ts';

function check(text: string): Checked {
  const { host } = overlay(nodeHost());
  host.writeFile('/nowhere/0.yml', text, 0o644);
  return compileFiles(host, { files: ['/nowhere/0.yml'] }).checked();
}

test('every warning and hint that a page shows can be allowed on its line and on the line above', () => {
  let tried = 0;
  for (const { code, slug, severity, bad } of readPages('.')) {
    if (severity === 'error' || bad.language !== 'yaml' || slug.startsWith('suppression-')) continue;
    const [found] = check(bad.text).diagnostics.filter((diagnostic) => diagnostic.code === code);
    if (found === undefined) continue;
    const { file, start } = found.span!;
    const { line } = file.position(start);
    const lines = bad.text.trimEnd().split('\n');
    // In the middle of a text block no comment can stand.
    if (/[|>][+-]?$/.test(lines[line - 1]!)) continue;
    const behind = lines.with(line - 1, `${lines[line - 1]!} # pigstyc: allow ${code} shown`).join('\n');
    const above = lines.toSpliced(line - 1, 0, `# pigstyc: allow ${slug} shown`).join('\n');
    for (const text of [behind, above]) {
      const after = check(text);
      const on = text === behind ? line : line + 1;
      assert.not(
        after.diagnostics.some(
          (d) =>
            (d.code === code && d.span!.file.position(d.span!.start).line === on) || d.slug.startsWith('suppression-'),
        ),
        `${code}\n${text}`,
      );
      assert.ok(
        after.allowed.some((d) => d.code === code && d.allowed === 'shown'),
        code,
      );
    }
    tried++;
  }
  assert.ok(tried > 80, String(tried));
});

test.run();
