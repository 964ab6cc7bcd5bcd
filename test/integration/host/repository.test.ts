/** The repository that a host builds for the site, against a package manager and an archive of the test. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { suite, type Context } from 'uvu';
import * as assert from 'uvu/assert';
import type { Step } from '../../../emitters/api.ts';
import { fileStep, GROUP, OWNER, Sandbox, STAND_INS } from './harness.ts';

/** Knows the packages of $FAKE/archive; what an install depends on is in a file of its name there. `offline` has no network. */
const APT = `#!/bin/bash
PATH=/usr/sbin:/usr/bin:/sbin:/bin
echo "$*" >>"$FAKE/asked"
own= other=
for word in "$@"; do
  case $word in
    Dir::Etc::sourceparts=*)
      own=$(sed -n 's/.*file:\\([^ ]*\\) .*/\\1/p' "\${word#*=}"/*)
      if grep -qv 'file:' "\${word#*=}"/*; then other=1; fi ;;
    Dir::Cache::archives=*) into=\${word#*=} ;;
  esac
done
has() { [[ -n $own && -e $own/$1.deb || -n $other && -e $FAKE/archive/$1 ]]; }
case " $* " in
  *' update ') if [[ -n $other && -e $FAKE/offline ]]; then echo 'E: Failed to fetch' >&2; exit 100; fi; exit 0 ;;
esac
while [[ $1 != -- ]]; do mode+=" $1"; shift; done
shift
wanted=("$@")
for ((i = 0; i < \${#wanted[@]}; i++)); do
  if ! has "\${wanted[i]}"; then echo "E: Unable to locate package \${wanted[i]}" >&2; exit 100; fi
  if [[ -n $other && -e $FAKE/archive/\${wanted[i]} ]]; then wanted+=($(<"$FAKE/archive/\${wanted[i]}")); fi
done
if [[ " \${wanted[*]} " == *' this '*that* ]]; then echo 'E: this conflicts with that' >&2; exit 100; fi
case $mode in
  *--print-uris*) ;;
  *--download-only*)
    mkdir -p "$into/partial"; : >"$into/lock"
    for name in "\${wanted[@]}"; do if [[ ! -e $into/$name.deb ]]; then echo "$name" >"$into/$name.deb"; \
echo "$name" >>"$FAKE/fetched"; fi; done ;;
  *) printf '%s\\n' "\${wanted[@]}" >>"$FAKE/packages" ;;
esac
`;
/** Fetches from `$FAKE/web`. */
const CURL = `#!/bin/bash
PATH=/usr/bin:/bin
while [[ $1 != -o ]]; do shift; done
if ! cp "$FAKE/web/\${4##*/}" "$2"; then echo 'curl: (22) The requested URL returned error: 404' >&2; exit 22; fi
echo "$4" >>"$FAKE/urls"
`;
const DIRECTORY = '/www/pigsty';
const OWN = '/etc/pigstyc/repository';

interface World extends Context {
  box: Sandbox;
}
const test = suite<World>('package repository of the site');
test.before.each((world) => {
  const box = (world.box = new Sandbox());
  box.command('apt-get', APT);
  box.command('curl', CURL);
  box.command('dpkg-deb', '#!/bin/bash\nwhile read -r name; do echo "Package: $name"; done <"$2"\n');
  box.command('dpkg-query', readFileSync(join(STAND_INS, 'dpkg-query'), 'utf8'));
  mkdirSync(join(box.fake, 'archive'));
  writeFileSync(join(box.fake, 'packages'), '');
  for (const [name, needs] of Object.entries({ nginx: 'libc', tree: 'libc', libc: '', pv: '', this: '', that: '' }))
    writeFileSync(join(box.fake, 'archive', name), needs);
});
test.after.each(({ box }) => box.close());

const dir = (path: string): Step => ({ kind: 'dir', stage: 'repo', path, owner: OWNER, group: GROUP, mode: 0o755 });
const bundle = (list: string): readonly Step[] => [
  ...['/www', DIRECTORY, '/etc/pigstyc', OWN, `${OWN}/sources`].map(dir),
  { ...fileStep(`${OWN}/sources/node.list`, 'deb http://archive ./\n'), stage: 'repo' },
  { ...fileStep(`${OWN}/packages`, `# what hosts need\n${list}\n`), stage: 'repo' },
  {
    kind: 'call',
    stage: 'repo',
    name: 'package repository',
    fn: 'repo_build',
    args: [DIRECTORY, `${OWN}/sources`, `${OWN}/packages`],
  },
  { kind: 'call', stage: 'repo', name: 'portal', fn: 'repo_install', args: [DIRECTORY, 'nginx'] },
];
const LIST = 'required nginx\nrequired tree\noptional pv no-such\noptional no-such';
const indexed = (box: Sandbox): readonly string[] =>
  [
    ...gunzipSync(readFileSync(join(box.root, DIRECTORY, 'Packages.gz')))
      .toString()
      .matchAll(/^Package: (.*)$/gm),
  ].map(([, name]) => name!);

test('what hosts need is fetched with its dependencies, indexed and installed from; again there is nothing to do', ({
  box,
}) => {
  box.build(bundle(LIST));
  const check = box.apply('--check');
  assert.is(check.code, 2);
  assert.match(check.output, 'would change: package repository /www/pigsty');
  assert.not.ok(existsSync(join(box.fake, 'fetched')));
  const done = box.apply();
  assert.is(done.code, 0, done.error);
  assert.match(done.output, /note: no repository of repo_modules has no-such\n/);
  assert.equal(indexed(box), ['libc', 'nginx', 'pv', 'tree']);
  assert.match(
    gunzipSync(readFileSync(join(box.root, DIRECTORY, 'Packages.gz'))).toString(),
    /Filename: \.\/pv\.deb\nSize: 3\nSHA256: [0-9a-f]{64}\n\n/,
  );
  assert.is(readFileSync(join(box.fake, 'packages'), 'utf8'), 'nginx\n');
  for (const left of ['partial', 'lock']) assert.not.ok(box.has(`${DIRECTORY}/${left}`));
  rmSync(join(box.fake, 'asked'));
  assert.match(box.apply().output, 'converged changed=0');
  assert.not.ok(existsSync(join(box.fake, 'asked')), 'the second run asks nobody');
});

test('a longer list adds what is missing and keeps what is there', ({ box }) => {
  box.build(bundle('required nginx'));
  assert.is(box.apply().code, 0);
  rmSync(join(box.fake, 'fetched'));
  box.build(bundle('required nginx tree'));
  assert.is(box.apply().code, 0);
  assert.is(readFileSync(join(box.fake, 'fetched'), 'utf8'), 'tree\n');
  assert.equal(indexed(box), ['libc', 'nginx', 'tree']);
});

test('with --upgrade what the archive has now is fetched too, and nothing where somebody else has filled the directory', ({
  box,
}) => {
  box.build(bundle('required nginx'));
  assert.is(box.apply().code, 0);
  writeFileSync(join(box.fake, 'archive/nginx'), 'libc newer-libc');
  writeFileSync(join(box.fake, 'archive/newer-libc'), '');
  assert.not.match(box.apply().output, 'newer');
  assert.match(
    box.apply('--check', '--upgrade').output,
    'note: newer packages come to /www/pigsty with apply.sh --stage',
  );
  assert.equal(indexed(box), ['libc', 'nginx']);
  assert.match(box.apply('--upgrade').output, 'changed: newer packages in /www/pigsty');
  assert.equal(indexed(box), ['libc', 'newer-libc', 'nginx']);
  assert.match(box.apply('--upgrade').output, 'converged changed=0');
  writeFileSync(join(box.root, DIRECTORY, 'repo_complete'), 'made elsewhere\n');
  rmSync(join(box.fake, 'asked'));
  assert.match(box.apply('--upgrade').output, 'note: somebody else has filled /www/pigsty');
});

test('files of URLs are fetched once, and hosts may need packages that come so', ({ box }) => {
  const list = `${LIST}\nrequired own\nurl own.deb https://example.com/pool/own.deb\nurl tool.tar.gz https://example.com/v1.tar.gz?raw`;
  mkdirSync(join(box.fake, 'web'));
  writeFileSync(join(box.fake, 'web', 'own.deb'), 'own\n');
  box.build(bundle(list));
  const failed = box.apply();
  assert.is(failed.code, 1);
  assert.match(failed.error, 'cannot fetch tool.tar.gz of repo_url_packages');
  assert.match(failed.error, 'returned error: 404');
  assert.not.ok(box.has(`${DIRECTORY}/tool.tar.gz`));
  writeFileSync(join(box.fake, 'web', 'v1.tar.gz?raw'), 'tool');
  assert.is(box.apply().code, 0);
  assert.is(box.read(`${DIRECTORY}/tool.tar.gz`), 'tool');
  assert.ok(indexed(box).includes('own'));
  assert.is(readFileSync(join(box.fake, 'urls'), 'utf8').trim().split('\n').length, 2);
  assert.match(box.apply().output, 'converged changed=0');
});

test('packages that cannot be installed together are all fetched', ({ box }) => {
  box.build(bundle('required nginx\noptional this that pv'));
  assert.is(box.apply().code, 0);
  assert.equal(indexed(box), ['libc', 'nginx', 'pv', 'that', 'this']);
});

test('a package that hosts cannot do without and no repository has is named', ({ box }) => {
  box.build(bundle('required nginx gone tree'));
  const failed = box.apply();
  assert.is(failed.code, 1);
  assert.match(failed.error, 'no repository of repo_modules has gone: name one more there');
  assert.not.ok(box.has(`${DIRECTORY}/repo_complete`));
});

test('without a network: the ways out are named, packages that are there are enough, a complete directory is believed', ({
  box,
}) => {
  writeFileSync(join(box.fake, 'offline'), '');
  box.build(bundle(LIST));
  const failed = box.apply();
  assert.is(failed.code, 1);
  assert.match(failed.error, 'put the packages into /www/pigsty yourself, or set node_repo_modules');
  for (const name of ['nginx', 'libc', 'tree']) box.write(`${DIRECTORY}/${name}.deb`, `${name}\n`);
  const done = box.apply();
  assert.is(done.code, 0, done.error);
  assert.equal(indexed(box), ['libc', 'nginx', 'tree']);
  box.write(`${DIRECTORY}/repo_complete`, 'made elsewhere\n');
  box.build(bundle('required nginx another'));
  assert.match(box.apply().output, 'converged changed=1');
  assert.is(box.read(`${DIRECTORY}/repo_complete`), 'made elsewhere\n');
});

test.run();
