import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generate } from '../../../compiler/codegen/main.ts';
import { packageRoot } from '../../../compiler/package/package-files.ts';

const generated = [
  'compiler/model/params.gen.ts',
  'compiler/schema/parameter-names.gen.ts',
  'compiler/schema/table.gen.ts',
  'docs/parameters.md',
  'docs/json.md',
  'schemas/pigsty.schema.json',
  'compiler/schema/validators.gen.js',
  'compiler/schema/validators.gen.d.ts',
  'docs/pigstyc.1',
];

/** A copy of what the schema generators read. */
async function withCopy(run: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'codegen-'));
  try {
    cpSync(join(packageRoot(), 'schemas'), join(root, 'schemas'), { recursive: true });
    rmSync(join(root, 'schemas/pigsty.schema.json'));
    await run(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('--check writes nothing; writing makes it clean; a changed file is named', async () => {
  await withCopy(async (root) => {
    assert.equal((await generate(root, true)).drifted, generated);
    assert.not.ok(existsSync(join(root, generated[0]!)));
    assert.equal((await generate(root, false)).drifted, generated);
    assert.equal((await generate(root, true)).drifted, []);
    for (const path of generated)
      assert.is(readFileSync(join(root, path), 'utf8'), readFileSync(join(packageRoot(), path), 'utf8'), path);
    writeFileSync(join(root, 'docs/parameters.md'), 'edited');
    assert.equal((await generate(root, true)).drifted, ['docs/parameters.md']);
  });
});

test('generators that cannot run are problems and stop no other', async () => {
  await withCopy(async (root) => {
    const { problems } = await generate(root, true);
    assert.equal(
      problems.map((problem) => problem.split(':')[0]),
      ['catalog', 'rules'],
    );
  });
});

test.run();
