import {
  CodeActionKind,
  createConnection,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type Location,
  type ReferenceParams,
  type ServerCapabilities,
  type TextDocumentPositionParams,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { IoError, type Host } from '../../host/host.ts';
import { SourceFile, type Span } from '../../source/node.ts';
import { VERSION } from '../../package/version.ts';
import { actionsFor, FIX_ALL } from './actions.ts';
import type { Analysis } from './analysis.ts';
import { completionsAt } from './completion.ts';
import { hoverAt } from './hover.ts';
import { definitionsAt, referencesAt } from './navigation.ts';
import { outline } from './outline.ts';
import { rangeOf } from './ranges.ts';
import { answerRenames } from './renames.ts';
import { withOptions, type Settings } from './settings.ts';
import { treeOf } from './tolerant-tree.ts';
import { pathOf, Workspace } from './workspace.ts';

/** Serves one editor over standard input and output until it says goodbye; the library ends the process then. */
export function serve(system: Host, settings: Settings): Promise<never> {
  const host = unattended(system);
  const connection = createConnection(process.stdin, process.stdout);
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(
    host,
    {
      publish: (params) => void connection.sendDiagnostics(params),
      failed: (error) => connection.console.error(bugText(error, host)),
    },
    settings,
  );
  configure(connection, workspace, settings, host);
  answer(connection, workspace, documents);
  answerRenames(connection, workspace, documents);
  documents.onDidChangeContent(({ document }) => workspace.update(document));
  documents.onDidClose(({ document }) => workspace.close(document.uri));
  // Editors that do not watch files tell at least what they write themselves.
  documents.onDidSave(() => workspace.refresh());
  documents.listen(connection);
  connection.listen();
  return new Promise(() => undefined);
}

/** Nobody sits before an editor's server, and what an open directory names is not to be run or waited for. */
function unattended(host: Host): Host {
  const { ANSIBLE_VAULT_PASSWORD_FILE: _file, ANSIBLE_VAULT_IDENTITY_LIST: _list, ...env } = host.env;
  const refuse = (path: string): never => {
    throw new IoError(path, 'EACCES', 'the editor runs no program and asks no question');
  };
  return { ...host, env, runProgram: refuse, askSecret: () => refuse('-') };
}

/** The stack may quote the inventory, so it is shown only on request. */
function bugText(error: unknown, host: Host): string {
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: String(error) };
  const text = `internal error (${name}). This is a bug in pigstyc ${VERSION}, not in your inventory.`;
  return (host.env['PIGSTYC_DEBUG'] ?? '') === '' ? text : `${text}\n${stack ?? ''}`;
}

/** What editors may ask for. */
const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['{', ' '] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
};

/** The handshake, and settings from wherever the editor keeps them. */
function configure(connection: Connection, workspace: Workspace, fromCommandLine: Settings, host: Host): void {
  let root = host.cwd();
  let base = fromCommandLine;
  let asks = false;
  let watches = false;
  const ask = async (): Promise<void> =>
    workspace.configure(withOptions(base, await connection.workspace.getConfiguration('pigstyc'), root));
  connection.onInitialize((params) => {
    root = rootOf(params) ?? root;
    base = withOptions(fromCommandLine, params.initializationOptions, root);
    workspace.configure(base);
    asks = params.capabilities.workspace?.configuration === true;
    watches = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return {
      serverInfo: { name: 'pigstyc', version: VERSION },
      capabilities: CAPABILITIES,
    };
  });
  connection.onInitialized(async () => {
    if (watches) {
      const { DidChangeWatchedFilesNotification } = await import('vscode-languageserver/node');
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [{ globPattern: '**/*.{yml,yaml,json}' }],
      });
    }
    if (asks) await ask();
  });
  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (asks) await ask();
    else workspace.configure(withOptions(base, (settings as { readonly pigstyc?: unknown } | null)?.pigstyc, root));
  });
  connection.onDidChangeWatchedFiles(() => workspace.refresh());
}

function rootOf({ workspaceFolders, rootUri }: InitializeParams): string | undefined {
  const uri = workspaceFolders?.[0]?.uri ?? rootUri;
  return uri === undefined || uri === null ? undefined : pathOf(uri);
}

function answer(connection: Connection, workspace: Workspace, documents: TextDocuments<TextDocument>): void {
  /** Runs a question about a place in a document that is an inventory. */
  const at =
    <P extends TextDocumentPositionParams, T>(
      question: (analysis: Analysis, path: string, offset: number, params: P) => T,
    ) =>
    (params: P): T | null => {
      const { uri } = params.textDocument;
      const document = documents.get(uri);
      const analysis = document && workspace.analysis(uri);
      return analysis === undefined
        ? null
        : question(analysis, pathOf(uri), document!.offsetAt(params.position), params);
    };
  const locations = (spans: readonly Span[]): Location[] =>
    spans.map((span) => ({ uri: workspace.uri(span.file.path), range: rangeOf(span) }));
  connection.onHover(at((analysis, path, offset) => hoverAt(analysis, path, offset) ?? null));
  connection.onDefinition(at((analysis, path, offset) => locations(definitionsAt(analysis, path, offset))));
  connection.onReferences(
    at((analysis, path, offset, { context }: ReferenceParams) =>
      locations(referencesAt(analysis, path, offset, context.includeDeclaration)),
    ),
  );
  connection.onCodeAction(({ textDocument: { uri }, range, context: { only } }) => {
    const analysis = workspace.analysis(uri);
    return analysis === undefined
      ? []
      : [...actionsFor(analysis, { path: pathOf(uri), range, only, uri: workspace.uri })];
  });
  connection.onDocumentSymbol(({ textDocument: { uri } }) => {
    const document = documents.get(uri);
    return document === undefined || !workspace.has(uri)
      ? []
      : [...outline(treeOf(new SourceFile(pathOf(uri), document.getText())))];
  });
  connection.onCompletion(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    const analysis = document && workspace.latest(textDocument.uri);
    return analysis === undefined
      ? []
      : [...completionsAt(analysis, pathOf(textDocument.uri), document!, document!.offsetAt(position))];
  });
}
