/**
 * Bundles compiler/cli/main.ts into dist/:
 *   pigstyc.cjs            the program; starts the bundle, with V8's code cache when it fits
 *   pigstyc-<id>.js        the bundle: every module, each evaluated when it is first needed
 *   pigstyc-<id>.archive   schemas, templates, scripts and pages that it reads
 *   pigstyc-<id>.cache     compiled code of the functions that `check` runs, made by this node version
 * The id is a hash of bundle and archive, so that none of them ever meets another build.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveOf } from './build/archive.mjs';
import { programCode, root } from './build/bundle.mjs';
import { writeCodeCache } from './build/code-cache.mjs';
import { fileLauncher } from './build/launchers.mjs';

const dist = join(root, 'dist');
const code = await programCode();
const archive = archiveOf(root);
const id = createHash('sha256').update(code).update(archive).digest('hex').slice(0, 12);

/** A program that starts meanwhile finds a file whole, be it the new one or the one before. */
function place(name, write) {
  const file = join(dist, name);
  write(`${file}.new`);
  if (existsSync(`${file}.new`)) renameSync(`${file}.new`, file);
}

mkdirSync(dist, { recursive: true });
place(`pigstyc-${id}.js`, (file) => writeFileSync(file, code));
place(`pigstyc-${id}.archive`, (file) => writeFileSync(file, archive));
place('pigstyc.cjs', (file) => writeFileSync(file, fileLauncher(id), { mode: 0o755 }));
place(`pigstyc-${id}.cache`, writeCodeCache);
for (const name of readdirSync(dist))
  if (/^pigstyc-[0-9a-f]+\.(js|cache|archive)/.test(name) && !name.startsWith(`pigstyc-${id}.`))
    rmSync(join(dist, name));
