import type { Span } from '../source/node.ts';
import { byCodePoint } from '../words/order.ts';
import type { Code } from './catalog.gen.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';

/** Diagnostics ready to be shown, and how many of each code were left out. */
export interface Arranged {
  readonly diagnostics: readonly Diagnostic[];
  /** Codes with more findings than are shown, in the order of their first one. */
  readonly omitted: readonly {
    readonly code: Code;
    readonly slug: string;
    readonly severity: Severity;
    readonly count: number;
  }[];
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, hint: 2 };

/**
 * Sorts by place (files in the order given, what has no place first) and severity, and drops repetitions:
 * one finding per code, place and subject. At most `perCode` of a code are kept.
 */
export function arrange(diagnostics: readonly Diagnostic[], files: readonly string[], perCode = Infinity): Arranged {
  const order = new Map(files.map((path, i) => [path, i]));
  const sorted = [...diagnostics].sort((a, b) => compare(a, b, order));
  const seen = new Set<string>();
  const counts = new Map<Code, number>();
  const first = new Map<Code, Diagnostic>();
  const kept: Diagnostic[] = [];
  for (const diagnostic of sorted) {
    const id = identity(diagnostic);
    if (seen.has(id)) continue;
    seen.add(id);
    const count = (counts.get(diagnostic.code) ?? 0) + 1;
    counts.set(diagnostic.code, count);
    if (count === 1) first.set(diagnostic.code, diagnostic);
    if (count <= perCode) kept.push(diagnostic);
  }
  const omitted = [...first.values()]
    .map(({ code, slug, severity }) => ({ code, slug, severity, count: counts.get(code)! - perCode }))
    .filter(({ count }) => count > 0);
  return { diagnostics: kept, omitted };
}

/** The same finding at the same place is one, however many hosts meet it; without a place, the text decides. */
function identity({ code, span, message, subject }: Diagnostic): string {
  if (span === undefined) return `${code}\0${message}`;
  return [code, span.file.path, span.start, span.end, subject].join('\0');
}

function compare(a: Diagnostic, b: Diagnostic, order: ReadonlyMap<string, number>): number {
  return (
    compareSpans(a.span, b.span, order) ||
    RANK[a.severity] - RANK[b.severity] ||
    byCodePoint(a.code, b.code) ||
    byCodePoint(a.message, b.message)
  );
}

function compareSpans(a: Span | undefined, b: Span | undefined, order: ReadonlyMap<string, number>): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const rank = (span: Span): number => order.get(span.file.path) ?? order.size;
  return rank(a) - rank(b) || byCodePoint(a.file.path, b.file.path) || a.start - b.start || a.end - b.end;
}
