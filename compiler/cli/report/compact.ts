import { countText, notesOf, placeText, type Report } from './report.ts';

/** One line per finding: `file:line:column: error[PIG0000] slug: message (help; allowed: reason)`. */
export function compact(report: Report): string {
  const lines = report.diagnostics.map((diagnostic) => {
    const { severity, code, slug, message } = diagnostic;
    const notes = notesOf(diagnostic).join('; ');
    return `${placeText(diagnostic)}: ${severity}[${code}] ${slug}: ${message}${notes === '' ? '' : ` (${notes})`}`;
  });
  for (const { severity, code, slug, count } of report.omitted)
    lines.push(`pigstyc: ${severity}[${code}] ${slug}: … and ${count} more`);
  const last = [countText(report), report.summary].filter((text) => text !== '').join('; ');
  if (last !== '') lines.push(last);
  return lines.map((line) => `${line}\n`).join('');
}
