/** Runs the checker over mutants and decides what it saw. */
import { modelInventory } from '../../compiler/build/model.ts';
import { overlay } from '../../compiler/review/diff/overlay-host.ts';
import { compileFiles } from '../../compiler/compile.ts';
import { hasErrors } from '../../compiler/diagnostics/diagnostic.ts';
import type { Checked } from '../../compiler/phases/5-check/checked.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { nodeHost } from '../../compiler/host/host.ts';
import { dumpSite } from '../../compiler/phases/6-model/dump.ts';
import type { Base, Range } from './base.ts';
import { applyFault, type Fault, type FaultClass, type Mutant } from './fault.ts';

export type Verdict =
  /** Seen, at the right place. */
  | 'detected'
  /** Seen, but no finding is at the faulty token. */
  | 'misplaced'
  | 'missed'
  /** Nothing was said and nothing would be built differently: no fault. */
  | 'equivalent';

export interface Judgement {
  readonly verdict: Verdict;
  readonly mutant: Mutant;
  /** Findings the base does not have. */
  readonly found: readonly Diagnostic[];
  /** Whether the suggestion names what was meant; undefined where nothing can be suggested. */
  readonly suggested: boolean | undefined;
}

/** Checks inventories in memory, as if each was alone in the directory of the base. */
export class Checker {
  readonly #system = overlay(nodeHost()).host;
  readonly #seen = new Map<
    Base,
    { readonly keys: ReadonlySet<string>; readonly model: string | undefined; readonly errors: readonly Diagnostic[] }
  >();

  /** What is wrong with the base itself; a base must have no errors. */
  problems(base: Base): readonly Diagnostic[] {
    return this.#of(base).errors;
  }

  judge(base: Base, kind: FaultClass, fault: Fault): Judgement {
    const mutant = applyFault(base.text, fault);
    const checked = this.#check(base, mutant.text);
    const before = this.#of(base);
    const fresh = checked.diagnostics.filter((diagnostic) => !before.keys.has(keyOf(diagnostic, mutant.toBase)));
    const found = fresh.filter(({ severity }) => severity !== 'hint' || kind.severity === 'hint');
    const verdict = this.#verdict(mutant, checked, found, before.model);
    const { meant } = fault;
    const suggested =
      meant === undefined || verdict === 'equivalent'
        ? undefined
        : found.some((diagnostic) => diagnostic.help === `did you mean \`${meant}\`?` && places(mutant, diagnostic));
    return { verdict, mutant, found, suggested };
  }

  #verdict(mutant: Mutant, checked: Checked, found: readonly Diagnostic[], model: string | undefined): Verdict {
    if (found.some((diagnostic) => places(mutant, diagnostic))) return 'detected';
    if (found.length > 0) return 'misplaced';
    return !hasErrors(checked.diagnostics) && modelText(checked) === model ? 'equivalent' : 'missed';
  }

  #of(base: Base) {
    let seen = this.#seen.get(base);
    if (seen === undefined) {
      const checked = this.#check(base, base.text);
      const keys = new Set(checked.diagnostics.map((diagnostic) => keyOf(diagnostic, (offset) => offset)));
      seen = {
        keys,
        model: modelText(checked),
        errors: checked.diagnostics.filter(({ severity }) => severity === 'error'),
      };
      this.#seen.set(base, seen);
    }
    return seen;
  }

  #check(base: Base, text: string): Checked {
    const path = `${base.name}.mutant.yml`;
    this.#system.writeFile(path, text, 0o644);
    return compileFiles(this.#system, { files: [path] }).checked();
  }
}

/** A finding is at a place when it marks the token or a part of it. */
function places({ places: ranges }: Mutant, { span }: Diagnostic): boolean {
  return (
    span !== undefined &&
    ranges.some(([start, end]: Range) => span.start >= start && span.end <= Math.max(end, start + 1))
  );
}

function keyOf({ slug, message, span }: Diagnostic, toBase: (offset: number) => number): string {
  return `${slug} ${span === undefined ? '' : toBase(span.start)} ${message}`;
}

/** The model as text, secrets included: a wrong password is a difference. */
function modelText(checked: Checked): string | undefined {
  const modelled = modelInventory(checked);
  if (modelled === undefined) return undefined;
  const words = JSON.stringify(dumpSite(modelled.site));
  const variables = checked.resolved!.hosts.map((host) => [
    host.name,
    [...host.vars].map(([name, { node }]) => [name, node]).sort(),
  ]);
  return (
    words +
    JSON.stringify(variables, (key, value: unknown) =>
      key === 'span' || key === 'derivedFrom' || key === 'text' || key === 'style'
        ? undefined
        : key === 'value' && typeof value === 'number'
          ? String(value)
          : value,
    )
  );
}
