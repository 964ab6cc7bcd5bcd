import { createRequire } from 'node:module';

/** Loading the module takes longer than reading an inventory, and only large builds start a thread. */
function threads(): typeof import('node:worker_threads') {
  return createRequire(import.meta.url)('node:worker_threads') as typeof import('node:worker_threads');
}

/** Makes many new directories and files, in order. What went wrong shows at the latest in `finish`. */
export interface BulkWriter {
  /** Its parent is there. */
  mkdir(path: string, mode?: number): void;
  write(path: string, text: string, mode: number): void;
  /** Returns when everything is on disk; throws the error of the first operation that failed. */
  finish(): void;
}

type Operation = readonly [path: string, mode: number | undefined, text: string | undefined];

interface Failure {
  readonly path: string;
  readonly code: string;
}

/** Starting a thread costs more than this many files. */
const WORTH_A_THREAD = 1000;
const BATCH = 100;
/** Batches on their way: bounds memory when the disk is slower than the compiler. */
const MOST_WAITING = 16;

/** Does operations at once until they are many; then a second thread does them while this one goes on compiling. */
export class ThreadedBulkWriter implements BulkWriter {
  #count = 0;
  #batch: Operation[] = [];
  #thread: Thread | undefined;

  readonly #now: BulkWriter;
  readonly #fail: (failure: Failure) => Error;

  /** @param now does one operation in this thread; throws what the host throws */
  constructor(now: BulkWriter, fail: (failure: Failure) => Error) {
    this.#now = now;
    this.#fail = fail;
  }

  mkdir(path: string, mode?: number): void {
    this.#add([path, mode, undefined]);
  }

  write(path: string, text: string, mode: number): void {
    this.#add([path, mode, text]);
  }

  finish(): void {
    if (this.#thread === undefined) return this.#doRest();
    this.#send();
    this.#thread.drain(0);
    const failure = this.#thread.close();
    this.#thread = undefined;
    if (failure !== undefined) throw this.#fail(failure);
  }

  #add(operation: Operation): void {
    if (this.#count++ < WORTH_A_THREAD) return this.#do(operation);
    this.#batch.push(operation);
    if (this.#batch.length >= BATCH) this.#send();
  }

  /** What waits for a thread that never was needed. */
  #doRest(): void {
    const rest = this.#batch;
    this.#batch = [];
    for (const operation of rest) this.#do(operation);
  }

  #do([path, mode, text]: Operation): void {
    if (text === undefined) this.#now.mkdir(path, mode);
    else this.#now.write(path, text, mode!);
  }

  #send(): void {
    if (this.#batch.length === 0) return;
    this.#thread ??= new Thread();
    this.#thread.drain(MOST_WAITING);
    this.#thread.post(this.#batch);
    this.#batch = [];
  }
}

/** The other thread. Progress is a counter in shared memory, because this thread never returns to its event loop in between. */
class Thread {
  readonly #done = new Int32Array(new SharedArrayBuffer(4));
  readonly #channel = new (threads().MessageChannel)();
  readonly #worker: InstanceType<typeof import('node:worker_threads').Worker>;
  #sent = 0;

  constructor() {
    this.#worker = new (threads().Worker)(PROGRAM, {
      eval: true,
      workerData: { done: this.#done, failures: this.#channel.port2 },
      transferList: [this.#channel.port2],
    });
    this.#worker.unref();
  }

  post(batch: readonly Operation[]): void {
    this.#sent++;
    this.#worker.postMessage(batch);
  }

  /** Waits until at most `most` batches are under way. */
  drain(most: number): void {
    for (let done = Atomics.load(this.#done, 0); this.#sent - done > most; done = Atomics.load(this.#done, 0))
      Atomics.wait(this.#done, 0, done);
  }

  close(): Failure | undefined {
    const failure = threads().receiveMessageOnPort(this.#channel.port1)?.message as Failure | undefined;
    this.#channel.port1.close();
    void this.#worker.terminate();
    return failure;
  }
}

/** Plain JavaScript, so that it runs the same from the bundle and from the sources. After a failure nothing more is done. */
const PROGRAM = `
const { parentPort, workerData: { done, failures } } = require('node:worker_threads');
const fs = require('node:fs');
let failed = false;
function perform([path, mode, text]) {
  if (text === undefined) return makeDirectory(path, mode);
  const file = fs.openSync(path, 'w', 0o600);
  try {
    fs.fchmodSync(file, mode);
    fs.writeFileSync(file, text);
  } finally {
    fs.closeSync(file);
  }
}
function makeDirectory(path, mode) {
  try {
    fs.mkdirSync(path, { mode });
  } catch (error) {
    if (error.code !== 'EEXIST' || !fs.statSync(path).isDirectory()) throw error;
  }
}
parentPort.on('message', (batch) => {
  for (const operation of failed ? [] : batch) {
    try {
      perform(operation);
    } catch (error) {
      failed = true;
      failures.postMessage({ path: operation[0], code: error.code ?? String(error) });
      break;
    }
  }
  Atomics.add(done, 0, 1);
  Atomics.notify(done, 0);
});
`;
