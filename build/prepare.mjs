/**
 * What npm runs in a clone, before it packs it for whoever depends on the repository. With `npm install -g git+…`, as pre-commit does it, npm
 * hands its `-g` on to the installation in the clone, which then lacks what builds.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = ['ci', '--ignore-scripts', '--include=dev', '--no-global', '--no-audit', '--no-fund', '--silent'];

if (!existsSync(`${root}node_modules/esbuild`)) {
  const { status } = spawnSync('npm', words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(1);
}
await import('../build.mjs');
