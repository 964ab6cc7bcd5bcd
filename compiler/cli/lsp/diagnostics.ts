import { DiagnosticSeverity, DiagnosticTag, type Diagnostic as Published } from 'vscode-languageserver/node';
import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { packagePath } from '../../package/package-files.ts';
import { rangeOf, uriOf } from './ranges.ts';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Information,
};

/** Names and values of earlier versions; editors strike them through. */
const DEPRECATED: ReadonlySet<string> = new Set([
  'renamed-parameter',
  'removed-parameter',
  'rewrite-parameter',
  'old-value',
  'renamed-field',
  'removed-field',
]);

const START = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** A finding as editors show it. Findings without a place stand at the beginning of the file. */
export function published(
  { code, slug, severity, message, span, help, related = [] }: Diagnostic,
  uri: (path: string) => string,
): Published {
  const page = packagePath(`compiler/diagnostics/messages/${code}-${slug}.md`);
  return {
    range: span === undefined ? START : rangeOf(span),
    severity: SEVERITIES[severity],
    source: 'pigstyc',
    code,
    ...(page !== undefined && { codeDescription: { href: uriOf(page) } }),
    message: help === undefined ? message : `${message}\n${help}`,
    ...(DEPRECATED.has(slug) && { tags: [DiagnosticTag.Deprecated] }),
    ...(related.length > 0 && {
      relatedInformation: related.map((other) => ({
        location: { uri: uri(other.span.file.path), range: rangeOf(other.span) },
        message: other.message,
      })),
    }),
  };
}
