/** A machine that was installed anew under the address of one that had converged is deployed again, and nobody else is. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { build, HOSTS } from './build.ts';

/** Machines with a number each; who was sent something by a deployment, which visits it then. */
function machines(base: string, out: string): () => readonly string[] {
  for (const { name } of HOSTS) {
    mkdirSync(join(base, name));
    writeFileSync(join(base, name, 'machine-id'), `${name}\n`);
  }
  const program = (name: string, text: string): string => {
    writeFileSync(join(base, name), `#!/bin/bash\n${text}`, { mode: 0o755 });
    return join(base, name);
  };
  const ssh = program(
    'ssh',
    `cd ${base}/$1 || exit 255
  if [[ $2 == *'bash place/'* ]]; then echo "$1" >>${base}/visited
    echo "apply: $1 converged changed=0 ok=1 restarted=0 pending=0"; exit; fi
  command=\${2//'/etc/machine-id'/machine-id}
  exec bash -c "\${command//'chown -hR 0:0'/true}"\n`,
  );
  const scp = program('scp', `echo "\${2%%:*}" >>${base}/sent\nexec cp -r "$1" "${base}/\${2%%:*}/\${2#*:}"\n`);
  return () => {
    for (const name of ['visited', 'sent']) writeFileSync(join(base, name), '');
    const words = [`SSH=${ssh}`, `SCP=${scp}`, 'SUDO=', 'PLACE=place', 'STATE_DIR=state', 'deploy'];
    const done = spawnSync('make', ['-C', out, ...words], { encoding: 'utf8', timeout: 60_000 });
    assert.is(done.status, 0, done.stdout + done.stderr);
    const said = (name: string): readonly string[] =>
      [...new Set(readFileSync(join(base, name), 'utf8').match(/\S+/g))].sort();
    // Members of its cluster are visited with it, and sent nothing.
    for (const name of said('sent')) assert.ok(said('visited').includes(name), name);
    return said('sent');
  };
}

test('what a host says now counts, not what it said then', () => {
  const out = join(mkdtempSync(join(tmpdir(), 'pigstyc-out-')), 'out');
  const base = dirname(out);
  try {
    build(out);
    const deployed = machines(base, out);
    const all = HOSTS.map(({ name }) => name);
    assert.equal(deployed(), all);
    assert.equal(deployed(), [], 'all as they were');
    // The same machine without its files, then another machine with nothing, then one on which a run by hand has failed.
    rmSync(join(base, '10.0.0.2/place'), { recursive: true });
    assert.equal(deployed(), ['10.0.0.2']);
    rmSync(join(base, '10.0.0.3'), { recursive: true });
    mkdirSync(join(base, '10.0.0.3'));
    writeFileSync(join(base, '10.0.0.3/machine-id'), 'another\n');
    assert.equal(deployed(), ['10.0.0.3']);
    mkdirSync(join(base, '10.0.0.1/state'));
    writeFileSync(join(base, '10.0.0.1/state/failed-node'), '');
    assert.equal(deployed(), ['10.0.0.1']);
    rmSync(join(base, '10.0.0.1/state'), { recursive: true });
    assert.equal(deployed(), []);
  } finally {
    rmSync(base, { recursive: true });
  }
});

test.run();
