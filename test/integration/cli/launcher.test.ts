import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

let dir = '';
let cache = '';
test.before.each(() => {
  dir = mkdtempSync(join(tmpdir(), 'pigstyc-dist-'));
  for (const name of readdirSync('dist')) copyFileSync(join('dist', name), join(dir, name));
  cache = join(dir, readdirSync(dir).find((name) => name.endsWith('.cache'))!);
});
test.after.each(() => rmSync(dir, { recursive: true }));

function version(flags: readonly string[] = []): string {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, join(dir, 'pigstyc.cjs'), '--version'], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}
const expected = `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`;

test('the program starts without its code cache, or with one that is damaged', () => {
  assert.is(version(), expected);
  truncateSync(cache, 1000);
  assert.is(version(), expected);
  writeFileSync(cache, 'no cache');
  assert.is(version(), expected);
  writeFileSync(cache, '');
  assert.is(version(), expected);
  rmSync(cache);
  assert.is(version(), expected);
});

test('a cache made under other flags or by another version of node is not used', () => {
  assert.is(version(['--no-opt', '--stack-size=500']), expected);
  const bytes = readFileSync(cache);
  bytes.writeUInt32LE((bytes.readUInt32LE(4) ^ 1) >>> 0, 4);
  writeFileSync(cache, bytes);
  assert.is(version(), expected);
});

test('a normal start leaves the cache alone', () => {
  const before = readFileSync(cache);
  version();
  assert.ok(before.equals(readFileSync(cache)));
});

test('templates come from the build: a program beside other sources, or none, is as good as where it was built', () => {
  const run = (program: string): string =>
    spawnSync(process.execPath, [program, 'graph', '--as', 'dot', 'fixtures/ok/reference/pigsty.yml'], {
      encoding: 'utf8',
    }).stdout;
  const here = run('dist/pigstyc.cjs');
  assert.match(here, 'pg-meta');
  assert.is(run(join(dir, 'pigstyc.cjs')), here);
});

test('a library that few inventories need is inside the program: passwords beyond ASCII are prepared', () => {
  const inventory = `all:
  vars: { version: v4.5.0, admin_ip: 10.10.10.10, pg_admin_password: 'Ⅸ\u00ad-Passwort' }
  children:
    etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } } }
    pg-one: { hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-one } }
`;
  writeFileSync(join(dir, 'pigsty.yml'), inventory);
  const built = spawnSync(process.execPath, ['pigstyc.cjs', 'build'], { cwd: dir, encoding: 'utf8' });
  assert.is(built.status, 0, built.stdout + built.stderr);
});

test('check loads no module of node that it does not need: each costs every start as much as reading an inventory', () => {
  const preload = join(dir, 'modules.cjs');
  const text = `const before = new Set(process.moduleLoadList);
process.on('exit', () => require('fs').writeFileSync(__dirname + '/loaded', process.moduleLoadList.filter((name) => \
!before.has(name)).join('\\n')));`;
  writeFileSync(preload, text);
  const words = ['--require', preload, join(dir, 'pigstyc.cjs'), 'check', 'fixtures/ok/reference/pigsty.yml'];
  assert.is(spawnSync(process.execPath, words).status, 0);
  const loaded = readFileSync(join(dir, 'loaded'), 'utf8').split('\n');
  const heavy = ['net', 'worker_threads', 'module', 'crypto', 'os', 'child_process', 'tty', 'assert'];
  assert.equal(
    heavy.filter((name) => loaded.includes(`NativeModule ${name}`)),
    [],
  );
});

test('without a part of it the program says which and what to do', () => {
  for (const kind of ['archive', 'js']) {
    rmSync(join(dir, readdirSync(dir).find((name) => name.endsWith(`.${kind}`))!));
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(dir, 'pigstyc.cjs'), 'check', 'fixtures/ok/reference/pigsty.yml'],
      { encoding: 'utf8' },
    );
    assert.is(status, 2);
    assert.match(stderr, new RegExp(`^pigstyc is incomplete: .*\\.${kind}'\n.*npm run build\n$`));
  }
});

test.run();
