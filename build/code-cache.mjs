/** V8's compiled code of the functions that `check` runs, so that a start does not compile them again. It fits one version of node only. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './bundle.mjs';

/** Writes the cache of the program in dist/. Without it the program only starts more slowly, so a failure here is no error. */
export function writeCodeCache(file) {
  const words = ['check', 'fixtures/ok/reference/pigsty.yml', '--quiet'];
  spawnSync(process.execPath, [join(root, 'dist/pigstyc.cjs'), ...words], {
    cwd: root,
    stdio: 'ignore',
    timeout: 20_000,
    env: { ...process.env, PIGSTYC_WRITE_CODE_CACHE: file },
  });
}
