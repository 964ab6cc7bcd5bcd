/** The comment that allows a finding, as an edit of the file. */
import { CodeActionKind, type CodeAction } from 'vscode-languageserver/node';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { parseSource } from '../../phases/1-parse/parse.ts';
import { SourceFile, toValue } from '../../source/node.ts';
import { published } from './diagnostics.ts';

/**
 * Puts a comment above the line of a warning or hint. It gives no reason, and the next finding asks for one. Nothing for
 * an error, and where a comment would be read as something else, as within a text of several lines.
 */
export function allowing(diagnostic: Diagnostic, uri: (path: string) => string): readonly CodeAction[] {
  const { code, slug, severity, span } = diagnostic;
  if (span === undefined || severity === 'error' || slug.startsWith('suppression-')) return [];
  const { file } = span;
  const { line } = file.position(span.start);
  const text = file.line(line);
  const comment = `${/^[ \t]*/.exec(text)![0]}# pigstyc: allow ${code}${text.endsWith('\r') ? '\r' : ''}\n`;
  const start = file.text.lastIndexOf('\n', span.start - 1) + 1;
  if (!isComment(file, start, comment)) return [];
  const place = { line: line - 1, character: 0 };
  return [
    {
      title: `Allow ${code} ${slug} here`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [published(diagnostic, uri)],
      edit: { changes: { [uri(file.path)]: [{ range: { start: place, end: place }, newText: comment }] } },
    },
  ];
}

/** Whether the file has the same values with the comment, and one remark more. */
function isComment(file: SourceFile, at: number, comment: string): boolean {
  const [before, , remarks] = parseSource(file);
  const text = file.text.slice(0, at) + comment + file.text.slice(at);
  const [after, , more] = parseSource(new SourceFile(file.path, text));
  return more.length === remarks.length + 1 && JSON.stringify(toValue(before)) === JSON.stringify(toValue(after));
}
