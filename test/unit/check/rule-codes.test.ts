/** What each rule says that it reports, against what it reports of every inventory of fixtures/err and fixtures/ok. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkOptions } from '../../../compiler/build/check.ts';
import { compileFiles } from '../../../compiler/compile.ts';
import { nodeHost } from '../../../compiler/host/host.ts';
import { CheckContext } from '../../../compiler/phases/5-check/context.ts';
import { RULES } from '../../../compiler/phases/5-check/check.ts';

const contexts = ['fixtures/err', 'fixtures/ok'].flatMap((root) =>
  readdirSync(root).flatMap((name) => contextOf(join(root, name))),
);

/** None for what cannot be read at all. */
function contextOf(dir: string): readonly CheckContext[] {
  const options = existsSync(join(dir, 'options.json'))
    ? (JSON.parse(readFileSync(join(dir, 'options.json'), 'utf8')) as { platform?: string; vaultPasswordFile?: string })
    : {};
  const files = readdirSync(dir)
    .filter((file) => file.endsWith('.yml'))
    .sort()
    .map((file) => join(dir, file));
  const { vaultPasswordFile: password } = options;
  const checked = compileFiles(nodeHost(), {
    files,
    platform: options.platform,
    vaultPasswordFile: password === undefined ? undefined : join(dir, password),
  }).checked();
  return checked.resolved === undefined
    ? []
    : [new CheckContext(checked.resolved, checkOptions(checked, checked.resolved))];
}

test('a code belongs to one rule', () => {
  const codes = RULES.flatMap((rule) => rule.codes);
  assert.equal(
    codes.filter((code, i) => codes.indexOf(code) !== i),
    [],
  );
});

test('a rule reports the codes that it names, and each of them', () => {
  assert.ok(contexts.length > 300);
  for (const rule of RULES) {
    const found = new Set(contexts.flatMap((context) => [...rule.check(context)].map(({ slug }) => slug)));
    assert.equal([...found].sort(), [...rule.codes].sort(), rule.about);
  }
});

test.run();
