import { pathToFileURL } from 'node:url';
import type { Range } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { SourceFile, Span } from '../../source/node.ts';

const documents = new WeakMap<SourceFile, TextDocument>();

/** A source file with the protocol's lines: they also end at a lone carriage return. */
export function documentOf(file: SourceFile): TextDocument {
  let document = documents.get(file);
  if (document === undefined) documents.set(file, (document = TextDocument.create(file.path, 'yaml', 0, file.text)));
  return document;
}

/** A span as the protocol counts: lines and UTF-16 units from 0. */
export function rangeOf({ file, start, end }: Span): Range {
  const document = documentOf(file);
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** Of an absolute path; documents that were never saved have their URI as path. */
export function uriOf(path: string): string {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) ? pathToFileURL(path).href : path;
}
