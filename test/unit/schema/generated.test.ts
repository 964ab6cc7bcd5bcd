/** Generated files are what their sources say; `npm run gen` writes them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generate } from '../../../compiler/codegen/main.ts';
import { packageRoot } from '../../../compiler/package/package-files.ts';

test('what is committed is what `npm run gen` writes', async () => {
  assert.equal(await generate(packageRoot(), true), { drifted: [], problems: [] });
});

test.run();
