/** A real editor's side of the protocol, talking to the built program over its standard input and output. */
import { spawn, type ChildProcess } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionItem,
  type Diagnostic,
  type Hover,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type TextEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** Nothing the server does takes longer, even on a busy machine. */
const PATIENCE = 60_000;

export interface Options {
  readonly args?: readonly string[];
  readonly root?: string;
  readonly settings?: object;
  /** Configuration the server may ask for. */
  readonly configuration?: object;
}

export class Client {
  readonly exited: Promise<number | null>;
  readonly published: PublishDiagnosticsParams[] = [];
  readonly logged: string[] = [];
  /** Messages that an editor shows. */
  readonly shown: string[] = [];
  readonly #child: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #documents = new Map<string, TextDocument>();
  readonly #waiting = new Set<() => void>();
  /** Replaced to answer `workspace/configuration`. */
  configuration: object | undefined;

  private constructor(args: readonly string[]) {
    this.#child = spawn(process.execPath, ['dist/pigstyc.cjs', 'lsp', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#connection = createProtocolConnection(
      new StreamMessageReader(this.#child.stdout!),
      new StreamMessageWriter(this.#child.stdin!),
    );
    this.#connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      for (const wake of this.#waiting) wake();
    });
    this.#connection.onNotification(
      'window/logMessage',
      ({ message }: { readonly message: string }) => void this.logged.push(message),
    );
    this.#connection.onRequest(
      'window/showMessageRequest',
      ({ message }: { readonly message: string }) => void this.shown.push(message),
    );
    this.#connection.onRequest('workspace/configuration', () => [this.configuration ?? null]);
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.listen();
  }

  static async start({
    args = [],
    root,
    settings,
    configuration,
  }: Options = {}): Promise<Client & { readonly capabilities: InitializeResult['capabilities'] }> {
    const client = new Client(args);
    client.configuration = configuration;
    const workspace = {
      configuration: configuration !== undefined,
      didChangeWatchedFiles: { dynamicRegistration: true },
    };
    const { capabilities } = await client.request<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: root === undefined ? null : pathToFileURL(root).href,
      capabilities: { workspace },
      initializationOptions: settings,
    });
    await client.notify('initialized', {});
    return Object.assign(client, { capabilities });
  }

  /** Of the server. */
  get pid(): number {
    return this.#child.pid!;
  }

  request<T>(method: string, params: object): Promise<T> {
    return within(this.#connection.sendRequest<T>(method, params), method);
  }

  /** Settles when the message is written. */
  notify(method: string, params: object): Promise<void> {
    return this.#connection.sendNotification(method, params);
  }

  open(path: string, text: string): void {
    const document = TextDocument.create(uriOf(path), 'yaml', 1, text);
    this.#documents.set(path, document);
    void this.notify('textDocument/didOpen', {
      textDocument: { uri: document.uri, languageId: 'yaml', version: 1, text },
    });
  }

  /** Replaces `written` by `text` as one incremental change. */
  edit(path: string, written: string, text: string): void {
    const start = this.text(path).indexOf(written);
    if (start === -1) throw new Error(`nothing like ${written}`);
    this.replace(path, start, start + written.length, text);
  }

  replace(path: string, start: number, end: number, text: string): void {
    const document = this.#document(path);
    this.#change(path, [{ range: { start: document.positionAt(start), end: document.positionAt(end) }, text }]);
  }

  apply(path: string, edits: readonly TextEdit[]): void {
    const text = TextDocument.applyEdits(this.#document(path), [...edits]);
    this.#change(path, [{ text }]);
  }

  /** Replaces the whole text. */
  set(path: string, text: string): void {
    this.#change(path, [{ text }]);
  }

  close(path: string): void {
    void this.notify('textDocument/didClose', { textDocument: { uri: uriOf(path) } });
    this.#documents.delete(path);
  }

  text(path: string): string {
    return this.#document(path).getText();
  }

  /** Findings of the document as it is now. */
  async diagnostics(path: string): Promise<readonly Diagnostic[]> {
    const { uri, version } = this.#document(path);
    const found = await this.until(() =>
      this.published.findLast((params) => params.uri === uri && params.version === version),
    );
    return found.diagnostics;
  }

  /** What a condition on the messages received gives, as soon as it gives something. */
  until<T>(condition: () => T | undefined): Promise<T> {
    let wake = (): void => undefined;
    const found = new Promise<T>((resolve) => {
      wake = () => {
        const value = condition();
        if (value !== undefined) resolve(value);
      };
      this.#waiting.add(wake);
      wake();
    });
    return within(found, 'waiting for findings').finally(() => this.#waiting.delete(wake));
  }

  /** Text of the hover at the end of `before`, which must be in the document. */
  async hover(path: string, before: string): Promise<string | undefined> {
    const hover = await this.at<Hover | null>('textDocument/hover', path, before);
    return hover === null ? undefined : (hover.contents as { readonly value: string }).value;
  }

  /** What may stand at the end of `before`. */
  complete(path: string, before: string): Promise<readonly CompletionItem[]> {
    return this.at('textDocument/completion', path, before);
  }

  at<T>(method: string, path: string, before: string, more: object = {}): Promise<T> {
    return this.request<T>(method, {
      textDocument: { uri: uriOf(path) },
      position: this.position(path, before),
      ...more,
    });
  }

  position(path: string, before: string): Position {
    const document = this.#document(path);
    const at = document.getText().indexOf(before);
    if (at === -1) throw new Error(`nothing like ${before}`);
    return document.positionAt(at + before.length);
  }

  positionAt(path: string, offset: number): Position {
    return this.#document(path).positionAt(offset);
  }

  /** Says goodbye; gives the exit code. */
  async stop(): Promise<number | null> {
    await this.request('shutdown', {});
    void this.notify('exit', {});
    return within(this.exited, 'exit');
  }

  /** Goes away without a word. */
  hangUp(): void {
    this.#child.stdin!.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #document(path: string): TextDocument {
    const document = this.#documents.get(path);
    if (document === undefined) throw new Error(`${path} is not open`);
    return document;
  }

  #change(path: string, contentChanges: { readonly range?: object; readonly text: string }[]): void {
    const document = this.#document(path);
    const version = document.version + 1;
    TextDocument.update(document, contentChanges as never, version);
    void this.notify('textDocument/didChange', { textDocument: { uri: document.uri, version }, contentChanges });
  }
}

export function uriOf(path: string): string {
  return path.includes(':') ? path : pathToFileURL(path).href;
}

function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
