/** Threads that render and stage hosts beside the main one. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { MessagePort, Worker } from 'node:worker_threads';
import { claim, SHARED, SIDE, type Said, type SideData, type SideTask } from './side-task.ts';

/** A thread reads the inventory first: for fewer hosts that is not worth it. */
const WORTH_A_THREAD = 40;
/** Below that many hosts a thread, more threads gain nothing. */
const HOSTS_PER_THREAD = 25;
/** A thread that says nothing for so long, in milliseconds, has died. */
const LONGEST_SILENCE = 300_000;

/** How many threads render beside the main one. */
export function sideThreads(hosts: number, threads: number): number {
  return hosts < WORTH_A_THREAD ? 0 : Math.max(0, Math.min(threads - 1, Math.floor(hosts / HOSTS_PER_THREAD)));
}

/** Processors that this process may use. */
export function processors(): number {
  return (createRequire(import.meta.url)('node:os') as typeof import('node:os')).availableParallelism();
}

export class SideThreads {
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  readonly #groups: number;
  readonly #ports: MessagePort[] = [];
  readonly #workers: Worker[] = [];
  #running: number;

  constructor(task: SideTask, threads: number) {
    this.#groups = task.groups.length;
    this.#running = threads;
    const { MessageChannel, Worker } = workerThreads();
    for (let thread = 1; thread <= threads; thread++) {
      const { port1, port2 } = new MessageChannel();
      const workerData: SideData = { task, thread, shared: this.#shared, port: port2 };
      const worker = new Worker(PROGRAM, { eval: true, workerData, transferList: [port2] });
      // Whatever it dies of, it is missed when it says nothing any more.
      worker.on('error', () => undefined);
      worker.unref();
      this.#ports.push(port1);
      this.#workers.push(worker);
    }
  }

  /** Index of the next group, for the main thread; undefined when all are begun. */
  claim(): number | undefined {
    const at = claim(this.#shared);
    return at < this.#groups ? at : undefined;
  }

  /** What has been said since the last time. */
  *said(): Generator<Exclude<Said, { readonly ended: true }>> {
    const { receiveMessageOnPort } = workerThreads();
    for (const port of this.#ports)
      for (let word = receiveMessageOnPort(port); word !== undefined; word = receiveMessageOnPort(port)) {
        const said = word.message as Said;
        if ('ended' in said) this.#running--;
        else yield said;
      }
  }

  /** What is said until all have ended. */
  *rest(): Generator<Exclude<Said, { readonly ended: true }>> {
    for (;;) {
      const before = Atomics.load(this.#shared, SHARED.said);
      yield* this.said();
      if (this.#running === 0) return;
      if (Atomics.wait(this.#shared, SHARED.said, before, LONGEST_SILENCE) === 'timed-out')
        throw new Error('a thread that renders hosts does not answer');
    }
  }

  /** They begin nothing more. Returns when they have ended. */
  close(): void {
    Atomics.store(this.#shared, SHARED.next, this.#groups);
    for (const _ of this.rest());
    for (const port of this.#ports) port.close();
    for (const worker of this.#workers) void worker.terminate();
  }
}

function workerThreads(): typeof import('node:worker_threads') {
  return createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads');
}

/** The file that starts a built program; undefined where it is none that a thread could run. */
export function launcherOf(program: string): string | undefined {
  return program.endsWith('.js') ? join(dirname(program), 'pigstyc.cjs') : undefined;
}

const PROGRAM = `
const { workerData } = require('node:worker_threads');
globalThis.${SIDE} = workerData;
require(workerData.task.launcher);
`;
