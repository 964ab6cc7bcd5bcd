/** The real program, killed or out of space at random moments. BUNDLE_KILLS says how often. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, lstatSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tree } from './build.ts';

const ROUNDS = Number(process.env['BUNDLE_KILLS'] ?? 4);
const PROGRAM = resolve('dist/pigstyc.cjs');
const INVENTORY = readFileSync('fixtures/ok/reference/pigsty.yml', 'utf8');

const PUBLISHED = `all:
  children:
    infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } }, vars: { etcd_cluster: etcd } }
  vars: { version: v4.5.0, admin_ip: 10.10.10.10, grafana_admin_password: pigsty }
`;

let dir = '';
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-kill-'));
  cpSync('fixtures/ok/reference', dir, { recursive: true });
  writeFileSync(join(dir, 'pigsty.yml'), INVENTORY);
});
test.after.each(() => rmSync(dir, { recursive: true }));

function pigstyc(...args: readonly string[]): ReturnType<typeof spawnSync> & { readonly said: string } {
  const done = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: dir, encoding: 'utf8', timeout: 120_000 });
  return { ...done, said: done.stdout + done.stderr };
}

function build(out = 'out'): void {
  const done = pigstyc('build', '-q', '-o', out);
  assert.is(done.status, 0, done.said);
}

/** Digest of everything but what is being staged. */
function digest(out: string): string {
  if (!existsSync(out)) return 'none';
  const files = Object.entries(tree(out)).filter(([path]) => !/^\.pigstyc-/.test(path));
  return files.length === 0 ? 'none' : createHash('sha256').update(JSON.stringify(files)).digest('hex');
}

test('a build that is killed leaves the former bundle, or one that the next build finishes', async () => {
  build('former');
  const changed = INVENTORY.replaceAll('timezone:', 'timezone: ').replace(
    /^(\s*)vars:$/m,
    '$1vars:\n$1  node_default_etc_hosts: ["10.10.10.10 h.pigsty changed.pigsty"]',
  );
  assert.is.not(changed, INVENTORY);
  writeFileSync(join(dir, 'pigsty.yml'), changed);
  cpSync(join(dir, 'former'), join(dir, 'out'), { recursive: true });
  const from = Date.now();
  build();
  const took = Date.now() - from;
  const [former, now] = [digest(join(dir, 'former')), digest(join(dir, 'out'))];
  assert.is.not(former, now);
  for (let round = 0; round < ROUNDS; round++) {
    const isFresh = round % 2 === 0;
    rmSync(join(dir, 'out'), { recursive: true });
    if (!isFresh) cpSync(join(dir, 'former'), join(dir, 'out'), { recursive: true });
    const child = spawn(process.execPath, [PROGRAM, 'build', '-q'], { cwd: dir, stdio: 'ignore' });
    const ended = new Promise((end) => child.on('exit', end));
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.random() * took * 1.1);
    await ended;
    clearTimeout(timer);
    const path = join(dir, 'out');
    if (!existsSync(join(path, '.pigstyc-new/journal')))
      assert.ok([isFresh ? 'none' : former, now].includes(digest(path)), `round ${round}`);
    const added = spawnSync('git', ['init', '-q', '.'], { cwd: dir }).status;
    assert.is(added, 0);
    const seen = spawnSync('git', ['add', '-A', '--dry-run', 'out'], { cwd: dir, encoding: 'utf8', maxBuffer: 1e8 });
    assert.not.match(seen.stdout, /sealed|pigstyc-new/, `round ${round}`);
    build();
    assert.is(digest(path), now, `the build after round ${round}`);
  }
});

test('a full disk, an empty name, a place that takes no directory are told and not a bug', () => {
  for (const [command, code, text] of [
    [`build -o ''`, 2, '--out has an empty value'],
    ['build -o /proc/x', 1, 'cannot write `/proc/x`: no such file or directory'],
    ['build -o /', 1, 'PIG9011'],
    ['list hosts >/dev/full', 1, 'cannot write `standard output`: no space left on the device'],
    ['check >/dev/full 2>/dev/full', 1, ''],
  ] as const) {
    const done = spawnSync('sh', ['-c', `exec "$0" "$1" ${command}`, process.execPath, PROGRAM], {
      cwd: dir,
      encoding: 'utf8',
      timeout: 120_000,
    });
    assert.is(done.status, code, `${command}: ${done.stdout}${done.stderr}`);
    assert.ok(`${done.stdout}${done.stderr}`.includes(text), `${command}: ${done.stdout}${done.stderr}`);
  }
});

test('secrets gen writes through a link and keeps the mode', () => {
  const real = join(dir, 'real.yml');
  writeFileSync(real, PUBLISHED, { mode: 0o640 });
  rmSync(join(dir, 'pigsty.yml'));
  symlinkSync('real.yml', join(dir, 'pigsty.yml'));
  const done = pigstyc('secrets', 'gen');
  assert.is(done.status, 0, done.said);
  assert.ok(lstatSync(join(dir, 'pigsty.yml')).isSymbolicLink());
  assert.is.not(readFileSync(real, 'utf8'), PUBLISHED);
  assert.is(lstatSync(real).mode & 0o777, 0o640);
});

test.run();
