/** Packages that a site can do without: what no repository has is said, and is no difference that stays for ever. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { Sandbox, STAND_INS } from './harness.ts';

/** Finds what the repository has, `$FAKE/repository`, and nothing else. */
const APT = `#!/bin/bash
PATH=/usr/bin:/bin
if [[ " $* " != *' install '* ]]; then exit; fi
while [[ $1 != -- ]]; do shift; done
for name in "\${@:2}"; do grep -qx -- "$name" "$FAKE/repository" || exit 100; done
printf '%s\\n' "\${@:2}" >>"$FAKE/packages"
`;

interface World extends Context {
  box: Sandbox;
}
const test = suite<World>('optional packages');
test.before.each((world) => {
  const box = (world.box = new Sandbox());
  box.command('dpkg-query', readFileSync(join(STAND_INS, 'dpkg-query'), 'utf8'));
  box.command('apt-get', APT);
  writeFileSync(join(box.fake, 'repository'), 'tool\n');
  writeFileSync(join(box.fake, 'packages'), 'bash\n');
  box.build([{ kind: 'package', stage: 'node', names: ['tool', 'rare'], optional: true }]);
});
test.after.each(({ box }) => box.close());

const ABSENT = 'note: optional package rare is not available';

test('what no repository has is a difference until it was asked for, then a note', ({ box }) => {
  assert.is(box.apply('--check').code, 2);
  assert.match(box.apply().output, ABSENT);
  const check = box.apply('--check');
  assert.is(check.code, 0, check.output);
  assert.match(check.output, ABSENT);
});

test('a run installs it once a repository has it, and misses it when it is gone', ({ box }) => {
  box.apply();
  writeFileSync(join(box.fake, 'repository'), 'tool\nrare\n');
  assert.match(box.apply().output, 'changed: packages rare');
  assert.is(box.apply('--check').code, 0);
  writeFileSync(join(box.fake, 'packages'), 'bash\ntool\n');
  assert.is(box.apply('--check').code, 2);
});

test('beside it, another one that was removed is a difference', ({ box }) => {
  box.apply();
  const left = readFileSync(join(box.fake, 'packages'), 'utf8').replace('tool\n', '');
  writeFileSync(join(box.fake, 'packages'), left);
  const check = box.apply('--check');
  assert.is(check.code, 2);
  assert.match(check.output, 'would change: packages tool\n');
});

test.run();
