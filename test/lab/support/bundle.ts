/** What apply.sh says, and the promise that it says nothing when there is nothing to do. */
import * as assert from 'uvu/assert';
import { HOSTS, type HostName, type Lab } from './lab.ts';

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

/** The files a run has written, or would write under `--check`. */
export function changedFiles(output: string): readonly string[] {
  return [...output.matchAll(/^ {2}(?:would change|changed): (\/\S+)$/gm)].map((match) => match[1]!);
}
