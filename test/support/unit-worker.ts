/** Runs test files that its parent names, one after the other in this process, and answers with what came of each. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a test file came to; the output is what its tests and uvu have printed. */
export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly output: string;
}

/** Where uvu keeps the suites of the files that were imported: a name and a function for each `.run()`. */
interface Queue {
  UVU_DEFER?: number;
  UVU_INDEX?: number;
  UVU_QUEUE: unknown[][];
}

const queue = globalThis as unknown as Queue;
// uvu looks at the flag when it is loaded: suites run when they are told to.
queue.UVU_DEFER = 1;
const { exec } = await import('uvu');

async function runFile(file: string): Promise<void> {
  queue.UVU_QUEUE = [[null]];
  queue.UVU_INDEX = 0;
  await import(pathToFileURL(resolve(file)).href);
  await exec(false);
}

/** Runs it and keeps what is written to standard output meanwhile. */
async function outputOf(run: () => Promise<void>): Promise<string> {
  let output = '';
  const { write } = process.stdout;
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    output += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  try {
    await run();
  } catch (error) {
    output += `${error instanceof Error ? error.stack : String(error)}\n`;
    process.exitCode = 1;
  } finally {
    process.stdout.write = write;
  }
  return output;
}

function count(output: string, word: string): number {
  return Number(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'm').exec(output.replace(/\u001b\[[0-9;]*m/g, ''))?.[1] ?? 0);
}

/** Nothing ran where `.run()` is missing. */
async function judged(file: string): Promise<FileResult> {
  process.exitCode = 0;
  const output = await outputOf(() => runFile(file));
  const [total, passed] = [count(output, 'Total'), count(output, 'Passed')];
  const isBad = process.exitCode !== 0 || total === 0;
  return { file, passed, failed: Math.max(total - passed, isBad ? 1 : 0), output };
}

let last = Promise.resolve();
process.on('message', (file: string) => {
  last = last.then(async () => void process.send!(await judged(file)));
});
