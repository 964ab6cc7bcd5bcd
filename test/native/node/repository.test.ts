/** The repository of the site on a system with dnf: the real one resolves and fetches, createrepo_c makes the index. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest, run, type Outcome } from './checker.ts';

const test = suite('package repository with dnf');
const TOOLS = ['dnf', 'createrepo_c', 'rpmbuild'];

/** A package of the test, in the directory that plays the distribution. */
function pack(base: string, name: string, needs?: string): void {
  const spec = join(base, `${name}.spec`);
  writeFileSync(
    spec,
    [
      `Name: ${name}`,
      'Version: 1.0',
      'Release: 1',
      'Summary: test',
      'License: none',
      'BuildArch: noarch',
      ...(needs === undefined ? [] : [`Requires: ${needs}`]),
      '%description',
      'test',
      '%files',
      '',
    ].join('\n'),
  );
  const made = run(['rpmbuild', '-bb', '--quiet', `-D_topdir ${base}/build`, `-D_rpmdir ${base}/upstream`, spec]);
  assert.is(made.code, 0, made.output);
}

/** Builds the repository of a made-up host from a list. */
function build(base: string, list: string): Outcome {
  const own = join(base, 'root/etc/pigstyc/repository');
  mkdirSync(join(own, 'sources'), { recursive: true });
  mkdirSync(join(base, 'root/www/pigsty'), { recursive: true });
  mkdirSync(join(base, 'work'), { recursive: true });
  writeFileSync(join(base, 'root/etc/os-release'), 'ID=rocky\nVERSION_ID="9.5"\n');
  writeFileSync(
    join(own, 'sources/node.repo'),
    `[up]\nname=up\nbaseurl=file://${base}/upstream\ngpgcheck=0\nenabled=1\n`,
  );
  writeFileSync(join(own, 'packages'), list);
  return run(
    [
      'bash',
      '-c',
      `set -uo pipefail
      cd ${resolve('emitters/host/runtime')}
      for part in core paths files packages repository; do . ./$part.sh; done
      have() { [[ $1 != apt-get ]] && command -v "$1" >/dev/null; }
      ROOT=${base}/root WORK=${base}/work
      F_HASH[/etc/pigstyc/repository/packages]=$(sha256sum <$ROOT/etc/pigstyc/repository/packages)
      repo_build /www/pigsty /etc/pigstyc/repository/sources /etc/pigstyc/repository/packages`,
    ],
    { seconds: 120 },
  );
}

const packages = (base: string): readonly string[] =>
  readdirSync(join(base, 'root/www/pigsty'))
    .filter((name) => name.endsWith('.rpm'))
    .map((name) => name.replace(/-1\.0.*/, ''))
    .sort();

nativeTest(
  test,
  TOOLS,
  'dependencies come along, what cannot be had is named, and the second run fetches nothing',
  (base) => {
    for (const [name, needs] of [['tree', 'libx'], ['libx'], ['extra'], ['ghost', 'not-there']] as const)
      pack(base, name, needs);
    assert.is(run(['createrepo_c', '-q', join(base, 'upstream')]).code, 0);
    const first = build(base, 'required tree\noptional extra ghost no-such\n');
    assert.is(first.code, 0, first.output);
    assert.match(first.output, 'note: no repository of repo_modules has ghost no-such');
    assert.match(first.output, 'changed: package repository /www/pigsty');
    assert.equal(packages(base), ['extra', 'libx', 'tree']);
    assert.ok(readdirSync(join(base, 'root/www/pigsty/repodata')).includes('repomd.xml'));
    assert.is(build(base, 'required tree\noptional extra ghost no-such\n').output.trim(), '');
    const failed = build(base, 'required tree no-such\n');
    assert.is(failed.code, 1);
    assert.match(failed.output, 'no repository of repo_modules has no-such');
  },
);

nativeTest(test, TOOLS, 'packages that were brought are indexed and need no network', (base) => {
  pack(base, 'tree', 'libx');
  pack(base, 'libx');
  mkdirSync(join(base, 'root/www'), { recursive: true });
  cpSync(join(base, 'upstream/noarch'), join(base, 'root/www/pigsty'), { recursive: true });
  const done = build(base, 'required tree\n');
  assert.is(done.code, 0, done.output);
  assert.match(done.output, 'changed: package repository /www/pigsty');
});

test.run();
