/** The protocol's side of a new name. */
import {
  LSPErrorCodes,
  ResponseError,
  type Connection,
  type Range,
  type TextDocuments,
  type TextDocumentPositionParams,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from './analysis.ts';
import { rangeOf } from './ranges.ts';
import { renameableAt, renamed, type Refused, type Renaming } from './rename.ts';
import { pathOf, type Workspace } from './workspace.ts';

/** Answers questions for a new name. What it means for a site that runs is shown as a message. */
export function answerRenames(
  connection: Connection,
  workspace: Workspace,
  documents: TextDocuments<TextDocument>,
): void {
  const asked = ({ textDocument: { uri }, position }: TextDocumentPositionParams): Asked | undefined => {
    const document = documents.get(uri);
    const analysis = document && workspace.analysis(uri);
    return analysis && { analysis, path: pathOf(uri), offset: document!.offsetAt(position) };
  };
  connection.onPrepareRename((params): Range | ResponseError<void> | null => {
    const at = asked(params);
    if (at === undefined) return null;
    const found = renameableAt(at.analysis, at.path, at.offset);
    return 'refused' in found ? failure(found) : rangeOf(found);
  });
  connection.onRenameRequest((params): WorkspaceEdit | ResponseError<void> | null => {
    const at = asked(params);
    if (at === undefined) return null;
    const found = renamed(at.analysis, { ...at, name: params.newName }, (changes) =>
      workspace.tried(at.analysis, changes),
    );
    if ('refused' in found) return failure(found);
    if (found.note !== '') connection.window.showWarningMessage(found.note);
    return workspaceEdit(found, workspace.uri);
  });
}

interface Asked {
  readonly analysis: Analysis;
  readonly path: string;
  readonly offset: number;
}

function failure({ refused }: Refused): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, refused);
}

/** Without files that move, in the form that every editor understands. */
function workspaceEdit({ edits, moved }: Renaming, uri: (path: string) => string): WorkspaceEdit {
  const files = [...new Set(edits.map(({ span }) => span.file))];
  const texts = files.map((file) => ({
    uri: uri(file.path),
    edits: edits
      .filter(({ span }) => span.file === file)
      .map(({ span, text }) => ({ range: rangeOf(span), newText: text })),
  }));
  if (moved.length === 0) return { changes: Object.fromEntries(texts.map(({ uri: of, edits: all }) => [of, all])) };
  return {
    documentChanges: [
      ...texts.map(({ uri: of, edits: all }) => ({ textDocument: { uri: of, version: null }, edits: all })),
      ...moved.map(({ from, to }) => ({ kind: 'rename' as const, oldUri: uri(from), newUri: uri(to) })),
    ],
  };
}
