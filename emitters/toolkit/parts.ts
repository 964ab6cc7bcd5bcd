import { Reads, recording, type Names } from '../../compiler/model/reads.ts';
import type { Step } from '../api.ts';

/**
 * Steps of independent parts of a plan, one after the other. What a part reads counts for its own files alone, so none
 * may look at the steps of another.
 */
export function parts(...all: readonly (() => readonly Step[])[]): readonly Step[] {
  return all.flatMap((make) => {
    const reads = new Reads();
    return withReads(recording(reads, make), reads.own);
  });
}

/**
 * Steps that share a record of what was read share the new one, too. Those of parts of the part have one already, which
 * was made here and is nobody else's: it gets the names.
 */
function withReads(steps: readonly Step[], names: Names): readonly Step[] {
  const known = new Set<Names>();
  return steps.map((step) => {
    if (step.kind !== 'file' && step.kind !== 'certificate') return step;
    if (step.reads === undefined) return { ...step, reads: names };
    if (!known.has(step.reads)) for (const name of names) (step.reads as Set<string>).add(name);
    known.add(step.reads);
    return step;
  });
}
