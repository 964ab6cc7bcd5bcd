/** What the program reads at run time ships with the package: an installed pigstyc compiles what a clone compiles. */
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filesBelow } from '../../support/golden.ts';

test('templates, scripts, pages, schemas and platform data are packed', () => {
  const packed = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  assert.is(packed.status, 0, packed.stderr);
  const [{ files }] = JSON.parse(packed.stdout) as [{ files: readonly { path: string }[] }];
  const has = new Set(files.map(({ path }) => path));
  const read = [
    ...filesBelow('emitters')
      .filter((path) => !path.endsWith('.ts'))
      .map((path) => `emitters/${path}`),
    ...filesBelow('compiler')
      .filter((path) => !path.endsWith('.ts') && !/\.gen\.(js|d\.ts)$/.test(path))
      .map((path) => `compiler/${path}`),
    ...filesBelow('schemas').map((path) => `schemas/${path}`),
  ];
  assert.ok(read.length > 300);
  assert.equal(
    read.filter((path) => !has.has(path)),
    [],
  );
});

test.run();
