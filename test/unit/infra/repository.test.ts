/** The repository that an infra host builds for the hosts of the inventory. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import { deploymentGroups } from '../../../compiler/phases/9-bundle/deployment.ts';
import { EMITTERS } from '../../../compiler/phases/7-plan/emitters.ts';
import { planHosts } from '../../../compiler/phases/7-plan/plan.ts';
import type { FileStep, Step } from '../../../emitters/api.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { PLAIN, testSite, type TestHost } from '../pgsql/site.ts';

type Vars = Readonly<Record<string, unknown>>;

const siteOf = (globals: Vars = {}, member: Vars = {}, facts: TestHost['facts'] = {}): Site =>
  testSite(
    [
      { name: '10.10.10.10', groups: ['infra'], vars: { infra_seq: 1 } },
      { name: '10.10.10.11', groups: ['x'], vars: { node_packages: ['tree'], ...member }, facts },
    ],
    { admin_ip: '10.10.10.10', ...globals },
  );

function planOf(site: Site): readonly Step[] {
  const [plans, diagnostics] = planHosts(site, [site.hosts[0]!], EMITTERS);
  assert.equal(diagnostics, []);
  return plans[0]!.steps;
}

const textOf = (steps: readonly Step[], path: string): string | undefined =>
  steps.find((step): step is FileStep => step.kind === 'file' && step.path === path)?.render(PLAIN);
const LIST = '/etc/pigstyc/repository/packages';

test('it has what every host that asks installs, and what the inventory adds', () => {
  const steps = planOf(siteOf({ repo_packages: ['pgsql-common', 'pv'], repo_extra_packages: ['htop'] }));
  const lines = textOf(steps, LIST)!.trim().split('\n');
  assert.ok(lines.some((line) => line.startsWith('required ') && / tree( |$)/.test(line)));
  assert.ok(lines.some((line) => line.startsWith('required ') && / nginx /.test(line)));
  assert.match(lines.at(-1)!, /^optional patroni .* pv htop$/);
  assert.not.match(textOf(steps, LIST)!, 'pgsql-common');
});

test('files of URLs have the name that is given, or that of the URL', () => {
  const repo_url_packages = [
    { name: 'pg_x.deb', url: 'https://example.com/a/b.deb' },
    'https://repo.pigsty.io/etc/pig-1.0~rc.tar.gz?x#y',
  ];
  const lines = (globals: Vars): readonly string[] =>
    textOf(planOf(siteOf({ repo_url_packages, ...globals })), LIST)!
      .split('\n')
      .filter((line) => line.startsWith('url '));
  assert.equal(lines({}), [
    'url pg_x.deb https://example.com/a/b.deb',
    'url pig-1.0~rc.tar.gz https://repo.pigsty.io/etc/pig-1.0~rc.tar.gz?x#y',
  ]);
  assert.match(lines({ region: 'china' })[1]!, 'https://repo.pigsty.cc/');
});

test('it is built and served before the host asks itself, from other repositories than itself', () => {
  const steps = planOf(siteOf({ repo_modules: 'local,node' }));
  const repo = steps.filter((step) => step.stage === 'repo');
  assert.equal(steps.slice(0, repo.length), repo);
  assert.equal(
    repo.flatMap((step) => (step.kind === 'call' ? [step.args] : [])),
    [
      ['/www/pigsty', '/etc/pigstyc/repository/sources', LIST],
      ['/www/pigsty', 'nginx'],
    ],
  );
  assert.equal(
    repo.flatMap((step) => (step.kind === 'file' && step.path.includes('/sources/') ? [step.path] : [])),
    ['/etc/pigstyc/repository/sources/node.list'],
  );
  assert.is(repo.at(-1)!.kind, 'unit');
  for (const path of ['/etc/nginx/conf.d/00-repository.conf', '/etc/nginx/conf.d/home.conf'])
    assert.match(textOf(steps, path)!, /location \^~ \/pigsty\/ \{\s+auth_basic off;\s+alias \/www\/pigsty\/;/);
});

test('hosts with another system are not served, and nothing is built where nobody asks', () => {
  const other = siteOf({}, {}, { os: { vendor: 'rocky', version: '9.5' } });
  assert.not.match(textOf(planOf(other), LIST)!, 'tree');
  for (const globals of [{ node_repo_modules: 'node,infra' }, { repo_enabled: false }, { nginx_enabled: false }]) {
    const steps = planOf(siteOf(globals));
    assert.not.ok(steps.some((step) => step.stage === 'repo'));
    assert.is(textOf(steps, LIST), undefined);
  }
});

test('other hosts begin when the host that has the packages lets them in; one that asks nobody waits for nobody', () => {
  const after = (member: Vars): readonly string[] => {
    const site = siteOf({}, member);
    return deploymentGroups(site, site.hosts).find(({ name, stage }) => stage === 'node' && name === '10.10.10.11')!
      .after;
  };
  assert.equal(after({}), ['node.10.10.10.10']);
  assert.equal(after({ node_repo_modules: 'node' }), []);
});

test.run();
