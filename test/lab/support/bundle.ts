/** What apply.sh says, and the promise that it says nothing when there is nothing to do. */
import * as assert from 'uvu/assert';
import type { HostImpact } from '../../../compiler/review/impact/impact.ts';
import { HOSTS, type HostName, type Lab, type Outcome } from './lab.ts';

export type ByHost<T> = Readonly<Partial<Record<HostName, T>>>;

/** `apply: HOST converged changed=0 ok=…` as numbers. */
export function counts(output: string): Readonly<Record<'changed' | 'restarted' | 'pending', number>> {
  const line = /^apply: .*changed=(\d+) ok=\d+ restarted=(\d+) pending=(\d+)/m.exec(output);
  assert.ok(line, output);
  return { changed: Number(line[1]), restarted: Number(line[2]), pending: Number(line[3]) };
}

/** Applies everywhere: nothing is written, nothing is restarted. Returns the seconds each host took. */
export function everyoneConverged(lab: Lab, hosts: readonly HostName[] = HOSTS): readonly number[] {
  return hosts.map((host) => {
    const outcome = lab.apply(host);
    assert.is(outcome.code, 0, outcome.output);
    assert.equal(counts(outcome.output), { changed: 0, restarted: 0, pending: 0 }, `${host}\n${outcome.output}`);
    return outcome.seconds;
  });
}

/** Builds another inventory and pushes it. What apply.sh would do to units is on each host what `pigstyc diff` has said before. */
export function buildAsPromised(
  lab: Lab,
  inventory: string,
  hosts: readonly HostName[] = HOSTS,
): { readonly promised: ByHost<HostImpact>; readonly files: ByHost<readonly string[]> } {
  const promised = lab.impact(inventory);
  lab.build(inventory);
  assert.is(lab.make('push').code, 0);
  const files = hosts.map((host) => {
    const { output } = lab.apply(host, '--check');
    assert.equal(effectsIn(output), effectsOf(promised[host]), `${host}\n${output}`);
    return [host, changedFiles(output)];
  });
  return { promised, files: Object.fromEntries(files) as ByHost<readonly string[]> };
}

/** The files a run would write under `--check`. */
function changedFiles(output: string): readonly string[] {
  return [...output.matchAll(/^ {2}would change: (\/\S+)$/gm)].map((match) => match[1]!);
}

/** What it would do to units and call, in the words of {@link HostImpact}. */
function effectsIn(output: string): readonly string[] {
  const found = (pattern: RegExp, word: (match: RegExpExecArray) => string): readonly string[] =>
    [...output.matchAll(pattern)].map(word);
  const effects = [
    ...found(/^ {2}would change: (start|stop|reload|restart)p?ed (\S+)$/gm, ([, verb, unit]) => `${verb} ${unit}`),
    ...found(/^ {2}pending: stop (\S+) and remove /gm, ([, unit]) => `stop! ${unit}`),
    ...found(/^ {2}pending: restart (\S+): run apply\.sh/gm, ([, unit]) => `restart! ${unit}`),
    ...found(/^ {2}would call: (\S+)/gm, ([, name]) => `call ${name}`),
  ];
  return [...new Set(effects)].sort();
}

/** A restart makes a reload needless. */
function effectsOf(impact: HostImpact | undefined): readonly string[] {
  const effects = new Set((impact?.effects ?? []).map((effect) => effect.split(' ').slice(0, 2).join(' ')));
  return [...effects]
    .filter((effect) => !effect.startsWith('reload ') || !effects.has(effect.replace('reload', 'restart')))
    .sort();
}

/** `make -j4 deploy`, which ends well. */
export function deployed(lab: Lab, ...flags: readonly string[]): Outcome {
  const outcome = lab.make('-j4', 'deploy', ...flags);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  return outcome;
}

/** What a shell program prints as root in a host, where it ends well. */
export function inside(lab: Lab, host: HostName, program: string): string {
  const { code, stdout, output } = lab.exec(host, ['sh', '-ec', program]);
  assert.is(code, 0, output);
  return stdout;
}
