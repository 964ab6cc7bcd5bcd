/** Repositories of an EL host that are signed, and the one that an infra host makes for its site. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Site } from '../../../compiler/model/site.ts';
import type { Step } from '../../../emitters/api.ts';
import { testSite } from '../../unit/pgsql/site.ts';
import { ElHost, ends, nodeSite, obstacle } from './host.ts';
import { modular, repository, sign } from './packages.ts';
import { chosen, installed, source } from './steps.ts';

const test = suite('repositories on EL');

/** A repository with `gpgcheck`, whose key the inventory names. */
function checksSignatures(host: ElHost): void {
  const signed = (directory: string): Site => {
    const meta = { gpgcheck: 1, gpgkey: 'file:///mnt/signed/key' };
    return nodeSite(host.release, {
      node_repo_modules: 'node',
      repo_upstream: [source('signed', 'node', `file:///mnt/${directory}`, meta)],
      node_default_packages: ['signed-tool'],
      node_packages: [],
    });
  };
  const onNode = (step: Step): boolean => chosen(step) && step.stage === 'node';
  for (const directory of ['signed', 'unsigned'])
    repository(
      join(host.shared, directory),
      ['signed-tool', 'tuned', 'chrony', 'cronie', 'haproxy'].map((name) => ({ name })),
    );
  sign(join(host.shared, 'signed'));
  ends(host.apply(signed('unsigned'), onNode), 1, 'Package signed-tool-1.0-1.noarch.rpm is not signed');
  ends(host.apply(signed('signed'), onNode), 0, 'changed: packages signed-tool');
  ends(host.apply(signed('signed'), onNode), 0, 'changed=0');
}

/** The infra host of a site, which fetches packages for all; the rest of the portal is not there. */
function infraSite(release: string): Site {
  const off = [
    'dns',
    'grafana',
    'vmetrics',
    'vlogs',
    'vtraces',
    'vmalert',
    'alertmanager',
    'blackbox',
    'node_exporter',
  ];
  return testSite(
    [
      {
        name: '10.10.10.10',
        groups: ['infra'],
        vars: {
          infra_seq: 1,
          ...Object.fromEntries([...off, 'vector', 'haproxy', 'node_ntp'].map((name) => [`${name}_enabled`, false])),
          node_tune: 'none',
          node_default_packages: ['bash redis'],
          infra_packages: ['nginx'],
          repo_modules: 'node',
          repo_packages: ['jq'],
          repo_extra_packages: ['no-such'],
          repo_upstream: [source('appstream', 'node', 'file:///mnt/appstream/$releasever', {})],
        },
        facts: { os: { vendor: 'rocky', version: release }, memoryMib: 512, cpu: 1 },
      },
    ],
    { admin_ip: '10.10.10.10' },
  );
}

/** What makes the repository; nginx, which would serve it, is an empty package. */
function makesRepository(step: Step): boolean {
  return (
    step.stage === 'repo' && step.kind !== 'unit' && (step.kind !== 'file' || !step.path.startsWith('/etc/nginx/'))
  );
}

/** The site's own repository on an EL host, out of one with a module; then a host installs from it. */
function buildsRepository(host: ElHost): void {
  const upstream = join(host.shared, 'appstream/8');
  repository(upstream, [
    ...['bash', 'jq', 'openssh-server', 'cronie', 'nginx-exporter', 'lib'].map((name) => ({ name })),
    { name: 'nginx', requires: ['lib'] },
    { name: 'redis', version: '6' },
  ]);
  modular(upstream, '8', 'redis', '6');
  const done = host.apply(infraSite('8.10'), makesRepository);
  ends(
    done,
    0,
    'no repository of repo_modules has no-such',
    'changed: package repository /www/pigsty',
    'changed: packages nginx',
  );
  const there = host.run(['sh', '-c', 'cd /www/pigsty; ls *.rpm | sed s/-[0-9].*//']).output;
  assert.equal(there.trim().split('\n'), [
    'bash',
    'cronie',
    'jq',
    'lib',
    'nginx',
    'nginx-exporter',
    'openssh-server',
    'redis',
  ]);
  assert.equal(installed(host), ['lib-1.0', 'nginx-1.0']);
  ends(host.apply(infraSite('8.10'), makesRepository), 0, 'changed=0');
}

const why = obstacle(['dnf', 'rpm', 'rpmbuild', 'rpmsign', 'gpg', 'createrepo_c', 'modifyrepo_c']);
if (why === undefined) {
  test('packages are checked with the key that the inventory names', () => {
    const host = new ElHost('9.6');
    try {
      checksSignatures(host);
    } finally {
      host.close();
    }
  });
  test('an infra host makes the repository of the site', () => {
    const host = new ElHost('8.10', '10.10.10.10');
    try {
      buildsRepository(host);
    } finally {
      host.close();
    }
  });
} else console.log(`skip: repositories on EL: ${why}`);

test.run();
