/** Repositories and packages of an EL host: the emitted apply.sh with the real dnf, on hosts that say they are EL 8, 9 and 10. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Site } from '../../../compiler/model/site.ts';
import { testSite } from '../../unit/pgsql/site.ts';
import { ElHost, ends, obstacle, SELF } from './host.ts';
import { modular, repository } from './packages.ts';
import { chosen, installed, source, SOURCES } from './steps.ts';

const test = suite('packages on EL');
const RELEASES = ['8.10', '9.6', '10.0'];
/** The system's own definitions, which no host of the test could use. */
const SYSTEM = '[baseos]\nname=baseos\nbaseurl=http://10.10.10.10:99/baseos\n';
const NODE = ['bash', 'jq', 'tuned', 'chrony', 'cronie', 'haproxy', 'redis', 'openssh-server'];

const LOCAL = { skip_if_unavailable: 1, priority: 1, module_hotfixes: 1 };
/** A member of a cluster whose repositories are those of the test. */
function site(release: string, vars: Readonly<Record<string, unknown>> = {}): Site {
  const facts = { os: { vendor: 'rocky', version: release }, memoryMib: 512, cpu: 1 };
  const cluster = { pg_cluster: 'pg-test', pg_seq: 1, pg_role: 'primary' };
  return testSite(
    [
      { name: '10.10.10.10', groups: ['infra', 'etcd'], vars: { infra_seq: 1, etcd_seq: 1 }, facts },
      { name: SELF, groups: ['pg-test'], vars: cluster, facts },
    ],
    {
      admin_ip: '10.10.10.10',
      node_repo_modules: 'local,node',
      repo_upstream: [
        source('pigsty-local', 'local', 'http://${admin_ip}/pigsty', LOCAL),
        source('appstream', 'node', 'file:///mnt/appstream/$releasever', { excludepkgs: 'postgresql*' }),
      ],
      node_default_packages: [NODE.join(' ')],
      pg_packages: ['postgresql18-server-18.1 patroni.noarch'],
      pg_extensions: ['pg_repack_$v*'],
      ...vars,
    },
  );
}

/** How often dnf was started. */
const dnfRuns = (host: ElHost): number => host.read('/var/log/dnf.log').split('DNF version').length - 1;

const base = mkdtempSync(join(tmpdir(), 'pigstyc-el-repository-'));

/** Makes the repositories once; noarch packages serve all releases. */
function makeRepositories(): void {
  repository(join(base, 'www/pigsty'), [
    ...NODE.map((name) => (name === 'redis' ? { name, version: '8.0' } : { name })),
    { name: 'postgresql18-server', version: '18.1', requires: ['libpq = 18.1'] },
    { name: 'postgresql18-server', version: '18.2' },
    { name: 'postgresql18-libs', version: '18.1', provides: ['libpq = 18.1'] },
    { name: 'patroni' },
    { name: 'pg_repack_18', version: '1.5' },
    { name: 'pg_repack_18-llvmjit', version: '1.5' },
  ]);
  repository(join(base, 'appstream'), [
    { name: 'redis', version: '6' },
    { name: 'postgresql18-server', version: '99' },
  ]);
  repository(
    join(base, 'releases'),
    RELEASES.map((version) => ({
      name: 'rocky-release',
      version,
      provides: [`system-release = ${version}`, `system-release(releasever) = ${version.split('.')[0]}`],
    })),
  );
  repository(join(base, 'late'), [{ name: 'latecomer' }, { name: 'pg_repack_18', version: '1.6' }]);
}

/** A host with the system's own definitions, and the repositories of the test behind HTTP. */
function bare(release: string): ElHost {
  const host = new ElHost(release);
  const major = release.split('.')[0]!;
  cpSync(join(base, 'www'), join(host.shared, 'www'), { recursive: true });
  cpSync(join(base, 'appstream'), join(host.shared, 'appstream', major), { recursive: true });
  modular(join(host.shared, 'appstream', major), major, 'redis', '6');
  // What dnf knows the release from.
  cpSync(join(base, 'releases/noarch'), join(host.shared, 'releases'), { recursive: true });
  assert.is(host.run(['rpm', '-i', `/mnt/releases/rocky-release-${release}-1.noarch.rpm`]).code, 0);
  host.write(`${SOURCES}/rocky.repo`, SYSTEM);
  host.start('python3', '-m', 'http.server', '80', '--directory', '/mnt/www');
  return host;
}

function refusesAnAbsentRepository(host: ElHost): void {
  const absent = [source('pigsty-local', 'local', 'http://10.10.10.10:99/pigsty', LOCAL)];
  const began = Date.now();
  const failed = host.apply(site(host.release, { node_repo_modules: 'local', repo_upstream: absent }), chosen);
  ends(failed, 1);
  assert.match(failed.output, "Failed to download metadata for repo 'pigsty-local'");
  assert.match(failed.output, 'the former ones stay in use');
  assert.ok(Date.now() - began < 30_000, 'it says so in seconds');
  assert.is(host.read(`${SOURCES}/rocky.repo`), SYSTEM);
  assert.not.ok(host.has(`${SOURCES}/local.repo`));
  assert.equal(installed(host), []);
}

function installsWhatIsDeclared(host: ElHost): void {
  const done = host.apply(site(host.release), chosen);
  ends(done, 0, `changed: ${SOURCES}/rocky.repo is out of use`);
  assert.ok(host.has(`${SOURCES}/backup/rocky.repo`));
  assert.not.ok(host.has(`${SOURCES}/rocky.repo`));
  // The pinned version, what it depends on, and the site's own redis rather than the one of the default stream.
  assert.equal(
    installed(host),
    [
      ...NODE.map((name) => (name === 'redis' ? 'redis-8.0' : `${name}-1.0`)),
      'patroni-1.0',
      'pg_repack_18-1.5',
      'pg_repack_18-llvmjit-1.5',
      'postgresql18-libs-18.1',
      'postgresql18-server-18.1',
    ].sort(),
  );
  assert.ok(
    done.output.indexOf('packages bash') < done.output.indexOf('packages postgresql18'),
    'in the order of the plan',
  );
}

function changesNothingAgain(host: ElHost): void {
  const before = dnfRuns(host);
  const again = host.apply(site(host.release), chosen);
  ends(again, 0, 'converged changed=0');
  assert.is(dnfRuns(host), before, 'dnf is not asked');
}

function repairsAndExtends(host: ElHost): void {
  host.run(['rpm', '-e', 'jq', 'pg_repack_18-llvmjit']);
  // The repository has more than when its index was read.
  cpSync(join(base, 'late/noarch'), join(host.shared, 'www/pigsty/noarch'), { recursive: true });
  assert.is(host.run(['createrepo_c', '-q', '/mnt/www/pigsty']).code, 0);
  const repaired = host.apply(site(host.release, { node_packages: ['latecomer'] }), chosen);
  ends(repaired, 0, 'changed: packages jq latecomer', 'changed: packages pg_repack_18-llvmjit', 'changed=2 ');
  // What a pattern has brought stays as it is, though there is a newer one.
  assert.ok(installed(host).includes('pg_repack_18-1.5'));
  assert.ok(installed(host).includes('latecomer-1.0'));
}

function namesWhatNobodyHas(host: ElHost): void {
  const failed = host.apply(site(host.release, { node_packages: ['no-such-tool'] }), chosen);
  ends(
    failed,
    1,
    'stage node, step packages no-such-tool: cannot install no-such-tool',
    'Unable to find a match: no-such-tool',
  );
}

/** A newer version is listed when asked for, and installed with leave; one that the inventory names stays. */
function upgradesWithLeave(host: ElHost): void {
  const waits = 'pending: upgrade pg_repack_18 1.5-1 to 1.6-1: needs --allow-restart';
  ends(host.apply(site(host.release), chosen, '--check', '--upgrade'), 2, waits, 'pending=1');
  assert.ok(installed(host).includes('pg_repack_18-1.5'));
  const upgraded = 'changed: package pg_repack_18 1.5-1 to 1.6-1';
  ends(host.apply(site(host.release), chosen, '--upgrade', '--allow-restart'), 0, upgraded);
  assert.ok(installed(host).includes('postgresql18-server-18.1'));
  ends(host.apply(site(host.release), chosen, '--check', '--upgrade'), 0, 'pending=0');
}

/** Another version of what runs is said, and installed with leave only. */
function waitsWithAnotherVersion(host: ElHost): void {
  const newer = site(host.release, { pg_packages: ['postgresql18-server-18.2 patroni.noarch'] });
  const waits = 'pending: install postgresql18-server-18.2, 18.1-1 is here: needs --allow-restart';
  ends(host.apply(newer, chosen), 0, waits, 'changed=0');
  ends(host.apply(newer, chosen, '--check'), 2, waits);
  assert.ok(installed(host).includes('postgresql18-server-18.1'));
  ends(host.apply(newer, chosen, '--allow-restart'), 0, 'changed: packages postgresql18-server-18.2');
  ends(host.apply(newer, chosen), 0, 'changed=0', 'pending=0');
}

/** A host whose repository takes connections and never answers. */
async function hangs(): Promise<void> {
  const host = new ElHost('9.6');
  try {
    host.write(`${SOURCES}/rocky.repo`, SYSTEM);
    host.start(
      'python3',
      '-c',
      'import socket, time; s = socket.socket(); s.bind(("10.10.10.10", 80)); s.listen(50); time.sleep(999)',
    );
    const failed = await host.applyAside(site(host.release), chosen, 90);
    ends(failed, 1, 'http://10.10.10.10/pigsty/repodata/repomd.xml', 'the former ones stay in use');
    assert.is(host.read(`${SOURCES}/rocky.repo`), SYSTEM);
    for (const name of ['local', 'node']) assert.not.ok(host.has(`${SOURCES}/${name}.repo`));
  } finally {
    host.close();
  }
}

const why = obstacle(['dnf', 'rpm', 'rpmbuild', 'createrepo_c', 'modifyrepo_c', 'python3']);
if (why === undefined) {
  test.before(makeRepositories);
  test.after(() => rmSync(base, { recursive: true, force: true }));
  let aside: Promise<void>;
  test.before(() => {
    aside = hangs();
    // Asked for in the last test.
    aside.catch(() => undefined);
  });
  for (const release of RELEASES) {
    test(`EL ${release}: repositories are switched, packages installed, and nothing again`, () => {
      const host = bare(release);
      try {
        refusesAnAbsentRepository(host);
        installsWhatIsDeclared(host);
        changesNothingAgain(host);
        repairsAndExtends(host);
        upgradesWithLeave(host);
        if (release === '10.0') waitsWithAnotherVersion(host);
        namesWhatNobodyHas(host);
      } finally {
        host.close();
      }
    });
  }
  test('a repository that hangs is given up in time', () => aside);
} else console.log(`skip: packages on EL: ${why}`);

test.run();
