/** Small packages and their repositories, made by rpmbuild and createrepo_c. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { run } from '../node/checker.ts';

export interface Package {
  readonly name: string;
  readonly version?: string;
  readonly requires?: readonly string[];
  readonly provides?: readonly string[];
}

/** A source that only makes these; no name twice. */
function spec(packages: readonly Package[]): string {
  const parts = packages.map(({ name, version = '1.0', requires = [], provides = [] }) =>
    [
      `%package -n ${name}`,
      `Version: ${version}`,
      'Summary: test',
      ...requires.map((other) => `Requires: ${other}`),
      ...provides.map((other) => `Provides: ${other}`),
      `%description -n ${name}`,
      'test',
      `%files -n ${name}`,
      '',
    ].join('\n'),
  );
  const head = ['Name: source', 'Version: 1', 'Release: 1', 'Summary: test', 'License: none', 'BuildArch: noarch'];
  return [...head, '%description', 'test', ...parts].join('\n');
}

/** Puts packages into a directory, and an index beside them. */
export function repository(directory: string, packages: readonly Package[]): void {
  mkdirSync(directory, { recursive: true });
  const files: string[] = [];
  // One source a version: a name can be in it once.
  for (let left = packages; left.length > 0; ) {
    const some = left.filter(({ name }, i) => left.findIndex((other) => other.name === name) === i);
    left = left.filter((pack) => !some.includes(pack));
    const path = join(directory, `.source-${files.length}.spec`);
    writeFileSync(path, spec(some));
    files.push(path);
  }
  const options = [`-D_topdir ${directory}/.build`, `-D_rpmdir ${directory}`, '-D_binary_payload w0.gzdio'];
  const made = run(['rpmbuild', '-bb', '--quiet', ...options, ...files], { seconds: 120 });
  assert.is(made.code, 0, made.output);
  index(directory);
}

/** Makes the index of a directory anew. */
export function index(directory: string): void {
  const made = run(['createrepo_c', '-q', directory], { seconds: 60 });
  assert.is(made.code, 0, made.output);
}

/** Says that a package of the directory is of a module, whose stream is the default one. */
export function modular(directory: string, major: string, name: string, version: string): void {
  const platform = `{platform: [el${major}]}`;
  writeFileSync(
    join(directory, 'modules.yaml'),
    `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "${version}"
  version: 1
  context: deadbeef
  arch: noarch
  summary: test
  description: test
  license: {module: [none]}
  dependencies:
  - buildrequires: ${platform}
    requires: ${platform}
  profiles: {common: {rpms: [${name}]}}
  artifacts: {rpms: ["${name}-0:${version}-1.noarch"]}
...
---
document: modulemd-defaults
version: 1
data:
  module: ${name}
  stream: "${version}"
  profiles: {"${version}": [common]}
...
`,
  );
  const made = run(['modifyrepo_c', '--mdtype=modules', join(directory, 'modules.yaml'), join(directory, 'repodata')]);
  assert.is(made.code, 0, made.output);
}

/** Signs the packages of a directory with a key of its own, which is put into `key` there; the index is made anew. */
export function sign(directory: string): void {
  const home = join(directory, '.gnupg');
  mkdirSync(home, { mode: 0o700 });
  const env = { GNUPGHOME: home };
  const script = `set -e
    gpg -q --batch --passphrase '' --quick-gen-key 'EL test' rsa2048 sign never
    gpg -q --export --armor 'EL test' >"$0/key"
    find "$0" -name '*.rpm' -exec rpmsign --define "__gpg $(command -v gpg)" --define '_gpg_name EL test' --addsign {} +
    gpgconf --kill all`;
  const made = run(['bash', '-c', script, directory], { seconds: 60, env });
  assert.is(made.code, 0, made.output);
  index(directory);
}
