/** Tests with the program a file is written for. Without it a test is skipped, and says so. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Test } from 'uvu';
import type { FileStep, Step } from '../../../emitters/api.ts';
import { PLAIN } from '../../unit/pgsql/site.ts';

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Programs of the machine: npm's own directories come first in PATH and hold a shellcheck that would download itself. */
const PATH = [
  ...(process.env['PATH'] ?? '').split(':').filter((dir) => !dir.includes('node_modules')),
  '/usr/sbin',
  '/sbin',
].join(':');

/** Runs a program for at most `seconds`; code is null when it had to be stopped. */
export function run(
  command: readonly string[],
  options: { readonly seconds?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Outcome {
  const [program, ...args] = command;
  const done = spawnSync(program!, args, {
    encoding: 'utf8',
    timeout: (options.seconds ?? 20) * 1000,
    killSignal: 'SIGKILL',
    env: { ...process.env, PATH, LC_ALL: 'C', ...options.env },
  });
  return { code: done.status, output: `${done.stdout}${done.stderr}` };
}

/** The same beside others: many checkers only wait to see whether a daemon stays up. */
export function runBeside(command: readonly string[], seconds: number): Promise<Outcome> {
  const [program, ...args] = command;
  return new Promise((resolve) => {
    execFile(
      program!,
      args,
      {
        encoding: 'utf8',
        timeout: seconds * 1000,
        killSignal: 'SIGKILL',
        maxBuffer: 1 << 26,
        env: { ...process.env, PATH, LC_ALL: 'C' },
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, output: `${stdout}${stderr}` });
      },
    );
  });
}

/** Standard output of a program that must succeed and print no error, as it is. */
export function output(command: readonly string[], env: NodeJS.ProcessEnv = {}): Buffer {
  const [program, ...args] = command;
  const done = spawnSync(program!, args, {
    timeout: 120_000,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 28,
    env: { ...process.env, PATH, LC_ALL: 'C', ...env },
  });
  assert.is(`${done.status} ${done.stderr.toString('utf8').slice(0, 2000)}`, '0 ', command.join(' ').slice(0, 200));
  return done.stdout;
}

/** Registers a test that needs programs. */
export function nativeTest(
  test: Test,
  programs: readonly string[],
  name: string,
  body: (scratch: string) => void | Promise<void>,
): void {
  const missing = programs.filter((program) => run(['sh', '-c', 'command -v "$1"', 'sh', program]).code !== 0);
  if (missing.length > 0) {
    console.log(`skip: ${name}: no ${missing.join(', ')}`);
    return;
  }
  test(name, async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'pigstyc-native-'));
    try {
      await body(scratch);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
}

/** The one file step for a path. */
export function fileOf(steps: readonly Step[], path: string): FileStep {
  const found = steps.filter((step): step is FileStep => step.kind === 'file' && step.path === path);
  assert.is(
    found.length,
    1,
    `${found.length} steps write ${path}; files: ${steps.flatMap((step) => (step.kind === 'file' ? [step.path] : [])).join(' ')}`,
  );
  return found[0]!;
}

/** Writes the real text of a file below a scratch directory, with some paths in it replaced. */
export function place(step: FileStep, target: string, replace: Readonly<Record<string, string>> = {}): string {
  let text = step.render(PLAIN);
  for (const [from, to] of Object.entries(replace)) text = text.replaceAll(from, to);
  writeFileSync(target, text, { mode: step.mode });
  return target;
}
