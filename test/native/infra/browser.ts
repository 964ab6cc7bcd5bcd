/** Chromium, spoken to through a pair of pipes in the protocol of its developer tools. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What came of a click: the document that arrived last, or a file to save. */
export interface Arrival {
  readonly status: number;
  readonly url: string;
  readonly text: string;
}

/** No page of a test takes longer. */
const PATIENCE = 20_000;

/** A browser with one page. */
export class Browser {
  /** What the page complains about in its console. */
  readonly complaints: string[] = [];

  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #session: string | undefined;
  #count = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop()!;
      for (const part of parts) this.#receive(JSON.parse(part) as Message);
    });
  }

  /**
   * Starts it with a profile of its own; `rules` say where names lead, as `--host-resolver-rules` has it. `entry` are words before its
   * name: a program that runs it somewhere else.
   */
  static async start(profile: string, rules: string, entry: readonly string[] = []): Promise<Browser> {
    const words = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
    const own = [`--user-data-dir=${profile}`, `--host-resolver-rules=${rules}`, '--ignore-certificate-errors'];
    const [program, ...rest] = [...entry, 'chromium', ...words, ...own, '--remote-debugging-pipe', 'about:blank'];
    const child = spawn(program!, rest, {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    const browser = new Browser(child);
    const { targetId } = await browser.call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.call('Target.attachToTarget', { targetId, flatten: true });
    browser.#session = String(sessionId);
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await browser.call(`${domain}.enable`);
    await browser.call('Page.setDownloadBehavior', { behavior: 'deny' });
    return browser;
  }

  async call(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#count;
    const answer = new Promise<Message>((done) => this.#answers.set(id, done));
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const { result, error } = await inTime(answer, method);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as Readonly<Record<string, unknown>>;
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const done = await this.call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (done['exceptionDetails'] !== undefined) throw new Error(`${expression}: ${JSON.stringify(done)}`);
    return (done['result'] as { readonly value: T }).value;
  }

  /** Width of the screen in points of a style sheet, and whether the reader prefers it dark. */
  async look(width: number, dark: boolean): Promise<void> {
    const mobile = width < 600;
    await this.call('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile });
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
    await this.call('Emulation.setEmulatedMedia', { features });
  }

  goto(url: string): Promise<Arrival> {
    return this.#arrive(() => this.call('Page.navigate', { url }));
  }

  /** Clicks an element of the page and waits for where it leads. */
  click(selector: string): Promise<Arrival> {
    return this.#arrive(() => this.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`));
  }

  async close(): Promise<void> {
    const gone = new Promise((done) => this.#child.once('exit', done));
    this.#session = undefined;
    this.call('Browser.close').catch(() => undefined);
    await inTime(gone, 'exit').catch(() => this.#child.kill('SIGKILL'));
  }

  async #arrive(leave: () => Promise<unknown>): Promise<Arrival> {
    let last = { status: 0, url: '' };
    let saved = false;
    const there = new Promise<void>((done) => {
      const listener = ({ method, params }: Message): void => {
        const { type, response } = (params ?? {}) as { type?: string; response?: { status: number; url: string } };
        if (method === 'Network.responseReceived' && type === 'Document') last = response!;
        if (method === 'Page.downloadWillBegin') {
          saved = true;
          last = { status: last.status, url: String(params!['url']) };
        }
        if (method !== 'Page.loadEventFired' && !saved) return;
        this.#listeners.delete(listener);
        done();
      };
      this.#listeners.add(listener);
    });
    await leave();
    await inTime(there, 'a page');
    const text = saved ? '' : await this.evaluate<string>('document.body.innerText');
    return { status: last.status, url: last.url, text };
  }

  #receive(message: Message): void {
    const { id, method, params } = message;
    if (id !== undefined) {
      this.#answers.get(id)?.(message);
      this.#answers.delete(id);
      return;
    }
    if (method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown')
      this.complaints.push(JSON.stringify(params));
    for (const listener of this.#listeners) listener(message);
  }
}

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`the browser does not answer: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
