import { Reads, recording, type Names } from '../../compiler/model/reads.ts';
import type { Step } from '../api.ts';

/** Where parts of a plan are being made, and which are wanted; undefined: all. */
interface Making {
  /** Of the part that is being made: numbers from outside to inside, with dots between. */
  readonly place: string;
  readonly wanted: ReadonlySet<string> | undefined;
}

const ALL: Making = { place: '', wanted: undefined };

let making = ALL;

/**
 * Steps of independent parts of a plan, one after the other. What a part reads counts for its own files alone, so none
 * may look at the steps of another.
 */
export function parts(...all: readonly (() => readonly Step[])[]): readonly Step[] {
  return all.flatMap((make, at) => {
    const { place: outer, wanted } = making;
    const place = outer === '' ? `${at}` : `${outer}.${at}`;
    if (wanted?.has(place) === false) return [];
    const reads = new Reads();
    const steps = within({ place, wanted }, () => recording(reads, make));
    return ofPart(place, steps, reads.own);
  });
}

/** Makes a plan of which only these parts, as their files name them, are made: what is returned has their steps at least. */
export function onlyParts<T>(places: Iterable<string>, make: () => T): T {
  const wanted = new Set<string>();
  for (const place of places)
    for (let at = place.length; at !== -1; at = place.lastIndexOf('.', at - 1)) wanted.add(place.slice(0, at));
  return within({ place: '', wanted }, make);
}

/** Makes another plan, with all its parts, whatever is being made. */
export function wholePlan<T>(make: () => T): T {
  return within(ALL, make);
}

function within<T>(what: Making, make: () => T): T {
  const outer = making;
  making = what;
  try {
    return make();
  } finally {
    making = outer;
  }
}

/**
 * Steps that share a record of what was read share the new one, too. Those of parts of the part have one already, which
 * was made here and is nobody else's: it gets the names.
 */
function ofPart(place: string, steps: readonly Step[], names: Names): readonly Step[] {
  const known = new Set<Names>();
  return steps.map((step) => {
    if (step.kind !== 'file' && step.kind !== 'certificate') return step;
    if (step.reads === undefined) return { ...step, reads: names, place };
    if (!known.has(step.reads)) for (const name of names) (step.reads as Set<string>).add(name);
    known.add(step.reads);
    return step;
  });
}
