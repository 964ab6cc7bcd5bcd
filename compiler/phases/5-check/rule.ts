import type { Slug } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { CheckContext } from './context.ts';

/** One check. */
export interface Rule {
  /** All that it reports; each code belongs to one rule. */
  readonly codes: readonly Slug[];
  /** What it looks for or demands, and why, in a sentence or two: docs/checks.md and `explain` show it. */
  readonly about: string;
  /** Reads the context, keeps no state and yields what it finds in inventory order. */
  readonly check: (context: CheckContext) => Iterable<Diagnostic>;
}
