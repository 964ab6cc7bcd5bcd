import { spanText } from '../../inputs/span-text.ts';
import type { Span } from '../../source/node.ts';
import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import type { Arranged } from '../../diagnostics/sort.ts';
import type { Style } from '../style.ts';

export const FORMATS = ['pretty', 'compact', 'json', 'sarif', 'github', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

/** What a run found, for a person or a machine to read. */
export interface Report extends Arranged {
  /** Inventory files in the order given. */
  readonly files: readonly string[];
  /** Places whose text must not be quoted. */
  readonly secrets: readonly Span[];
  /** What was done, in one line; for reports that people read. */
  readonly summary: string;
  /** How many findings comments in the inventory allow. */
  readonly allowed: number;
  /** Warnings count as errors. */
  readonly strict: boolean;
}

/** Text of a report, ending with a newline (or empty). */
export type Reporter = (report: Report, style: Style) => string;

/** The reporter of a format; machine formats are loaded when asked for. */
export async function reporter(format: Format): Promise<Reporter> {
  switch (format) {
    case 'pretty':
      return (await import('./pretty.ts')).pretty;
    case 'compact':
      return (await import('./compact.ts')).compact;
    case 'json':
      return (await import('./json.ts')).json;
    case 'sarif':
      return (await import('./sarif.ts')).sarif;
    case 'github':
      return (await import('./github.ts')).github;
    case 'junit':
      return (await import('./junit.ts')).junit;
  }
}

/** Findings per severity, those left out included, those that are allowed not. */
export function count({ diagnostics, omitted }: Arranged): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, hint: 0 };
  for (const { severity, allowed } of diagnostics) if (allowed === undefined) counts[severity]++;
  for (const { severity, count: more } of omitted) counts[severity] += more;
  return counts;
}

/** True when the run must fail. */
export function fails(arranged: Arranged, strict: boolean): boolean {
  const counts = count(arranged);
  return counts.error > 0 || (strict && counts.warning > 0);
}

/** `2 errors, 1 warning; 3 allowed`; empty when there is nothing. */
export function countText(report: Report): string {
  const counts = count(report);
  const parts = (['error', 'warning', 'hint'] as const).filter((severity) => counts[severity] > 0);
  const found = parts
    .map((severity) => `${counts[severity]} ${severity}${counts[severity] === 1 ? '' : 's'}`)
    .join(', ');
  return [found, report.allowed === 0 ? '' : `${report.allowed} allowed`].filter((text) => text !== '').join('; ');
}

/** What is said about a diagnostic behind its message: advice, and why a comment allows it. */
export function notesOf({ help, allowed }: Diagnostic): readonly string[] {
  return [
    ...(help === undefined ? [] : [help]),
    ...(allowed === undefined ? [] : [allowed === '' ? 'allowed' : `allowed: ${allowed}`]),
  ];
}

/** `file:line:column` of a diagnostic's place, or the first file, or the program. */
export function placeText(diagnostic: Diagnostic): string {
  return diagnostic.span === undefined ? 'pigstyc' : spanText(diagnostic.span);
}
