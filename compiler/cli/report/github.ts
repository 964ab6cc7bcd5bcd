import type { Severity } from '../../diagnostics/diagnostic.ts';
import { notesOf, type Report } from './report.ts';
import { spanText } from '../../inputs/span-text.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'notice' };

/** Workflow commands that GitHub Actions shows as annotations on the changed lines. */
export function github(report: Report): string {
  const lines = report.diagnostics.map((diagnostic) => {
    const { severity, code, slug, message, span, allowed } = diagnostic;
    const properties: [string, string | number][] = [];
    if (span !== undefined && span.file.format !== 'tables') {
      const start = span.file.position(span.start);
      const end = span.file.position(span.end);
      properties.push(['file', span.file.path], ['line', start.line], ['endLine', end.line]);
      // Columns are only understood within one line.
      if (start.line === end.line) properties.push(['col', start.column], ['endColumn', end.column]);
    }
    properties.push(['title', `${code} ${slug}`]);
    const place = span?.file.format === 'tables' ? `${spanText(span)}: ` : '';
    const text = [place + message, ...notesOf(diagnostic)].join('\n');
    return (
      `::${allowed === undefined ? COMMANDS[severity] : 'notice'} ` +
      `${properties.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',')}::${escapeData(text)}\n`
    );
  });
  for (const { severity, code, slug, count } of report.omitted)
    lines.push(`::${COMMANDS[severity]} title=${code} ${slug}::… and ${count} more\n`);
  return lines.join('');
}

/** Text of a workflow command. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a workflow command. */
export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
