import type { Span } from '../../source/node.ts';
import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { frame, type FrameLine } from '../../diagnostics/frame.ts';
import type { Style } from '../style.ts';
import { countText, fails, placeText, type Report } from './report.ts';
import { spanText } from '../../inputs/span-text.ts';

const MOST_RELATED = 3;

/** For people: the place, the source line with the token underlined, what to do, and other places that matter. */
export function pretty(report: Report, style: Style): string {
  const out: string[] = [];
  for (const diagnostic of report.diagnostics) out.push(...block(diagnostic, report.secrets, style), '');
  for (const { code, slug, severity, count } of report.omitted) {
    out.push(`${paintSeverity(severity, style)(`${severity}[${code}]`)} ${slug}: … and ${count} more`, '');
  }
  const worst = (['error', 'warning', 'hint'] as const).flatMap(
    (severity) =>
      report.diagnostics.find((diagnostic) => diagnostic.severity === severity && diagnostic.allowed === undefined) ??
      [],
  )[0];
  if (worst !== undefined) out.push(`${style.dim('more about a code:')} pigstyc explain ${worst.code}`);
  const counted = countText(report);
  const paint = fails(report, report.strict) ? style.red : style.green;
  const last = [counted, report.summary].filter((text) => text !== '').join('; ');
  if (last !== '') out.push(paint(last));
  return out.length === 0 ? '' : `${out.join('\n')}\n`;
}

function block(diagnostic: Diagnostic, secrets: readonly Span[], style: Style): readonly string[] {
  const { severity, code, slug, message, span, help, related = [], allowed } = diagnostic;
  const paint = paintSeverity(severity, style);
  const frames = span === undefined ? [] : frame(span, { width: style.width - 8, secrets });
  const gutter = gutterWidth(frames);
  const lines = [`${style.bold(`${placeText(diagnostic)}:`)} ${paint(`${severity}[${code}]`)} ${slug}: ${message}`];
  lines.push(...frameText(frames, gutter, paint, style));
  if (help !== undefined) lines.push(`${' '.repeat(gutter)} ${style.cyan('= help:')} ${help}`);
  if (allowed !== undefined)
    lines.push(`${' '.repeat(gutter)} ${style.cyan('= allowed:')} ${allowed === '' ? 'no reason given' : allowed}`);
  for (const { span: place, message: note } of related.slice(0, MOST_RELATED)) {
    lines.push(`${' '.repeat(gutter)} ${style.cyan('= note:')} ${spanText(place)}: ${note}`);
    const frames = frame(place, { width: style.width - 8, secrets });
    lines.push(...frameText(frames, Math.max(gutter, gutterWidth(frames)), style.cyan, style));
  }
  if (related.length > MOST_RELATED)
    lines.push(`${' '.repeat(gutter)} ${style.cyan('= note:')} … and ${related.length - MOST_RELATED} more places`);
  return lines;
}

function gutterWidth(lines: readonly FrameLine[]): number {
  return lines.reduce(
    (width, line) => (line.kind === 'source' ? Math.max(width, String(line.number).length) : width),
    2,
  );
}

function frameText(
  lines: readonly FrameLine[],
  gutter: number,
  paint: (text: string) => string,
  style: Style,
): readonly string[] {
  if (lines.length === 0) return [];
  const bar = style.dim(`${' '.repeat(gutter)} |`);
  const text = lines.map((line) => {
    switch (line.kind) {
      case 'source':
        return `${style.dim(`${String(line.number).padStart(gutter)} |`)} ${line.text}`.trimEnd();
      case 'mark':
        return `${bar} ${line.text.replace(/\^.*/, paint)}`;
      case 'gap':
        return style.dim(`${' '.repeat(gutter)} …`);
    }
  });
  return [bar, ...text];
}

/** The color of a severity. */
export function paintSeverity(severity: Severity, style: Style): (text: string) => string {
  switch (severity) {
    case 'error':
      return style.red;
    case 'warning':
      return style.yellow;
    case 'hint':
      return style.cyan;
  }
}
