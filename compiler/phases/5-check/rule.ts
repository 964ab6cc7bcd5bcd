import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { CheckContext } from './context.ts';

/** One check. It reads the context, keeps no state and yields what it finds in inventory order. */
export type Rule = (context: CheckContext) => Iterable<Diagnostic>;
