import { countText, placeText, type Report } from './report.ts';

/** One line per finding: `file:line:column: error[PIG0000] slug: message (help)`. */
export function compact(report: Report): string {
  const lines = report.diagnostics.map((diagnostic) => {
    const { severity, code, slug, message, help } = diagnostic;
    return `${placeText(diagnostic)}: ${severity}[${code}] ${slug}: ${message}${help === undefined ? '' : ` (${help})`}`;
  });
  for (const { severity, code, slug, count } of report.omitted) lines.push(`pigstyc: ${severity}[${code}] ${slug}: … and ${count} more`);
  const last = [countText(report), report.summary].filter((text) => text !== '').join('; ');
  if (last !== '') lines.push(last);
  return lines.map((line) => `${line}\n`).join('');
}
