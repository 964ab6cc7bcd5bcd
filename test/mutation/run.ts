import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import type { Base } from './base.ts';
import type { Fault, FaultClass } from './fault.ts';
import { Checker, type Judgement } from './judge.ts';
import { Random } from './random.ts';

export interface Trial extends Judgement {
  readonly kind: FaultClass;
  readonly base: Base;
  readonly fault: Fault;
}

export interface Plan {
  readonly seed: string;
  /** At most this many mutants of a class. */
  readonly perClass: number;
}

/** A checker for mutants of inventories without errors. */
export function checkerFor(bases: readonly Base[]): Checker {
  const checker = new Checker();
  for (const base of bases) refuseErrors(base, checker.problems(base));
  return checker;
}

/** Puts faults of a class at random places of the inventories. The same plan makes the same mutants everywhere. */
export function* trials(checker: Checker, kind: FaultClass, bases: readonly Base[], plan: Plan): Generator<Trial> {
  const random = new Random(`${plan.seed} ${kind.name}`);
  const sites = bases.flatMap((base) => kind.sites(base).map((site) => ({ base, site })));
  for (const { base, site } of random.sample(sites, plan.perClass)) {
    const fault = site(random);
    if (fault !== undefined) yield { kind, base, fault, ...checker.judge(base, kind, fault) };
  }
}

function refuseErrors(base: Base, [error]: readonly Diagnostic[]): void {
  if (error !== undefined) throw new Error(`${base.name} is no base for mutants: ${error.slug}: ${error.message}`);
}
