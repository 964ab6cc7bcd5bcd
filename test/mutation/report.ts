import type { FaultClass } from './fault.ts';
import type { Trial } from './run.ts';

/** Figures of one class, or of all. */
export interface Score {
  readonly name: string;
  readonly what: string;
  /** Mutants that differ from their base. */
  readonly total: number;
  readonly detected: number;
  readonly misplaced: number;
  readonly missed: number;
  readonly equivalent: number;
  readonly suggestions: number;
  readonly suggested: number;
  /** Findings over all detected mutants: one fault should cause one. */
  readonly findings: number;
}

export function scores(kinds: readonly FaultClass[], trials: readonly Trial[]): readonly Score[] {
  return kinds.map((kind) =>
    score(
      kind.name,
      kind.what,
      trials.filter((trial) => trial.kind === kind),
    ),
  );
}

export function score(name: string, what: string, trials: readonly Trial[]): Score {
  const count = (holds: (trial: Trial) => boolean): number => trials.filter(holds).length;
  const equivalent = count((trial) => trial.verdict === 'equivalent');
  return {
    name,
    what,
    equivalent,
    total: trials.length - equivalent,
    detected: count((trial) => trial.verdict === 'detected'),
    misplaced: count((trial) => trial.verdict === 'misplaced'),
    missed: count((trial) => trial.verdict === 'missed'),
    suggestions: count((trial) => trial.suggested !== undefined),
    suggested: count((trial) => trial.suggested === true),
    findings: trials.reduce((sum, trial) => sum + (trial.verdict === 'detected' ? trial.found.length : 0), 0),
  };
}
