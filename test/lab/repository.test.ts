/** Hosts whose only source of packages is the repository that their infra host builds. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { ROOT, run as command, type Background, type HostName } from './support/lab.ts';
import { scenario } from './support/scenario.ts';

const HOSTS: readonly HostName[] = ['h10', 'h11'];
const { lab, step, figure, run } = scenario('repository', HOSTS);
const inventory = readFileSync('test/lab/inventories/repository.yml', 'utf8');
const archive = join(ROOT, `archive-${process.env['LAB_PLATFORM'] ?? 'debian-12'}`);
let web: Background;

const sources = (host: HostName): string =>
  lab.exec(host, ['sh', '-c', 'cd /etc/apt && ls sources.list.d sources.list']).stdout.replace(/\s+/g, ' ');
const installed = (host: HostName, name: string): boolean =>
  lab.exec(host, ['dpkg-query', '-W', '-f', '${db:Status-Status}', name]).stdout === 'installed';
const deploy = (): string => {
  const outcome = lab.make('-j2', 'deploy');
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  return outcome.output;
};

step('without the archive nothing is built, every host keeps its sources, and the ways out are named', () => {
  lab.build(inventory);
  const names = readFileSync(join(lab.directory, 'out/hosts/10.10.10.10/files/etc/pigstyc/repository/packages'), 'utf8')
    .replace(/^#.*|^(required|optional) /gm, '')
    .split(/\s+/)
    .filter((name) => name !== '' && name !== 'no-such-package');
  const made = command(['bash', resolve('test/lab/scripts/archive.sh'), archive, ...new Set(names)], { seconds: 600 });
  assert.is(made.code, 0, made.output);
  const before = HOSTS.map(sources);
  const outcome = lab.make('-j2', 'deploy');
  assert.is.not(outcome.code, 0);
  assert.match(outcome.output, 'cannot read the package index of repo_modules. Make those repositories reachable');
  assert.equal(HOSTS.map(sources), before);
});

step('the infra host builds the repository, then every host installs from it alone', () => {
  web = lab.background(undefined, `cd ${archive} && exec python3 -m http.server 8000`);
  for (const host of HOSTS) assert.not.ok(installed(host, 'tree'));
  const started = performance.now();
  const output = deploy();
  figure('package repository built, two hosts deployed from it', (performance.now() - started) / 1000);
  assert.match(output, 'note: no repository of repo_modules has no-such-package');
  for (const host of HOSTS) {
    assert.ok(installed(host, 'tree'), `tree on ${host}`);
    assert.is(sources(host).replace('backup', '').replace(/\s+/g, ' ').trim(), 'sources.list.d: local.list');
  }
});

step('what is there is not fetched again: the archive is gone, and nothing differs', () => {
  web.stop();
  assert.not.match(deploy(), /changed: /);
  assert.is(lab.make('check').code, 0);
  everyoneConverged(lab, HOSTS);
});

step('packages that somebody brought need no archive, and a directory that says it is complete is believed', () => {
  const mark = '/www/pigsty/repo_complete';
  lab.exec('h10', ['rm', mark]);
  const found = lab.apply('h10');
  assert.is(found.code, 0, found.output);
  assert.match(found.output, 'changed: package repository /www/pigsty');
  lab.exec('h10', ['sh', '-c', `echo 'made elsewhere' >${mark}`]);
  assert.match(lab.apply('h10').output, 'converged changed=0');
});

run();
