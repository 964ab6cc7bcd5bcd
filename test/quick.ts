/**
 * What `npm run quick` runs after every edit: format and lint, types, and the unit tests, side by side. Unit tests start
 * no program and build no bundles, so many of them share a process (`support/unit-worker.ts`); each process takes the
 * next file as soon as it is done with one. Prints what fails, and how long everything took.
 *
 * usage: tsx test/quick.ts [substring]…   with a substring only the unit tests whose path has it
 */
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FileResult } from './support/unit-worker.ts';

const CHECKS: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['types', ['tsc', '--noEmit']],
  ['format and lint', ['biome', 'check', '--error-on-warnings', '.']],
];

const started = performance.now();
const words = process.argv.slice(2);
const files = unitTests();
if (files.length === 0) throw new Error('no unit test has this in its path');
const checks = words.length === 0 ? CHECKS.map(([name, command]) => runCheck(name, command)) : [];
const [good, results] = await Promise.all([Promise.all(checks), runFiles(files)]);
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${passed} passed, ${failed} failed (${((performance.now() - started) / 1000).toFixed(1)} s)`);
process.exitCode = failed > 0 || good.includes(false) ? 1 : 0;

/** The largest first, so that none of them is begun at the end. */
function unitTests(): readonly string[] {
  return readdirSync('test/unit', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .map((file) => join('test/unit', file))
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

/** True when the program is content; prints what it says when it is not. */
function runCheck(name: string, [program, ...args]: readonly string[]): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(join('node_modules/.bin', program!), args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => {
      if (code !== 0) console.log(`FAIL ${name}\n${output}`);
      done(code === 0);
    });
  });
}

async function runFiles(waiting: readonly string[]): Promise<readonly FileResult[]> {
  const queue = [...waiting];
  const workers = Math.min(availableParallelism(), 4, queue.length);
  const results: FileResult[] = [];
  await Promise.all(Array.from({ length: workers }, () => runWorker(queue, results)));
  return results;
}

/** One process that runs files until none is left. If it dies, the file that it ran has failed. */
function runWorker(queue: string[], results: FileResult[]): Promise<void> {
  return new Promise((done) => {
    const worker = spawn(process.execPath, ['--import', 'tsx', 'test/support/unit-worker.ts'], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let current: string | undefined;
    const next = (): void => {
      current = queue.shift();
      if (current === undefined) worker.disconnect();
      else worker.send(current);
    };
    const take = (result: FileResult): void => {
      results.push(result);
      if (result.failed > 0) console.log(`FAIL ${result.file}\n${result.output}`);
    };
    worker.on('message', (result: FileResult) => {
      take(result);
      next();
    });
    worker.on('exit', (code) => {
      if (current !== undefined) take({ file: current, passed: 0, failed: 1, output: `the process ended: ${code}` });
      done();
    });
    next();
  });
}
