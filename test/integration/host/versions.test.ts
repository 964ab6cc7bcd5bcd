/** Packages whose version the inventory names: another one is said, and installed with leave only. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { Sandbox } from './harness.ts';

const DPKG = `#!/bin/bash
while read -r name version; do printf '%s\\tinstalled\\t%s\\t\\n' "$name" "$version"; done <"$FAKE/versions"
`;
/** Installs \`NAME=VERSION\`, in place of another version. */
const APT = `#!/bin/bash
PATH=/usr/bin:/bin
while [[ $1 != -- ]]; do shift; done
for word in "\${@:2}"; do sed -i "/^\${word%%=*} /d" "$FAKE/versions"; echo "\${word/=/ }" >>"$FAKE/versions"; done
`;

interface World extends Context {
  box: Sandbox;
}
const test = suite<World>('versions of packages');
test.before.each((world) => {
  const box = (world.box = new Sandbox());
  box.command('dpkg-query', DPKG);
  box.command('apt-get', APT);
});
test.after.each(({ box }) => box.close());

const step = (...names: readonly string[]): readonly Step[] => [{ kind: 'package', stage: 'node', names }];

test('a missing one is installed in the version, another one waits for leave', ({ box }) => {
  writeFileSync(join(box.fake, 'versions'), 'other 1\n');
  box.build(step('server=17.1', 'other'));
  assert.match(box.apply().output, 'changed: packages server=17.1');
  assert.match(box.apply().output, 'converged changed=0 ok=1 restarted=0 pending=0');
  box.build(step('server=17.2', 'other'));
  assert.match(box.apply().output, 'pending: install server=17.2, 17.1 is here: needs --allow-restart');
  assert.is(box.apply('--check').code, 2);
  assert.match(box.apply('--allow-restart').output, 'changed: packages server=17.2');
  assert.match(box.apply().output, 'converged changed=0 ok=1 restarted=0 pending=0');
});

test('a version may be a pattern', ({ box }) => {
  writeFileSync(join(box.fake, 'versions'), 'server 17.1-2\n');
  box.build(step('server=17.1*'));
  assert.match(box.apply().output, 'converged changed=0 ok=1 restarted=0 pending=0');
  box.build(step('server=17.2*'));
  assert.match(box.apply().output, 'pending: install server=17.2*, 17.1-2 is here');
});

test.run();
