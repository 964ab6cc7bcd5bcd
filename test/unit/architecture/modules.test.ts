/** How many files outside of a module's own folders name it. The numbers may only fall: what all modules have is asked of their list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MODULES } from '../../../emitters/modules.ts';

const NAMING: Readonly<Record<string, number>> = { minio: 40, redis: 54, etcd: 60, haproxy: 54 };

const files = ['compiler', 'emitters'].flatMap((directory) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.gen\./.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)),
);

/** Its folder, its rules, its part of the model, and pages of diagnostics. */
function isOwn(module: string, path: string): boolean {
  return (
    path.startsWith(`emitters/${module}/`) ||
    path.startsWith(`compiler/phases/5-check/rules/${module}/`) ||
    path === `compiler/phases/6-model/${module}.ts` ||
    path.startsWith('compiler/diagnostics/messages/')
  );
}

for (const [module, most] of Object.entries(NAMING))
  test(`${module} is named by ${most} files of others, and by no more`, () => {
    assert.ok(MODULES.some(({ name }) => name === module));
    const named = files.filter(
      (path) => !isOwn(module, path) && readFileSync(path, 'utf8').toLowerCase().includes(module),
    );
    assert.is(named.length, most, named.join('\n'));
  });

test('a module is in the list once, and its folder has its name', () => {
  const names = MODULES.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  const folders = readdirSync('emitters', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const modules = folders.map(({ name }) => name).filter((name) => name !== 'host' && name !== 'toolkit');
  assert.equal([...names].sort(), modules.sort());
});

test.run();
