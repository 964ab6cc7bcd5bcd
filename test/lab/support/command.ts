/** Runs one command with a time limit; its exit code is a result, not an exception. */
import { spawn } from 'node:child_process';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

export interface Options {
  readonly seconds?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly input?: string | undefined;
}

export function run(command: string, args: readonly string[], options: Options = {}): Promise<Outcome> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    let out = '';
    let err = '';
    let late = false;
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const limit = options.seconds ?? 60;
    const timer = setTimeout(() => {
      late = true;
      // The whole group: what nsenter has started must not go on alone.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, limit * 1000);
    child.on('error', (error) => resolve({ code: 127, out, err: String(error), seconds: 0 }));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? 137), out, err: late ? `${err}\nno end after ${limit} s` : err, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** Like {@link run}; anything but exit code 0 is an error that shows what was said. */
export async function must(command: string, args: readonly string[], options: Options = {}): Promise<Outcome> {
  const outcome = await run(command, args, options);
  if (outcome.code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${outcome.code}\n${tail(outcome.out)}\n${tail(outcome.err)}`);
  return outcome;
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-40).join('\n');
}

export const sleep = (seconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, seconds * 1000));

/** Repeats a check until it gives something; how long that took is part of what the lab reports. */
export async function until<T>(what: string, limit: number, check: () => Promise<T | undefined | false>): Promise<T> {
  const started = performance.now();
  let last = '';
  while (performance.now() - started < limit * 1000) {
    try {
      const found = await check();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = String(error);
    }
    await sleep(0.2);
  }
  throw new Error(`not true after ${limit} s: ${what}${last === '' ? '' : `\n${last}`}`);
}
