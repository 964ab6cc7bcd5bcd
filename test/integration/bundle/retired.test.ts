/** A host that leaves the inventory gets a last bundle, which stays until it comes back or somebody removes it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost, type Host as System } from '../../../compiler/host/host.ts';
import type { Host } from '../../../compiler/model/site.ts';
import { build, HOSTS, tree } from './build.ts';

interface World extends Context {
  out: string;
}

const test = suite<World>('retired');
test.before.each((world) => {
  world.out = join(mkdtempSync(join(tmpdir(), 'pigstyc-out-')), 'out');
});
test.after.each(({ out }) => rmSync(dirname(out), { recursive: true }));

const LAST = 'retired/10.0.0.3';
const REST = HOSTS.slice(0, 2);
const lastFiles = (out: string): readonly string[] =>
  Object.keys(tree(out)).filter((path) => path.startsWith('retired/'));
const ALL = ['apply.sh', 'lib.sh', 'manifest.tsv', 'ssh_config'].map((name) => `${LAST}/${name}`);

test('it leaves, comes back and leaves again', ({ out }) => {
  build(out);
  const before = tree(out);
  assert.equal(lastFiles(out), [], 'who never left has none');
  build(out, { hosts: REST });
  assert.equal(lastFiles(out), ALL);
  assert.ok(!existsSync(join(out, 'hosts/10.0.0.3')));
  const left = tree(out);
  assert.match(left[`${LAST}/apply.sh`]!, /^expect_host 10\.0\.0\.3 n-10\.0\.0\.3\nRETIRES=1$/m);
  assert.match(left['.gitignore']!, /^\/retired\/\*\/lib\.sh$/m);
  const second = build(out, { hosts: REST });
  assert.equal([second.written, second.removed], [[], []], 'it stays');
  build(out);
  assert.equal(tree(out), before, 'it is back');
  build(out, { hosts: REST });
  assert.equal(tree(out), left, 'it leaves again');
  rmSync(join(out, LAST), { recursive: true });
  build(out, { hosts: REST });
  assert.equal(lastFiles(out), [], 'what somebody has removed does not come back');
  assert.not.match(readFileSync(join(out, 'Makefile'), 'utf8'), '10.0.0.3');
});

test('a machine with another name has not left, also when the former one had', ({ out }) => {
  const last = HOSTS[2]!;
  const renamed = { ...last, name: 'third' };
  build(out);
  build(out, { hosts: [...REST, renamed] });
  assert.equal(lastFiles(out), []);
  assert.ok(existsSync(join(out, 'hosts/third')));
  build(out, { hosts: REST });
  assert.match(lastFiles(out).join(' '), 'retired/third/apply.sh');
  build(out);
  assert.equal(lastFiles(out), [], 'it is back under its first name');
});

test('also when a selection is built; the copy of the library comes back in a clone', ({ out }) => {
  build(out);
  build(out, { hosts: REST, selected: [HOSTS[0]!] });
  assert.equal(lastFiles(out), ALL);
  rmSync(join(out, LAST, 'lib.sh'));
  build(out, { hosts: REST });
  assert.equal(lastFiles(out), ALL);
});

test('a build that fails at any moment leaves the former bundle, and the next one retires the host', ({ out }) => {
  build(out);
  const before = tree(out);
  const quiet = (): Record<string, string> =>
    Object.fromEntries(Object.entries(tree(out)).filter(([path]) => !path.startsWith('.pigstyc-new/')));
  for (const allowed of [0, 3, 9]) {
    let renames = 0;
    const system: System = {
      ...nodeHost(),
      rename: (from, to) => {
        if (renames++ === allowed) throw new Error('input/output error');
        nodeHost().rename(from, to);
      },
    };
    assert.throws(() => build(out, { hosts: REST, system }), 'input/output');
    assert.equal(quiet(), before);
  }
  build(out, { hosts: REST });
  assert.equal(lastFiles(out), ALL);
});

/** Writes programs that stand for others. */
const scriptsIn =
  (base: string) =>
  (name: string, text: string): string => {
    writeFileSync(join(base, name), `#!/bin/bash\n${text}`, { mode: 0o755 });
    return join(base, name);
  };

test('make retire reaches it as it was reached before and says what became of it', ({ out }) => {
  const third = { ...HOSTS[2]!, connection: { target: 'box', options: ['Port 2222'] } } as unknown as Host;
  build(out, { hosts: [...REST, third] });
  const block = /Host box\n {2}Port 2222\n/;
  assert.match(readFileSync(join(out, 'ssh_config'), 'utf8'), block);
  build(out, { hosts: REST });
  build(out, { hosts: REST });
  assert.match(readFileSync(join(out, 'ssh_config'), 'utf8'), block);
  const base = dirname(out);
  const script = scriptsIn(base);
  const ssh = script(
    'ssh',
    `[ -e ${base}/off ] && exit 255; mkdir -p "${base}/$1"; cd "${base}/$1" && exec bash -c "$2"\n`,
  );
  const scp = script('scp', `exec cp -r "$1" "${base}/\${2%%:*}/\${2#*:}"\n`);
  const log = join(base, 'log');
  writeFileSync(
    join(out, LAST, 'apply.sh'),
    `echo "$*" >>${log}\necho 'apply: 10.0.0.3 converged changed=9 ok=0 restarted=0 pending=0'\n`,
  );
  const make = (...words: readonly string[]): { readonly code: number | null; readonly text: string } => {
    const done = spawnSync('make', ['-C', out, `SSH=${ssh}`, `SCP=${scp}`, 'SUDO=', 'PLACE=place', ...words], {
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, HOST: 'elsewhere' },
    });
    return { code: done.status, text: done.stdout + done.stderr };
  };
  const named = make('retire', 'HOST=10.0.0.3', 'FLAGS=--end=other,pg-main');
  assert.is(named.code, 2);
  assert.match(named.text, '--end=pg-main: still in the inventory');
  const asked = make('retire');
  assert.is(asked.code, 2);
  assert.match(asked.text, 'make retire HOST=…: all or some of 10.0.0.3');
  assert.match(
    make('summary').text,
    /^leaves +10\.0\.0\.3 is no longer in the inventory: make retire HOST=10\.0\.0\.3$/m,
  );
  writeFileSync(join(base, 'off'), '');
  const off = make('retire', 'HOST=10.0.0.3');
  assert.is(off.code, 2);
  assert.match(off.text, 'FAILED 10.0.0.3: cannot be reached');
  rmSync(join(base, 'off'));
  const done = make('retire', 'HOST=10.0.0.3', 'FLAGS=--purge=10.0.0.3');
  assert.is(done.code, 0, done.text);
  assert.match(done.text, /^left +10\.0\.0\.3 converged changed=9/m);
  assert.is(readFileSync(log, 'utf8'), '--purge=10.0.0.3 --allow-restart\n');
  assert.match(make('summary').text, /^left +10\.0\.0\.3 converged/m);
  assert.is(make('check.10.0.0.3').code, 0);
  assert.match(readFileSync(log, 'utf8'), /^--check$/m);
});

test('a primary goes after all its replicas, also when these serve others', ({ out }) => {
  const stages = {
    '10.0.0.1': ['etcd', 'pgsql'],
    '10.0.0.2': ['etcd', 'pgsql'],
    '10.0.0.3': ['infra', 'pgsql'],
  } as const;
  build(out, { stages, primary: '10.0.0.1' });
  const order = (): readonly string[] =>
    [...readFileSync(join(out, 'Makefile'), 'utf8').matchAll(/^RETIRED \+= (.*)$/gm)].map(([, name]) => name!);
  build(out, { hosts: [] });
  assert.equal(order(), ['10.0.0.2', '10.0.0.3', '10.0.0.1']);
  build(out, { hosts: [] });
  assert.equal(order(), ['10.0.0.2', '10.0.0.3', '10.0.0.1'], 'by their last bundles');
});

test('a whole site leaves: all hosts in the order of who serves whom, the first that fails ends it', ({ out }) => {
  build(out, {
    stages: { '10.0.0.1': ['etcd', 'infra'], '10.0.0.2': ['pgsql'] },
    primary: '10.0.0.2',
    cluster: 'pg-test',
  });
  build(out, { hosts: [] });
  build(out, { hosts: [] });
  const order = ['10.0.0.3', '10.0.0.2', '10.0.0.1'];
  const makefile = readFileSync(join(out, 'Makefile'), 'utf8');
  assert.equal(
    [...makefile.matchAll(/^RETIRED \+= (.*)$/gm)].map(([, name]) => name),
    order,
  );
  const base = dirname(out);
  const log = join(base, 'log');
  const script = scriptsIn(base);
  const ssh = script(
    'ssh',
    `case $2 in *bash\\ *apply.sh\\ *) echo "$2" >>${log}; [ "$(<${base}/bad)" = "$1" ] && exit 3; echo "apply: ` +
      `$1 converged changed=1 ok=0 restarted=0 pending=0" ;; esac\n`,
  );
  const make = (...words: readonly string[]): { readonly code: number | null; readonly text: string } => {
    const place = [`SSH=${ssh}`, `SCP=${script('scp', '')}`, 'SUDO=', 'PLACE=place'];
    const done = spawnSync('make', ['-j4', '-C', out, ...place, ...words], { encoding: 'utf8', timeout: 60_000 });
    return { code: done.status, text: done.stdout + done.stderr };
  };
  const visited = (): readonly string[] => {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
    rmSync(log, { force: true });
    return lines.map((line) =>
      line
        .replace(/.*place\/(\S+)\/apply.sh/, '$1')
        .trim()
        .replace(/ +/g, ' '),
    );
  };
  const unknown = make('retire', 'HOST=10.0.0.2 10.0.0.9');
  assert.match(unknown.text, 'make retire HOST=…: all or some of 10.0.0.3 10.0.0.2 10.0.0.1');
  assert.is(make('check').code, 0, 'nobody is left to ask');
  assert.equal(visited(), []);
  const unnamed = make('retire', 'HOST=all', 'FLAGS=--end=etcd');
  assert.is(unnamed.code, 2);
  assert.match(unnamed.text, 'REFUSED: no member would be left of pg-test. When it is to end: FLAGS=--end=pg-test\n');
  assert.match(make('retire', 'HOST=all').text, 'FLAGS=--end=pg-test\n');
  assert.equal(visited(), [], 'refused before the first of them goes');
  writeFileSync(join(base, 'bad'), '10.0.0.2');
  const stopped = make('retire', 'HOST=all', 'FLAGS=--end=pg-test,etcd');
  assert.is(stopped.code, 2);
  assert.match(stopped.text, /^stopped at 10\.0\.0\.2$/m);
  assert.match(stopped.text, /^left +10\.0\.0\.3 converged/m);
  assert.equal(
    visited(),
    order.slice(0, 2).map((host) => `${host} --end=pg-test,etcd --allow-restart`),
  );
  writeFileSync(join(base, 'bad'), '');
  const done = make('retire', 'HOST=all', 'FLAGS=--end=pg-test,etcd');
  assert.is(done.code, 0, done.text);
  assert.equal(
    visited(),
    order.map((host) => `${host} --end=pg-test,etcd --allow-restart`),
  );
  assert.match(make('summary').text, /^left +10\.0\.0\.1 converged/m);
  assert.is(make('retire', 'HOST=all').code, 0, 'what has left needs no name any more');
  visited();
  make('check.10.0.0.1', 'FLAGS=--end=etcd --allow-restart');
  assert.equal(visited(), ['10.0.0.1 --check --end=etcd']);
});

test.run();
