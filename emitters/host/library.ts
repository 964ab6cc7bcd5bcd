/** lib.sh of a host: the runtime's common part and the modules whose functions the plan calls, in a fixed order. */
import { packageText } from '../toolkit/package-text.ts';
import type { HostPlan } from './bundle-types.ts';

const COMMON = ['core', 'paths', 'files', 'units', 'users', 'packages', 'preflight', 'identity'] as const;
const MODULES = [
  ['node'],
  ['etcd', 'etcd-member'],
  ['pgsql', 'pgsql-server'],
  ['redis'],
  ['minio'],
  ['infra'],
] as const;

const runtimeText = (name: string): string => packageText(`emitters/host/runtime/${name}.sh`);

const defined = new Map<string, ReadonlySet<string>>();

/** Names of the functions a runtime file defines. */
function functionsOf(name: string): ReadonlySet<string> {
  let names = defined.get(name);
  if (names === undefined) {
    names = new Set([...runtimeText(name).matchAll(/^([a-z][a-z0-9_]*)\(\)/gm)].map((match) => match[1]!));
    defined.set(name, names);
  }
  return names;
}

const assembled = new Map<string, string>();

/** The library text. A call of a function that no runtime file defines is a bug in an emitter. */
export function runtimeLibrary(plan: HostPlan): string {
  const called = calledFunctions(plan);
  const modules = MODULES.filter((files) =>
    files.some((file) => [...functionsOf(file)].some((name) => called.has(name))),
  ).flat();
  for (const name of called) {
    if (![...COMMON, ...modules].some((module) => functionsOf(module).has(name)))
      throw new Error(`the runtime has no function ${name}`);
  }
  const key = modules.join(' ');
  let text = assembled.get(key);
  if (text === undefined) {
    text = `# shellcheck shell=bash\n${[...COMMON, ...modules].map(runtimeText).join('\n')}`;
    assembled.set(key, text);
  }
  return text;
}

function calledFunctions(plan: HostPlan): ReadonlySet<string> {
  const called = new Set<string>();
  for (const step of plan.steps) {
    if (step.kind === 'call' || step.kind === 'expect') called.add(step.fn);
    const effects = step.kind === 'file' || step.kind === 'absent' ? step.effects : [];
    for (const effect of effects) if (effect.kind === 'call') called.add(effect.fn);
  }
  return called;
}
