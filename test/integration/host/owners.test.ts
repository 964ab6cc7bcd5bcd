/**
 * The plan of every host keeps the runtime's rule: what lies below a directory of an account is this account's, and
 * nothing there is root's to run.
 */
import { dirname } from 'node:path/posix';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EMITTERS } from '../../../compiler/phases/7-plan/emitters.ts';
import type { Step } from '../../../emitters/api.ts';
import { fleet, stepsOf } from '../../unit/infra/fleet.ts';
import '../../package-text.ts';

const test = suite('owners of a plan');

type Placed = Extract<Step, { readonly path: string }>;

/** Who works on the entry of a path: the owner of the first directory on the way that is not root's. */
class Ways {
  readonly #owners = new Map<string, string>();
  readonly #links = new Map<string, string>();

  constructor(steps: readonly Step[]) {
    for (const step of steps) {
      if (step.kind === 'dir') this.#owners.set(step.path, step.owner);
      if (step.kind === 'link') this.#links.set(step.path, step.target);
      if (step.kind === 'user' && step.home !== undefined) this.#owners.set(step.home, step.name);
    }
  }

  ownerOf(path: string): string {
    let at = '';
    for (const name of dirname(path).split('/').slice(1)) {
      at = `${at}/${name}`;
      while (this.#links.has(at)) at = this.#links.get(at)!;
      const owner = this.#owners.get(at) ?? 'root';
      if (owner !== 'root') return owner;
    }
    return 'root';
  }
}

for (const platform of ['pigsty-4.5', 'debian-12']) {
  const site = fleet({}, platform);
  for (const host of site.hosts) {
    const steps = stepsOf(site, host, EMITTERS);
    const ways = new Ways(steps);
    const placed = steps.filter((step): step is Placed => 'path' in step);

    test(`${platform} ${host.name}: nothing of a third account below a directory of an account`, () => {
      assert.ok(placed.length > 20);
      for (const step of placed) {
        const owner = ways.ownerOf(step.path);
        if (owner !== 'root' && step.kind !== 'absent') assert.is(step.owner ?? 'root', owner, step.path);
      }
    });

    test(`${platform} ${host.name}: programs, units and directories of root are root's alone`, () => {
      for (const step of placed) {
        const runs = step.kind === 'file' && ((step.mode & 0o111) !== 0 || /^\/(etc|usr)\//.test(step.path));
        if (runs) assert.is(ways.ownerOf(step.path), 'root', step.path);
        if (step.kind === 'dir' && step.owner === 'root') assert.is(step.mode & 0o022, 0, step.path);
      }
    });
  }
}

test.run();
