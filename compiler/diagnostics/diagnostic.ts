import type { Span } from '../source/node.ts';
import type { Code } from './catalog.gen.ts';

export type Severity = 'error' | 'warning' | 'hint';

/** Another place that explains a diagnostic: "first defined here", "overridden at". */
export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** An edit that removes the finding: replace the span by the text. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
  /** What was probably meant, such as the name nearest to a misspelled one: editors offer it, `--fix` leaves it alone. */
  readonly guess?: true | undefined;
}

/** An expected problem with the input. Made by `report()` in `report.ts`, which takes severity and text from the catalog. */
export interface Diagnostic {
  readonly code: Code;
  /** Stable kebab-case name of the code, e.g. `unknown-parameter`. */
  readonly slug: string;
  readonly severity: Severity;
  readonly message: string;
  /** What is wrong, without who meets it: two findings of one code at one place are the same when this is. */
  readonly subject: string;
  /** Undefined only where no file is to blame (a missing file, a usage of the whole inventory). */
  readonly span: Span | undefined;
  /** One sentence that says what to do, when it depends on the input (`did you mean …`). */
  readonly help?: string | undefined;
  readonly related?: readonly Related[] | undefined;
  readonly fix?: Fix | undefined;
  /** Why a comment in the inventory allows it. Allowed findings are not counted and only shown on request. */
  readonly allowed?: string | undefined;
}

/** True when the gate is closed: nothing may be built. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
