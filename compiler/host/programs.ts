/** Programs that the compiler starts, and the terminal it asks on. */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';

/** What a program did. */
export interface Captured {
  /** Undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Loading the module takes longer than reading an inventory, and few runs start a program. */
function processes(): typeof import('node:child_process') {
  return createRequire(import.meta.url)('node:child_process') as typeof import('node:child_process');
}

/** What a program of the operator prints, or how it ended when that was not well. It may ask on the terminal. */
export function printedBy(path: string, args: readonly string[]): string | { readonly ended: string } {
  const program = path.includes('/') ? path : `./${path}`;
  const done = processes().spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'inherit'],
    maxBuffer: Number.MAX_SAFE_INTEGER,
  });
  if (done.error !== undefined) throw done.error;
  return done.status === 0 ? done.stdout : { ended: done.signal ?? `exit code ${done.status}` };
}

/** Runs a program of the system, with what it gets on standard input. */
export function captured(program: string, args: readonly string[], input = ''): Captured {
  const done = processes().spawnSync(program, args, { input, maxBuffer: Number.MAX_SAFE_INTEGER });
  if (done.error !== undefined) throw done.error;
  return { status: done.status ?? undefined, stdout: done.stdout, stderr: done.stderr.toString('utf8') };
}

/** As {@link captured}, while others run. One that takes longer than so many seconds is ended. */
export function capturedAside(
  program: string,
  args: readonly string[],
  input: string,
  seconds: number,
): Promise<Captured> {
  return new Promise((resolve) => {
    const child = processes().spawn(program, args, { stdio: 'pipe', timeout: seconds * 1000 });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part: Buffer) => out.push(part));
    child.stderr.on('data', (part: Buffer) => err.push(part));
    child.once('error', ({ message }) => resolve({ status: 127, stdout: Buffer.alloc(0), stderr: message }));
    child.once('close', (code) =>
      resolve({ status: code ?? undefined, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') }),
    );
    // Whoever ends before it has read all says why.
    child.stdin.on('error', () => undefined).end(input);
  });
}

/** A line from the terminal, which may stop showing what is typed for as long as the line takes. */
export function typed(question: string, isShown: boolean): string {
  const terminal = fs.openSync('/dev/tty', 'r+');
  const echo = (mode: string): void =>
    void processes().spawnSync('stty', [mode], { stdio: [terminal, 'ignore', 'ignore'] });
  if (!isShown) echo('-echo');
  try {
    fs.writeSync(terminal, question);
    const bytes = Buffer.alloc(1024);
    const line = bytes.subarray(0, fs.readSync(terminal, bytes)).toString('utf8');
    if (!isShown) fs.writeSync(terminal, '\n');
    return line;
  } finally {
    if (!isShown) echo('echo');
    fs.closeSync(terminal);
  }
}
