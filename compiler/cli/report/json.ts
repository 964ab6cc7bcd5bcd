import { placeInTables } from '../../cmdb/place.ts';
import type { Span } from '../../source/node.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { count, type Report } from './report.ts';

/** Everything as one JSON document. Lines and columns count from 1, columns in UTF-16 units; ends are exclusive. */
export function json(report: Report): string {
  const document = {
    version: 1,
    files: report.files,
    counts: { ...count(report), allowed: report.allowed },
    diagnostics: report.diagnostics.map(entry),
    omitted: report.omitted.map(({ code, slug, severity, count: more }) => ({ code, slug, severity, count: more })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function entry({ code, slug, severity, message, span, help, related, fix, allowed }: Diagnostic): object {
  return {
    code,
    slug,
    severity,
    message,
    ...(span && place(span)),
    help,
    related: related?.map((other) => ({ message: other.message, ...place(other.span) })),
    fix: fix && { ...place(fix.span), text: fix.text },
    allowed,
  };
}

function place(span: Span): object {
  const { file, start, end } = span;
  const table = file.format === 'tables' ? placeInTables(span) : undefined;
  return { file: file.path, table, start: file.position(start), end: file.position(end) };
}
