/**
 * A run over a host that is as declared writes nothing, asks units for nothing but their state, and a run beside
 * another one ends at once.
 */
import { existsSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { confine } from './confine.ts';
import { fileStep, Sandbox, STAND_INS } from './harness.ts';
import { SCENARIOS } from './scenarios.ts';

const test = suite('second run');

/**
 * Everything below a directory with inode and times: equal when nothing was written, not even the same again. The lock
 * is on a directory that is there.
 */
function untouched(root: string, without: readonly string[] = []): string {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !without.includes(path))
    .sort();
  return ['', ...paths]
    .map((path) => {
      const { mode, ino, uid, gid, mtimeMs, ctimeMs } = lstatSync(join(root, path));
      return [path, mode, ino, uid, gid, mtimeMs, ctimeMs].join(' ');
    })
    .join('\n');
}

/** Scenarios that ask for what cannot stay, so that more of the runtime fails in the fault tests. */
const RESTLESS: readonly string[] = [
  'kernel, time, name, trust and resolver', // a module nobody has, and the name of the real machine
  'Redis: settings, a replica, a sentinel', // two quorums for one server
];

for (const { name, steps, host, before = [], options = [], lacks = [] } of SCENARIOS) {
  if (options.includes('--rollback') || RESTLESS.includes(name)) continue;
  test(name, () => {
    const box = new Sandbox();
    try {
      confine(box, lacks);
      Object.assign(box.env, { STAND_INS, PIGSTYC_PROC_SYS: join(box.base, 'proc') });
      writeFileSync(join(box.fake, 'passwd'), 'root:x:0:0::/root:/bin/sh\n');
      writeFileSync(join(box.fake, 'group'), 'root:x:0:\n');
      writeFileSync(join(box.fake, 'packages'), 'bash\n');
      host?.(box);
      for (const bundle of [...before, steps]) {
        box.build(bundle);
        const run = box.apply(...options);
        assert.is(run.code, 0, run.error);
      }
      box.calls();
      // The package index is read again as long as an optional package is not to be had.
      const look = (): string =>
        [untouched(box.root), untouched(box.fake, ['systemctl.log', 'indexed']).split('\n').slice(1)].flat().join('\n');
      const first = look();
      const second = box.apply(...options);
      assert.is(second.code, 0, second.error);
      assert.match(second.output, 'changed=0 ');
      assert.is(look(), first);
      assert.equal(box.calls(), [], 'only `systemctl show`');
    } finally {
      box.close();
    }
  });
}

test('a run beside another one exits 4 sooner than one that has nothing to do', async () => {
  const box = new Sandbox();
  try {
    const conf = fileStep('/etc/late.conf', 'late\n');
    box.build([conf]);
    box.apply();
    const quickest = (code: number): number =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const begun = performance.now();
          const run = box.apply();
          assert.is(run.code, code, run.error);
          return performance.now() - begun;
        }),
      );
    const idle = quickest(0);
    box.command(
      'slow',
      `#!/bin/sh\ntouch "${box.base}/started"\nwhile [ ! -e "${box.base}/go" ]; do sleep 0.02; done\n`,
    );
    box.build([{ kind: 'probe', stage: 'node', name: 'slow', command: ['slow'], timeoutSeconds: 50 }, conf]);
    const holder = box.applyAside();
    while (!existsSync(join(box.base, 'started'))) await new Promise((resolve) => setTimeout(resolve, 5));
    const locked = quickest(4);
    writeFileSync(join(box.base, 'go'), '');
    assert.is((await holder).code, 0);
    assert.ok(locked < idle, `${locked} ms beside another run, ${idle} ms alone`);
  } finally {
    box.close();
  }
});

test.run();
