/**
 * The pure unit tests, some processes beside each other and many files in each: what `npm run quick` runs after every edit.
 * Tests that start programs (hosts, commands, servers) are left to `npm test`.
 *
 * usage: tsx test/quick.ts [substring]…
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Directories of test/unit whose tests start programs, and single files that do. */
const STARTS_PROGRAMS = ['bundle', 'cli', 'host', 'lsp', 'mutation', 'robustness', 'secrets'];
const SLOW = ['architecture/package.test.ts', 'schema/codegen.test.ts', 'pki/', 'graph/'];

interface Queue {
  UVU_DEFER?: number;
  UVU_INDEX?: number;
  UVU_QUEUE: unknown[][];
}

function chosen(words: readonly string[]): readonly string[] {
  return readdirSync('test/unit', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => !STARTS_PROGRAMS.includes(file.split('/')[0]!) && !SLOW.some((start) => file.startsWith(start)))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => join('test/unit', file));
}

/** Runs the files in this process; uvu prints what fails and sets the exit code. */
async function runHere(files: readonly string[]): Promise<void> {
  const queue = globalThis as unknown as Queue;
  queue.UVU_DEFER = 1;
  // uvu looks at the flag when it is loaded.
  const { exec } = await import('uvu');
  for (const [index, file] of files.entries()) {
    queue.UVU_QUEUE.push([file]);
    queue.UVU_INDEX = index;
    await import(pathToFileURL(resolve(file)).href);
  }
  await exec(false);
}

/** Runs a share of the files in a process of its own; resolves to its exit code. */
function runBeside(files: readonly string[]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), '--here', ...files], {
      stdio: 'inherit',
    });
    child.on('close', (code) => done(code ?? 1));
  });
}

const words = process.argv.slice(2);
if (words[0] === '--here') await runHere(words.slice(1));
else {
  const files = chosen(words);
  if (files.length === 0) throw new Error('no test file matches');
  const shares = Math.min(availableParallelism(), 4, files.length);
  const codes = await Promise.all(
    Array.from({ length: shares }, (_, share) => runBeside(files.filter((_file, index) => index % shares === share))),
  );
  process.exitCode = Math.max(...codes);
}
