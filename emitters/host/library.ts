/** lib.sh: the runtime, the same on every host of a bundle. */
import { MODULES } from '../modules.ts';
import { packageText } from '../toolkit/package-text.ts';
import type { HostPlan } from './bundle-types.ts';

/** Files of the runtime, in the order they are read; paths in the package. */
export const RUNTIME_PARTS = [
  ...hostParts('core', 'answers', 'paths', 'form', 'files', 'units', 'inspect', 'users', 'packages', 'repository'),
  ...hostParts('preflight', 'identity'),
  ...MODULES.flatMap(({ runtime }) => runtime),
  ...hostParts('leave'),
];

function hostParts(...names: readonly string[]): readonly string[] {
  return names.map((name) => `emitters/host/runtime/${name}.sh`);
}

let assembled: { readonly text: string; readonly functions: ReadonlySet<string> } | undefined;

function library(): NonNullable<typeof assembled> {
  if (assembled === undefined) {
    const parts = RUNTIME_PARTS.map(packageText);
    const text = `# shellcheck shell=bash\n${parts.join('\n')}`;
    const functions = new Set([...text.matchAll(/^([a-z][a-z0-9_]*)\(\)/gm)].map((match) => match[1]!));
    assembled = { text, functions };
  }
  return assembled;
}

/** The text of lib.sh. */
export function runtimeLibrary(): string {
  return library().text;
}

/** A call of a function that the runtime does not define is a bug in an emitter: throws. */
export function assertRuntimeHas(plan: HostPlan): void {
  const { functions } = library();
  for (const name of calledFunctions(plan))
    if (!functions.has(name)) throw new Error(`the runtime has no function ${name}`);
}

function calledFunctions(plan: HostPlan): ReadonlySet<string> {
  const called = new Set<string>();
  for (const step of plan.steps) {
    if (step.kind === 'call' || step.kind === 'expect') called.add(step.fn);
    const effects = 'effects' in step ? step.effects : [];
    for (const effect of effects) if (effect.kind === 'call') called.add(effect.fn);
  }
  return called;
}
