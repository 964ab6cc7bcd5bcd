/** What PyYAML with libyaml, the reader of inventories upstream, makes of a text; and that we make the same of it. */
import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { read, typed } from '../../unit/parse/read.ts';

/** A tree in the shape of `typed`, or why there is none. */
type Answer = { readonly tree: unknown; readonly error?: undefined } | { readonly error: string };

const PYTHON = `
import json, sys, datetime, math, yaml
class Loader(yaml.CSafeLoader): pass
def enc(v):
    if isinstance(v, dict): return {'map': [[enc(k), enc(x)] for k, x in v.items()]}
    if isinstance(v, list): return [enc(x) for x in v]
    if isinstance(v, (datetime.date, datetime.datetime)): return {'date': True}
    if isinstance(v, float) and not math.isfinite(v): return {'number': {'inf': 'Infinity', '-inf': '-Infinity', 'nan': 'NaN'}[str(v)]}
    if isinstance(v, (bytes, set, tuple)): return {'other': type(v).__name__}
    return v
out = []
for text in json.load(sys.stdin):
    try: out.append({'tree': enc(yaml.load(text, Loader=Loader))})
    except Exception as e: out.append({'error': str(e)})
json.dump(out, sys.stdout)
`;

/** Why the comparison cannot be made here, or undefined. */
export function absent(): string | undefined {
  const probe = spawnSync('/usr/bin/python3', ['-c', 'import yaml; yaml.CSafeLoader'], { stdio: 'ignore' });
  return probe.status === 0 ? undefined : 'no python3 with yaml and libyaml';
}

export function readByPython(inputs: readonly string[]): readonly Answer[] {
  const run = spawnSync('/usr/bin/python3', ['-c', PYTHON], {
    input: JSON.stringify(inputs),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  return JSON.parse(run.stdout) as readonly Answer[];
}

/** What differs between the two, or undefined. `ours` are the problems that are our own additions. */
export function difference(text: string, theirs: Answer, ours: readonly string[]): string | undefined {
  const { tree, problems } = read(text);
  const refused = problems.find(({ slug }) => !ours.includes(slug));
  if (refused !== undefined) {
    return theirs.error === undefined ? `only we refuse ${JSON.stringify(text)}: ${refused.message}` : undefined;
  }
  if (theirs.error !== undefined) return `only PyYAML refuses ${JSON.stringify(text)}: ${theirs.error}`;
  const [left, right] = [JSON.stringify(typed(tree)), JSON.stringify(theirs.tree)];
  return left === right ? undefined : `${JSON.stringify(text)}\n  we: ${left}\n  PyYAML: ${right}`;
}

/** How many of the inputs are accepted by both; fails with every difference. */
export function agree(inputs: readonly string[], ours: readonly string[]): number {
  const theirs = readByPython(inputs);
  const found = inputs.flatMap((text, i) => difference(text, theirs[i]!, ours) ?? []);
  assert.ok(found.length === 0, `${found.length} differences\n${found.slice(0, 20).join('\n')}`);
  return theirs.filter(({ error }) => error === undefined).length;
}

/** A small generator of its own: the same inputs on every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
