/** `pigstyc diff --base` compares two inventories: no bundle, no key, no secret, nothing written. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../../../compiler/cli/program.ts';
import { nodeHost } from '../../../compiler/host.ts';

const test = suite('diff --base');
const BACK = process.cwd();
let dir = '';

test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-base-'));
  process.chdir(dir);
  git('init', '-q', '-b', 'main');
});
test.after.each(() => {
  process.chdir(BACK);
  rmSync(dir, { recursive: true });
});

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...identity, ...args], { encoding: 'utf8' });
  assert.is(status, 0, stderr);
}

function write(path: string, text: string): void {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), text);
}

function commit(): void {
  git('add', '-A');
  git('commit', '-q', '-m', 'x');
}

async function diff(...args: readonly string[]) {
  let [stdout, stderr] = ['', ''];
  const host = {
    ...nodeHost(),
    stdout: (text: string) => (stdout += text),
    stderr: (text: string) => (stderr += text),
  };
  const status = await run(['diff', '--color', 'never', ...args], host);
  return { status, stdout, stderr };
}

const inventory = (vars: string, more = ''): string =>
  `all:
  children:
    etcd: { hosts: { 10.0.0.1: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
    pg-a: { hosts: { 10.0.0.2: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-a${more} } }
  vars: { admin_ip: 10.0.0.1, ${vars} }
`;
const OLD = inventory("node_timezone: 'UTC'");
const NEW = inventory("node_timezone: 'Asia/Tokyo'");
const SAME = /^nothing changes since/;

test('a revision: what differs, the exit code, and not a file more than before', async () => {
  write('pigsty.yml', OLD);
  commit();
  assert.match((await diff('--base', 'main')).stdout, SAME);
  assert.is((await diff('--base', 'HEAD', '--exit-code')).status, 0);
  write('pigsty.yml', NEW);
  const { status, stdout } = await diff('--base', 'main', '--exit-code');
  assert.is(status, 3);
  assert.match(stdout, /^\+.*Asia\/Tokyo/m);
  assert.match(stdout, /^= the same in 1 other file, on 2 hosts of 2 clusters$/m);
  assert.match(stdout, /\nsince main: 0 files would be added, \d+ changed, 0 removed\n$/);
  assert.is((await diff('--base', 'main')).status, 0);
  assert.equal(readdirSync(dir).sort(), ['.git', 'pigsty.yml']);
});

test('plan is another name; -U, --stat, --impact and --hosts choose what is printed', async () => {
  write('pigsty.yml', OLD);
  commit();
  write('pigsty.yml', NEW);
  let stdout = '';
  await run(['plan', '--base', 'main', '--hosts'], {
    ...nodeHost(),
    stdout: (text) => (stdout += text),
    stderr: () => undefined,
  });
  assert.is(stdout, '10.0.0.1\n10.0.0.2\n');
  assert.match((await diff('--base', 'main', '--stat')).stdout, /^hosts\/\*\/apply\.sh +2 files +\+\d+ -\d+$/m);
  assert.match(
    (await diff('--base', 'main', '--stat', '--full')).stdout,
    /^hosts\/10\.0\.0\.2\/apply\.sh +\+\d+ -\d+$/m,
  );
  assert.not.match((await diff('--base', 'main', '--impact')).stdout, /^[-+@]/m);
  const hunks = (await diff('--base', 'main', '-U', '0')).stdout.split('\n').filter((line) => line.startsWith(' '));
  assert.ok(
    hunks.every((line) => line.startsWith('  ')),
    hunks.join('\n'),
  );
  assert.is((await diff('--base', 'main', '-U', '-1')).status, 2);
  assert.is(JSON.parse((await diff('--base', 'main', '--format', 'json')).stdout).impact.length, 2);
});

test('variables beside the inventory, several files, and files that it names are of the revision', async () => {
  write('sites/base.yml', inventory('x_none: 1', ', pg_files: [hello.sh]'));
  write('sites/prod.yml', 'all: { vars: { node_timezone: UTC } }\n');
  write('sites/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 8MB }\n');
  write('sites/hello.sh', 'echo old\n');
  commit();
  const files = ['-i', 'sites/base.yml', '-i', 'sites/prod.yml', '--base', 'HEAD'];
  assert.match((await diff(...files)).stdout, SAME);
  write('sites/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 9MB }\n');
  write('sites/hello.sh', 'echo new\n');
  write('sites/prod.yml', 'all: { vars: { node_timezone: Asia/Tokyo } }\n');
  // Not added to git: new all the same.
  write('sites/host_vars/10.0.0.2.yml', 'pg_default_version: 17\nnode_cpu: 2\n');
  const { stdout, stderr } = await diff(...files);
  for (const pattern of [
    /^-work_mem = .*8MB/m,
    /^\+work_mem = .*9MB/m,
    /^-echo old$/m,
    /^\+echo new$/m,
    /^\+.*Asia\/Tokyo/m,
  ])
    assert.match(stdout, pattern, stderr);
  rmSync('sites/group_vars', { recursive: true });
  assert.match((await diff(...files)).stdout, /^-work_mem = .*8MB/m);
});

test('a file, a directory that stands for this one, a bundle', async () => {
  write('old.yml', OLD);
  write('there/inventory/pigsty.yml', OLD);
  write('inventory/pigsty.yml', NEW);
  const file = 'inventory/pigsty.yml';
  for (const base of ['old.yml', 'there']) {
    assert.match((await diff(file, '--base', base)).stdout, /^\+.*Asia\/Tokyo/m, base);
    assert.match((await diff('there/inventory/pigsty.yml', '--base', 'old.yml')).stdout, SAME);
  }
  await run(['build', 'old.yml', '-o', 'bundle', '-q', '--demo'], {
    ...nodeHost(),
    stdout: () => undefined,
    stderr: () => undefined,
  });
  const against = await diff(file, '--base', 'bundle', '--state', '.');
  assert.match(against.stdout, /^\+.*Asia\/Tokyo/m, against.stderr);
  assert.match(against.stdout, /^since bundle: /m);
});

test('a secret whose value changes is seen and not shown; the numbers say nothing about it', async () => {
  const users = (password: string): string =>
    inventory('x_none: 1', `, pg_users: [{ name: app, password: ${password} }]`);
  write('pigsty.yml', users('First.Secret-1'));
  commit();
  write('pigsty.yml', users('Second.Secret-2'));
  const { stdout, stderr } = await diff('--base', 'main', '--full');
  assert.match(
    stdout,
    /^-.*<secret:pg_users\.app\.password.*#([0-9a-f]{8})>.*\n(?:-.*\n)*\+.*<secret:pg_users\.app\.password.*#(?!\1)[0-9a-f]{8}>/m,
  );
  assert.not.match(stdout + stderr, /(First|Second)\.Secret/);
  assert.is((await diff('--base', 'main', '--full')).stdout, stdout);
});

test('values from the environment and files may be absent on both sides; what git ignores is on both', async () => {
  const text = inventory(
    'node_timezone: UTC',
    ", pg_users: [{ name: app, password: '${file:app.pass}' }, { name: more, password: '${env:NOT_SET}' }]",
  );
  write('pigsty.yml', text);
  write('.gitignore', '*.pass\nfacts\n');
  write('app.pass', 'App.Secret-1\n');
  write(
    'facts/10.0.0.2.json',
    JSON.stringify({ cpu: 7, memoryMib: 9000, diskGib: 77, os: { vendor: 'debian', version: '12' } }),
  );
  commit();
  assert.match((await diff('--base', 'main')).stdout, SAME);
  rmSync('app.pass');
  assert.match((await diff('--base', 'main')).stdout, SAME);
});

test('the base may have no inventory, or one that cannot be built', async () => {
  write('readme', 'x\n');
  commit();
  write('pigsty.yml', OLD);
  assert.match(
    (await diff('--base', 'main', '--stat')).stdout,
    /^since main: \d+ files would be added, 0 changed, 0 removed$/m,
  );
  write('pigsty.yml', OLD.replace('etcd_seq', 'etcd_sq'));
  commit();
  write('pigsty.yml', OLD);
  const { status, stdout, stderr } = await diff('--base', 'main');
  assert.equal([status, stdout], [1, '']);
  assert.match(stderr, /^pigstyc: the inventory of main cannot be built:\npigsty\.yml:3:\d+: error\[/);
});

test('links are followed within the repository and lead nowhere outside', async () => {
  write('shared/pg-a.yml', 'pg_parameters: { work_mem: 8MB }\n');
  write('pigsty.yml', OLD);
  mkdirSync('group_vars');
  symlinkSync('../shared/pg-a.yml', 'group_vars/pg-a.yml');
  symlinkSync('/etc', 'outside');
  commit();
  assert.match((await diff('--base', 'main')).stdout, SAME);
  write('shared/pg-a.yml', 'pg_parameters: { work_mem: 9MB }\n');
  assert.match((await diff('--base', 'main')).stdout, /^-work_mem = .*8MB/m);
  assert.match((await diff('--base', 'main', '--facts', 'outside/pki')).stderr, /no such directory|^$/m);
});

test('a link to the repository and an absolute path lead to the same revision; files that are not there are named', async () => {
  write('repository/pigsty.yml', OLD);
  write('repository/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 8MB }\n');
  commit();
  write('repository/group_vars/pg-a.yml', 'pg_parameters: { work_mem: 9MB }\n');
  const link = `${dir}-link`;
  symlinkSync(join(dir, 'repository'), link);
  try {
    for (const path of [join(link, 'pigsty.yml'), join(dir, 'repository/pigsty.yml')])
      assert.match((await diff(path, '--base', 'main', '-U', '0')).stdout, /^-work_mem = .*8MB'?\n\+work_mem/m, path);
  } finally {
    rmSync(link);
  }
  const missing = await diff('nowhere/pigsty.yml', '--base', 'main');
  assert.is(missing.status, 1);
  assert.match(missing.stderr, /cannot read `nowhere\/pigsty\.yml`/);
});

test('a program that knows a password is started once', async () => {
  write('pigsty.yml', OLD);
  write('password', '#!/bin/sh\necho x >>"$(dirname "$0")/calls"; echo secret\n');
  chmodSync(join(dir, 'password'), 0o755);
  commit();
  assert.match((await diff('--base', 'main', '--vault-password-file', './password')).stdout, SAME);
  assert.is(readFileSync(join(dir, 'calls'), 'utf8'), 'x\n');
});

test('what is no base is a wrong command line', async () => {
  write('pigsty.yml', OLD);
  commit();
  for (const base of ['nowhere', '--output=x', 'HEAD~5', 'HEAD:pigsty.yml']) {
    const { status, stdout, stderr } = await diff(`--base=${base}`);
    assert.equal([status, stdout], [2, ''], base);
    assert.match(stderr, /^pigstyc: --base: .* is neither a file nor a directory, and no revision: /);
  }
  assert.not.ok(existsSync('x'));
  rmSync('.git', { recursive: true });
  assert.match((await diff('--base', 'main')).stderr, /not a git repository/);
});

test('`main...` is where the branch left main', async () => {
  write('pigsty.yml', OLD);
  commit();
  git('checkout', '-q', '-b', 'topic');
  write('other', 'x\n');
  commit();
  git('checkout', '-q', 'main');
  write('pigsty.yml', NEW);
  commit();
  git('checkout', '-q', 'topic');
  assert.match((await diff('--base', 'main...')).stdout, SAME);
  assert.match((await diff('--base', 'main')).stdout, /^-.*Asia\/Tokyo/m);
});

test('--limit may select what is new', async () => {
  write('pigsty.yml', OLD);
  commit();
  write(
    'pigsty.yml',
    OLD.replace(
      '  vars: { admin',
      '    pg-b: { hosts: { 10.0.0.3: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-b } }\n  vars: { admin',
    ),
  );
  assert.is((await diff('--base', 'main', '--limit', 'pg-b', '--hosts')).stdout, '10.0.0.3\n');
  assert.match((await diff('--base', 'main', '--limit', 'pg-a')).stdout, SAME);
});

test('findings of the build are told', async () => {
  write('pigsty.yml', OLD);
  commit();
  write('pigsty.yml', inventory('node_timezone: UTC', ', pg_parameters: { max_wal_senders: 80 }'));
  const { status, stderr } = await diff('--base', 'main');
  assert.is(status, 0);
  assert.match(stderr, /warning\[PIG5467\] setting-no-effect/);
});

test.run();
