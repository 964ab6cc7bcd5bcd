/** Newer packages: listed with --upgrade, installed with leave; a unit that runs a replaced program is named, and restarted with leave. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { Sandbox } from './harness.ts';

const DPKG = `#!/bin/bash
while read -r name version; do printf '%s\\tinstalled\\t%s\\t\\n' "$name" "$version"; done <"$FAKE/versions"
`;
/** Knows versions in $FAKE/available after its index was read: into another place for a question, for good otherwise. */
const APT = `#!/bin/bash
PATH=/usr/bin:/bin
printf '%s\\n' "$*" >>"$FAKE/apt.log"
case " $* " in
  *lists=*' update '*) cp "$FAKE/available" "$FAKE/asked"; exit ;;
  *' update '*) cp "$FAKE/available" "$FAKE/index"; exit ;;
  *lists=*) index=$FAKE/asked ;;
  *) index=$FAKE/index ;;
esac
[[ -e $index ]] || { echo 'E: Unable to locate package' >&2; exit 100; }
simulate=0
case " $* " in *' --simulate '*) simulate=1 ;; esac
while [[ $1 != -- ]]; do shift; done
for name in "\${@:2}" new-library; do
  old=$(sed -n "s/^$name //p" "$FAKE/versions") new=$(sed -n "s/^$name //p" "$index")
  if [[ -z $new || $new == "$old" ]]; then continue; fi
  if [[ $simulate == 1 ]]; then echo "Inst $name \${old:+[$old] }($new Debian-Security:13/stable-security [amd64])"; continue; fi
  sed -i "/^$name /d" "$FAKE/versions"
  echo "$name $new" >>"$FAKE/versions"
done
`;

interface World extends Context {
  box: Sandbox;
  processes: ChildProcess[];
}
const test = suite<World>('upgrades');
test.before.each((world) => {
  const box = (world.box = new Sandbox());
  world.processes = [];
  box.command('dpkg-query', DPKG);
  box.command('apt-get', APT);
  box.command('apt-mark', '#!/bin/bash\ncat "$FAKE/held" 2>/dev/null\n');
  writeFileSync(join(box.fake, 'versions'), 'server 17.1\nproxy 3.0\nlibrary 1\n');
  writeFileSync(join(box.fake, 'available'), 'server 17.2\nproxy 3.0\nlibrary 2\n');
});
test.after.each(({ box, processes }) => {
  for (const child of processes) child.kill('SIGKILL');
  box.close();
});

const packages = (...names: readonly string[]): readonly Step[] => [{ kind: 'package', stage: 'node', names }];
const versions = (box: Sandbox): string => readFileSync(join(box.fake, 'versions'), 'utf8');

test('without the option nothing is asked; with it newer versions are listed, and installed with leave', ({ box }) => {
  box.build(packages('server', 'proxy'));
  assert.match(box.apply().output, 'converged changed=0 ok=1 restarted=0 pending=0');
  assert.throws(() => readFileSync(join(box.fake, 'apt.log')));
  for (const flags of [['--check'], []]) {
    const asked = box.apply('--upgrade', ...flags);
    assert.match(asked.output, 'pending: upgrade server 17.1 to 17.2: needs --allow-restart');
    assert.match(asked.output, 'changed=0 ok=1 restarted=0 pending=1');
    assert.match(versions(box), 'server 17.1\n');
  }
  assert.match(box.apply('--upgrade', '--allow-restart').output, 'changed: package server 17.1 to 17.2');
  const installs = readFileSync(join(box.fake, 'apt.log'), 'utf8').match(/^.* install .*$/gm)!;
  assert.ok(
    installs.every((line) => line.includes('--only-upgrade') && line.includes('--no-remove')),
    installs.join('\n'),
  );
  assert.is(versions(box), 'proxy 3.0\nlibrary 1\nserver 17.2\n', 'and nothing that the bundle does not name');
  assert.match(box.apply('--upgrade', '--allow-restart').output, 'changed=0 ok=1 restarted=0 pending=0');
});

test('a question reads the index elsewhere: what the host knows stays', ({ box }) => {
  box.build(packages('server'));
  assert.is(box.apply('--upgrade', '--check').code, 2);
  assert.throws(() => readFileSync(join(box.fake, 'index')));
});

test('held packages and versions of the inventory stay; what is needed now is named', ({ box }) => {
  writeFileSync(join(box.fake, 'held'), 'server\n');
  writeFileSync(join(box.fake, 'available'), 'server 17.2\nproxy 3.1\nlibrary 2\nnew-library 1\n');
  box.build(packages('server', 'proxy', 'library=1'));
  const output = box.apply('--upgrade', '--allow-restart').output;
  assert.match(output, 'note: package server is held');
  assert.match(output, 'changed: package proxy 3.0 to 3.1\n  changed: package new-library 1\n');
  assert.match(versions(box), /^server 17\.1\nlibrary 1\n/);
});

test('a package that is missing is installed in the same run', ({ box }) => {
  writeFileSync(join(box.fake, 'versions'), 'server 17.1\n');
  box.build(packages('server', 'proxy'));
  const output = box.apply('--upgrade', '--allow-restart').output;
  assert.match(output, 'changed: package server 17.1 to 17.2');
  assert.match(output, 'changed: packages proxy');
});

/** A process whose program is replaced, as unit \`name\`. */
function replaced({ box, processes }: World, name: string): void {
  const program = join(box.base, name);
  copyFileSync('/bin/sleep', program);
  const child = spawn(program, ['60'], { stdio: 'ignore' });
  processes.push(child);
  rmSync(program);
  for (const kind of ['active', 'enabled']) writeFileSync(join(box.fake, kind, name), '');
  writeFileSync(join(box.fake, `pid.${name}`), `${child.pid}\n`);
}

for (const guarded of [true, false])
  test(`${guarded ? 'a guarded' : 'any other'} unit whose program was replaced is named, and restarted with leave`, (world) => {
    const { box } = world;
    box.build([
      { kind: 'unit', stage: 'node', unit: 'proxy', enabled: true, state: 'started', ...(guarded ? { guarded } : {}) },
      { kind: 'unit', stage: 'node', unit: 'other', enabled: true, state: 'started' },
    ]);
    assert.is(box.apply().code, 0);
    assert.match(box.apply().output, 'converged changed=0');
    replaced(world, 'proxy');
    for (const flags of [[], ['--check']]) {
      const noted = box.apply(...flags);
      assert.is(noted.code, 0, 'nothing that was declared differs');
      assert.match(noted.output, 'note: a restart of proxy waits for --allow-restart: its program was replaced');
      assert.not.match(noted.output, 'a restart of other');
    }
    const restarted = box.apply('--allow-restart');
    assert.match(restarted.output, 'changed: restarted proxy');
    assert.match(restarted.output, 'changed=1 ok=1 restarted=1 pending=0');
    assert.not.match(box.apply().output, 'note:');
  });

/** What Patroni's turn is, with this version installed and that one running. */
function patroniTurn(box: Sandbox, installed: string, answer: string): string {
  const packages = join(box.root, 'usr/lib/python3/dist-packages');
  mkdirSync(join(packages, `patroni-${installed}.egg-info`), { recursive: true });
  const script = `set -euo pipefail
    for part in host/runtime/core host/runtime/units pgsql/runtime-server; do . "emitters/$part.sh"; done
    ROOT=${box.root} WORK=${box.base} PATRONI_UNIT=patroni PATRONI_URL=http://10.0.0.1:8008 ALLOW_RESTART=0
    patroni_get() { printf '%s' '${answer}' >"$WORK/answer"; }
    patroni_outdated`;
  const done = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.is(done.status, 0, done.stderr);
  return done.stdout.trim();
}

test('Patroni, a program of an interpreter, says which version runs', ({ box }) => {
  const answer = '{"state": "running", "patroni": {"version": "4.0.7", "scope": "pg-test", "name": "pg-test-1"}}';
  assert.is(patroniTurn(box, '4.0.7', answer), '');
  assert.is(patroniTurn(box, '4.1.0', answer), '', 'one of them is what another interpreter has left');
  rmSync(join(box.root, 'usr'), { recursive: true });
  assert.is(
    patroniTurn(box, '4.1.0', answer),
    'note: a restart of patroni waits for --allow-restart: version 4.1.0 (4.0.7 runs)',
  );
});

test.run();
