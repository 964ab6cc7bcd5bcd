import { Reads, recording, union, type Names } from '../../compiler/model/reads.ts';
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

/** Steps that share a record of what was read share the new one, too. */
function withReads(steps: readonly Step[], names: Names): readonly Step[] {
  const joined = new Map<Names | undefined, Names>([[undefined, names]]);
  return steps.map((step) => {
    if (step.kind !== 'file' && step.kind !== 'certificate') return step;
    let reads = joined.get(step.reads);
    if (reads === undefined) joined.set(step.reads, (reads = union(step.reads!, names)));
    return { ...step, reads };
  });
}
