import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import { parseManifest } from '../../../compiler/phases/9-bundle/manifest.ts';
import { isTracked } from '../../support/golden.ts';
import { build, host, HOSTS, tree, type Options } from './build.ts';

interface World extends Context {
  out: string;
  git: (...args: readonly string[]) => { readonly code: number | null; readonly output: string };
}

const SITE = [...HOSTS, ...['10.0.0.5', '10.0.0.6', '10.0.0.7'].map(host)];
const FILES = ['/etc/a.conf', '/etc/b.conf', '/etc/secret.conf'];

const test = suite<World>('merge');
test.before.each((world) => {
  const base = mkdtempSync(join(tmpdir(), 'pigstyc-merge-'));
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const who = ['-c', 'user.name=x', '-c', 'user.email=x@example.com', '-c', 'core.autocrlf=true'];
  world.out = join(base, 'out');
  world.git = (...args) => {
    const done = spawnSync('git', [...who, ...args], { cwd: base, env, encoding: 'utf8' });
    return { code: done.status, output: done.stdout + done.stderr };
  };
  world.git('init', '-q', '-b', 'main');
});
test.after.each(({ out }) => rmSync(dirname(out), { recursive: true }));

/** A branch off main with one more build. */
function branch({ out, git }: World, name: string, options: Options): void {
  git('checkout', '-q', '-b', name, 'main');
  build(out, options);
  commit(git, name);
}

function commit(git: World['git'], message: string): void {
  git('add', '-A');
  const done = git('commit', '-q', '-m', message);
  assert.is(done.code, 0, done.output);
}

/** Everything git has, as a build would leave it. */
function tracked(out: string): Record<string, string> {
  return Object.fromEntries(Object.entries(tree(out)).filter(([path]) => isTracked(path)));
}

test('branches that change different hosts, or add some, merge to what a build of both makes', (world) => {
  const { out, git } = world;
  build(out, { hosts: SITE, files: FILES });
  commit(git, 'base');
  const added = [host('10.0.0.4'), host('10.0.0.8')];
  const with4 = [...SITE.slice(0, 3), added[0]!, ...SITE.slice(3)];
  branch(world, 'one', { hosts: with4, selected: [SITE[0]!, added[0]!], files: FILES, word: 'changed' });
  branch(world, 'two', {
    hosts: [...SITE, added[1]!],
    selected: [SITE[5]!, added[1]!],
    files: [...FILES, '/etc/c.conf'],
    word: 'changed',
  });
  const merged = git('merge', '-q', 'one', '-m', 'both');
  assert.is(merged.code, 0, merged.output);
  const after = tracked(out);
  const all = [...with4, added[1]!];
  build(out, { hosts: all, selected: [SITE[0]!, added[0]!], files: FILES, word: 'changed' });
  build(out, { hosts: all, selected: [SITE[5]!, added[1]!], files: [...FILES, '/etc/c.conf'], word: 'changed' });
  assert.equal(tracked(out), after);
  assert.is(git('ls-files', '--', 'out').output.includes('/sealed/'), false);
  assert.not.match(Object.values(tracked(out)).join(''), '\r', 'no line end was changed');
});

test('a conflict is settled by a build of everything, and what only one side had goes', (world) => {
  const { out, git } = world;
  build(out, { files: FILES });
  commit(git, 'base');
  branch(world, 'one', { files: [...FILES, '/etc/only-one.conf'], word: 'one' });
  branch(world, 'two', { files: [...FILES, '/etc/only-two.conf'], word: 'two' });
  assert.is.not(git('merge', 'one').code, 0);
  assert.match(readFileSync(join(out, 'hosts/10.0.0.1/files/etc/a.conf'), 'utf8'), /^<{7} /m);
  writeFileSync(join(out, 'manifest.json'), conflicted(readFileSync(join(out, 'manifest.json'), 'utf8')));
  const before = tree(out);
  const half = build(out, { selected: [HOSTS[0]!], files: FILES, word: 'both' });
  assert.is(half.diagnostics[0]!.slug, 'merge-needs-all');
  assert.equal(tree(out), before);
  const done = build(out, { files: FILES, word: 'both' });
  assert.is(done.diagnostics[0]!.slug, 'merge-settled');
  for (const name of ['one', 'two'])
    assert.ok(!existsSync(join(out, `hosts/10.0.0.2/files/etc/only-${name}.conf`)), name);
  assert.not.match(Object.values(tree(out)).join(''), /^(<{7}|>{7}) /m);
  commit(git, 'settled');
  assert.is(git('status', '--porcelain').output, '');
  assert.equal(build(out, { files: FILES, word: 'both' }).written, []);
});

/** The text with both sides of a conflict around one of its lines. */
function conflicted(text: string): string {
  const line = text.split('\n').find((one) => one.includes('a.conf'))!;
  const other = line.replace('a.conf', 'z.conf');
  const result = text.replace(line, `<<<<<<< HEAD\n${line}\n=======\n${other}\n>>>>>>> other`);
  const files = parseManifest(result)!.hosts[0]!.files.map(({ path }) => path);
  assert.ok(files.includes('/etc/a.conf') && files.includes('/etc/secret.conf'), 'both sides are read');
  return result;
}

test.run();
