/** make inspect: the bundle compares itself with each host from memory, and no secret travels. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { STAND_INS } from '../host/harness.ts';
import { build } from './build.ts';

interface World extends Context {
  out: string;
}

const test = suite<World>('make inspect');
test.before.each((world) => {
  world.out = join(mkdtempSync(join(tmpdir(), 'pigstyc-out-')), 'out');
});
test.after.each(({ out }) => rmSync(dirname(out), { recursive: true }));

/** Two hosts that answer and one that is off. What is sent to a host is kept beside its root. */
function hosts(out: string): { readonly ssh: string; readonly of: (name: string) => string } {
  const base = dirname(out);
  const of = (name: string): string => join(base, name);
  for (const name of ['10.0.0.1', '10.0.0.2']) {
    mkdirSync(join(of(name), 'root/etc'), { recursive: true });
    mkdirSync(join(of(name), 'fake'));
    mkdirSync(join(of(name), 'tmp'));
    writeFileSync(join(of(name), 'root/etc/os-release'), 'ID=debian\nVERSION_ID="12"\n');
  }
  mkdirSync(join(base, 'bin'));
  // The host's memory, and no place on its disk.
  const programs = {
    systemctl: `exec ${join(STAND_INS, 'systemctl')} "$@"`,
    mktemp: 'if [[ $2 == -p ]]; then exec /bin/mktemp -d -p "$HOST/tmp"; fi; exec /bin/mktemp "$@"',
  };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(base, 'bin', name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(base, 'bin', name), 0o755);
  }
  const ssh = join(base, 'ssh');
  writeFileSync(
    ssh,
    `#!/bin/bash
export HOST=${base}/$1 FAKE=${base}/$1/fake PIGSTYC_ROOT=${base}/$1/root PIGSTYC_ASSUME_HOST=$1 PATH=${base}/bin:$PATH
if [[ ! -d $HOST ]]; then echo "ssh: no route to $1" >&2; exit 255; fi
tee "$HOST/sent" | bash -c "$2"
`,
  );
  chmodSync(ssh, 0o755);
  return { ssh, of };
}

test('a host a line; one that is off fails alone, and nothing secret is sent', ({ out }) => {
  build(out, { files: ['/etc/a.conf', '/etc/secret.conf', '/etc/other-secret.conf'] });
  const { ssh, of } = hosts(out);
  writeFileSync(
    join(of('10.0.0.1'), 'root/etc/secret.conf'),
    readFileSync(join(out, 'hosts/10.0.0.1/sealed/etc/secret.conf')),
  );
  const done = spawnSync('make', ['-C', out, 'inspect', `SSH=${ssh}`, 'SUDO='], { encoding: 'utf8', timeout: 60_000 });
  const said = done.stdout + done.stderr;
  // Owners are those of this machine, so this file differs, but not in what it says.
  assert.match(said, /the host alone +node +\/etc\/secret\.conf is root:root 0640$/m);
  assert.match(said, /the host alone +node +\/etc\/other-secret\.conf$/m);
  assert.match(said, /^10\.0\.0\.1 +0 +0 +0 +0 +3 +0$/m);
  assert.match(said, /^10\.0\.0\.3 +failed: ssh: no route to 10\.0\.0\.3$/m);
  assert.match(said, /^sum +0 +0 +0 +0 +6 +0$/m);
  assert.is.not(done.status, 0, 'one could not be compared');
  for (const name of ['10.0.0.1', '10.0.0.2']) {
    const sent = spawnSync('tar', ['-xzOf', join(of(name), 'sent')], { encoding: 'utf8' });
    assert.is(sent.status, 0, sent.stderr);
    assert.match(sent.stdout, 'expect_host');
    assert.not.match(sent.stdout, 'hunter2');
    assert.equal(spawnSync('ls', ['-A', join(of(name), 'tmp')], { encoding: 'utf8' }).stdout, '', 'nothing stays');
    assert.not.ok(existsSync(join(of(name), 'root/var')));
  }
  assert.not.ok(existsSync(join(out, 'stamps/10.0.0.1.d/digests')));
});

test.run();
