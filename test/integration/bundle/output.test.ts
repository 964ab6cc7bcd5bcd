import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeHost } from '../../../compiler/host/host.ts';
import { openOutput } from '../../../compiler/phases/9-bundle/output.ts';
import { bundlePathFault, hostPathFault } from '../../../compiler/phases/9-bundle/paths.ts';
import { build, host, HOSTS, tree } from './build.ts';

interface World extends Context {
  out: string;
}

const test = suite<World>('output');
test.before.each((world) => {
  world.out = join(mkdtempSync(join(tmpdir(), 'pigstyc-out-')), 'out');
});
test.after.each(({ out }) => rmSync(dirname(out), { recursive: true }));

/** What opening refuses with; nothing below `base` changes. */
function refusal(base: string, out: string, reserved: readonly string[] = []): string | undefined {
  const before = readdirSync(base, { recursive: true }).sort();
  const [output, diagnostics] = openOutput(nodeHost(), out, reserved);
  output?.close();
  if (output === undefined) assert.equal(readdirSync(base, { recursive: true }).sort(), before);
  return diagnostics[0]?.slug;
}

test('no bundle in a file, through a link, in the root directory, beside keys, in a directory of somebody', ({
  out,
}) => {
  const base = dirname(out);
  assert.is(openOutput(nodeHost(), '/', [])[1][0]!.slug, 'output-refused');
  writeFileSync(join(base, 'file'), 'x');
  assert.is(refusal(base, join(base, 'file')), 'output-refused');
  mkdirSync(join(base, 'real'));
  symlinkSync('real', join(base, 'link'));
  for (const name of ['link', 'link/', 'link//']) assert.is(refusal(base, join(base, name)), 'output-refused', name);
  mkdirSync(join(base, 'pki/ca'), { recursive: true });
  symlinkSync('pki', join(base, 'way'));
  for (const name of ['pki', 'pki/new', 'pki/ca', 'pki/ca/a/b', 'way/new', 'real/../pki/x'])
    assert.is(refusal(base, `${base}/${name}`, [join(base, 'pki'), join(base, 'missing')]), 'output-refused', name);
  mkdirSync(join(base, 'home'));
  writeFileSync(join(base, 'home/thesis.tex'), 'x');
  assert.is(refusal(base, join(base, 'home')), 'output-not-ours');
  for (const name of ['real', 'new', 'new/deep/', 'pkix'])
    assert.is(refusal(base, join(base, name), [join(base, 'pki')]), undefined);
});

test("a directory that is empty but for what is ours or git's is taken", ({ out }) => {
  mkdirSync(join(out, '.git'), { recursive: true });
  mkdirSync(join(out, '.pigstyc-new'));
  writeFileSync(join(out, '.gitkeep'), '');
  assert.equal(build(out).diagnostics, []);
  assert.ok(existsSync(join(out, 'manifest.json')) && !existsSync(join(out, '.pigstyc-new')));
});

test('a link anywhere in the bundle is refused and not followed', ({ out }) => {
  const elsewhere = join(dirname(out), 'docs');
  mkdirSync(elsewhere);
  build(out, { files: ['/etc/secret.conf'] });
  for (const name of [
    'hosts/10.0.0.1/sealed',
    'hosts/10.0.0.1/files/etc/x',
    'hosts/10.0.0.9',
    '.pigstyc-new',
    'extra',
  ]) {
    const at = join(out, name);
    rmSync(at, { recursive: true, force: true });
    symlinkSync(elsewhere, at);
    const before = tree(out);
    const { diagnostics, written } = build(out, {
      hosts: [...HOSTS, host('10.0.0.9')],
      files: ['/etc/secret.conf', '/etc/x/y'],
    });
    assert.equal([diagnostics[0]?.slug, written.length], ['output-has-link', 0], name);
    assert.match(diagnostics[0]!.message, name);
    assert.equal([tree(out), readdirSync(elsewhere)], [before, []], name);
    rmSync(at);
  }
  assert.equal(build(out, { files: ['/etc/secret.conf'] }).diagnostics, []);
});

test('paths that are not plain are refused before anything is written', ({ out }) => {
  for (const path of [
    'relative',
    '/a/../b',
    '/a/./b',
    '/a//b',
    '/a/',
    '/',
    '/a\nb',
    '/a\u0000b',
    '/a\u009bb',
    `/${'x'.repeat(256)}`,
  ])
    assert.ok(hostPathFault(path) !== undefined, JSON.stringify(path));
  for (const path of ['', '/a', 'a/..', '..', 'hosts/../x']) assert.ok(bundlePathFault(path) !== undefined, path);
  for (const path of ['/etc/a.conf', '/a/..b/.c', '/ä/x y']) assert.is(hostPathFault(path), undefined, path);
  const { diagnostics, written } = build(out, { files: ['/etc/a.conf', '/etc/../../victim', '/etc/secret.conf'] });
  assert.equal([diagnostics.length, diagnostics[0]!.slug, written.length], [3, 'unsafe-path', 0]);
  assert.match(
    diagnostics[0]!.message,
    '`/etc/../../victim` cannot be written on `10.0.0.1`: it has the part `..` (from test/x)',
  );
  assert.equal(readdirSync(dirname(out)), []);
  for (const name of ['..', 'a/b', '', 'x\ny'])
    assert.is(build(out, { hosts: [host(name)] }).diagnostics[0]!.slug, 'unsafe-path', name);
  assert.equal(readdirSync(dirname(out)), []);
});

test('the lock of a live build keeps others out and names it; that of a dead one does not', ({ out }) => {
  mkdirSync(out);
  const path = join(out, '.pigstyc-lock');
  const first = nodeHost().lock(path, 0);
  assert.ok('release' in first && first.isHeld());
  const second = nodeHost().lock(path, 120);
  assert.ok('pid' in second && second.pid === process.pid && second.host === hostname());
  first.release();
  assert.ok(!existsSync(path));
  const dead = spawnSync('true').pid;
  const left = [
    JSON.stringify({ pid: dead, host: hostname(), since: Date.now(), started: '1' }),
    // The number of a live process that started at another time.
    JSON.stringify({ pid: process.pid, host: hostname(), since: Date.now(), started: 'another' }),
    JSON.stringify({ pid: 1, host: 'elsewhere', since: Date.now() - 3_600_000, started: '1' }),
  ];
  for (const text of left) {
    writeFileSync(path, text);
    const taken = nodeHost().lock(path, 0);
    assert.ok('release' in taken, text);
    taken.release();
  }
  writeFileSync(path, '{"pi');
  assert.ok('pid' in nodeHost().lock(path, 0), 'somebody is about to write his name');
  utimesSync(path, 0, 0);
  const taken = nodeHost().lock(path, 0);
  assert.ok('release' in taken, 'nobody is');
  writeFileSync(path, left[0]!);
  assert.not(taken.isHeld());
  taken.release();
  assert.is(readFileSync(path, 'utf8'), left[0], 'the lock of another stays');
  writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', since: Date.now(), started: '1' }));
  assert.ok('pid' in nodeHost().lock(path, 0));
});

test('of many that find a dead lock, one at a time gets it', async ({ out }) => {
  mkdirSync(out);
  const path = join(out, '.pigstyc-lock');
  writeFileSync(path, JSON.stringify({ pid: spawnSync('true').pid, host: hostname(), since: 0, started: '1' }));
  const program = `
    import { takeLock } from './compiler/host/lock.ts';
    import { appendFileSync } from 'node:fs';
    const lock = takeLock(${JSON.stringify(path)}, 60_000);
    appendFileSync(${JSON.stringify(`${out}/log`)}, '<');
    for (const end = Date.now() + 30; Date.now() < end; );
    appendFileSync(${JSON.stringify(`${out}/log`)}, '>');
    lock.release();`;
  const codes = await Promise.all(
    Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        stdio: 'inherit',
      });
      return new Promise((end) => child.on('exit', end));
    }),
  );
  assert.equal(codes, [0, 0, 0, 0]);
  assert.is(readFileSync(`${out}/log`, 'utf8'), '<>'.repeat(4));
});

test.run();
