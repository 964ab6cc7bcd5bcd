/** A machine whose files are written in memory: a path means the same however it is written, and wherever one is. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost } from '../../../compiler/host/host.ts';
import { emptyHost, overlay } from '../../../compiler/review/diff/overlay-host.ts';

for (const cwd of ['/', '/srv/site'])
  test(`one that stands in ${cwd}`, () => {
    const { host } = overlay(emptyHost({ ...nodeHost(), cwd: () => cwd }));
    host.writeFile('out/a/b', 'text', 0o644);
    const whole = cwd === '/' ? '/out' : `${cwd}/out`;
    for (const path of ['out/a/b', './out/a/b', 'out//a/b', 'out/x/../a/b', `${whole}/a/b`])
      assert.is(Buffer.from(host.readFile(path)).toString(), 'text', path);
    for (const path of ['out', 'out/', whole, `${whole}/`]) assert.is(host.stat(path)?.kind, 'directory', path);
    assert.equal(host.readDir('out/a'), ['b']);
  });

test.run();
