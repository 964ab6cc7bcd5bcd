/**
 * Later versions of packages come to a site that runs: `make updates` lists them, and a deployment with `--upgrade
 * --allow-restart` installs them, replicas first, while an application writes. From the release's PostgreSQL 15 of
 * Debian 12 to the later one of its security archive.
 */
import { readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { everyoneConverged } from './support/bundle.ts';
import { address, ROOT, run as command, type HostName } from './support/lab.ts';
import { Writer } from './support/load.ts';
import { leader, MEMBERS, query, streaming } from './support/postgres.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, figure, run } = scenario('minor', MEMBERS, MEMBERS);
const APP =
  `host=${MEMBERS.map(address).join(',')} port=5432 target_session_attrs=read-write user=app password=App-c8Yd1LmQ ` +
  'dbname=shop connect_timeout=2';
/** What runs and is upgraded, with the library that both versions of the server share. */
const NAMES = [
  'postgresql-15',
  'postgresql-client-15',
  'haproxy',
  'redis-server',
  'redis-sentinel',
  'redis-tools',
  'libpq5',
];
const archive = join(ROOT, 'minors-debian-12');
let versions: ReadonlyMap<string, readonly [string, string]>;

/** What the archive offers now. Who asks again asks for what has been written since. */
function offers(part: 'old' | 'new'): void {
  rmSync(join(archive, 'now'), { force: true });
  symlinkSync(part, join(archive, 'now'));
  utimesSync(join(archive, part, 'Packages'), new Date(), new Date());
}
const installed = (host: HostName, name: string): string =>
  lab.exec(host, ['dpkg-query', '-W', '-f', '${Version}', name]).stdout;
const server = (host: HostName): string => query(lab, host, 'show server_version').split(' ')[0]!;
const minor = (name: string, index: 0 | 1): string => versions.get(name)![index].split('-')[0]!;
const healthy = (): void => void lab.eventually('both replicas stream', 120, () => streaming(lab, 2));
const updates = (): string => {
  const outcome = lab.make('updates');
  assert.is(outcome.code, 0, outcome.output);
  return outcome.output
    .split('\n')
    .filter((line) => /^\S+ \S+ to \S+: 10/.test(line))
    .join('\n');
};
const line = (name: string, ...hosts: readonly HostName[]): string =>
  `${name} ${versions.get(name)!.join(' to ')}: ${hosts.map(address).join(' ')}`;
const deploy = (...flags: readonly string[]): string => {
  const outcome = lab.make('-j2', 'deploy', ...flags);
  assert.is(outcome.code, 0, outcome.output.slice(-4000));
  return outcome.output;
};

step('a site on the versions of the release: none is newer', () => {
  rmSync(archive, { recursive: true, force: true });
  const made = command(['bash', resolve('test/lab/scripts/minors.sh'), archive, ...NAMES], {
    seconds: 600,
    env: { LAB_PLATFORM: 'debian-12' },
  });
  assert.is(made.code, 0, made.output);
  const lines = made.stdout.trim().split('\n');
  versions = new Map(lines.map((text) => text.split(' ')).map(([name, old, late]) => [name!, [old!, late!]]));
  offers('old');
  lab.background(undefined, `cd ${archive} && exec python3 -m http.server 8000`);
  lab.eventually(
    'the archive answers',
    20,
    () => lab.admin(['curl', '-sSf', 'http://10.10.10.9:8000/now/Packages', '-o', '/dev/null']).code === 0,
  );
  for (const host of MEMBERS) {
    const former = lab.exec(host, [
      'sh',
      '-ec',
      `cd /tmp && curl -sS http://10.10.10.9:8000/old/ | sed -n 's/.*href="\\([^"]*deb\\)".*/\\1/p' >names && ` +
        'while read -r name; do curl -sSO "http://10.10.10.9:8000/old/$name"; done <names && ' +
        'echo "exit 101" >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d && ' +
        'dpkg -i --force-downgrade ./*.deb && rm -f ./*.deb /usr/sbin/policy-rc.d',
    ]);
    assert.is(former.code, 0, former.output);
  }
  lab.build(readFileSync('test/lab/inventories/minor.yml', 'utf8'));
  deploy();
  healthy();
  for (const host of MEMBERS) assert.is(server(host), minor('postgresql-15', 0));
  assert.is(lab.psql(APP, 'create table beats (id int)').code, 0);
  assert.is(updates(), '');
});

step('the archive has later versions: they are listed with the hosts they wait for, and nothing changes', () => {
  offers('new');
  everyoneConverged(lab, MEMBERS);
  const listed = updates().split('\n').sort();
  assert.equal(
    listed,
    [
      line('haproxy', ...MEMBERS),
      line('libpq5', ...MEMBERS),
      line('postgresql-15', ...MEMBERS),
      line('postgresql-client-15', ...MEMBERS),
      line('redis-sentinel', 'h11'),
      line('redis-server', 'h11'),
      line('redis-tools', 'h11'),
    ].sort(),
  );
  for (const host of MEMBERS) assert.is(installed(host, 'haproxy'), versions.get('haproxy')![0]);
  const pending = lab.apply('h12', '--upgrade');
  assert.match(
    pending.output,
    `pending: upgrade haproxy ${versions.get('haproxy')!.join(' to ')}: needs --allow-restart`,
  );
  assert.is(installed('h12', 'haproxy'), versions.get('haproxy')![0]);
});

step('one that somebody upgrades by hand: nothing is restarted, and the host says what it runs', () => {
  const replica = MEMBERS.find((host) => host !== leader(lab))!;
  const by = lab.exec(replica, [
    'sh',
    '-c',
    'apt-get update && apt-get install -y --only-upgrade haproxy postgresql-15',
  ]);
  assert.is(by.code, 0, by.output);
  assert.is(server(replica), minor('postgresql-15', 0));
  const check = lab.apply(replica, '--check');
  assert.is(check.code, 0, check.output);
  const waits = `version ${minor('postgresql-15', 1)} (${minor('postgresql-15', 0)} runs)`;
  assert.match(check.output, waits);
  assert.match(check.output, 'note: a restart of haproxy waits for --allow-restart: its program was replaced');
});

step('the upgrade: replicas first, the leader last, every acknowledged row is there', () => {
  const first = leader(lab);
  const writer = new Writer(lab, APP, 'beats', 1, 0.1);
  const started = performance.now();
  deploy('FLAGS=--upgrade --allow-restart');
  figure('three members upgraded to a later minor', (performance.now() - started) / 1000);
  healthy();
  const { acknowledged, outage } = writer.stop();
  figure('upgrade to a later minor: writes interrupted', outage);
  assert.ok(outage < 60, `${outage} s`);
  const rows = new Set(query(lab, leader(lab), 'select id from beats', 'shop').split('\n'));
  assert.equal(
    acknowledged.filter((id) => !rows.has(String(id))),
    [],
  );
  const begun = (host: HostName): number =>
    Number(query(lab, host, 'select extract(epoch from pg_postmaster_start_time())'));
  for (const host of MEMBERS) {
    assert.is(server(host), minor('postgresql-15', 1));
    assert.is(installed(host, 'haproxy'), versions.get('haproxy')![1]);
    assert.ok(host === first || begun(host) < begun(first), `${host} before ${first}`);
    const replaced = lab.exec(host, ['sh', '-c', 'ls -l /proc/[0-9]*/exe 2>/dev/null | grep deleted']);
    assert.is(replaced.stdout, '', 'no program runs that was replaced');
  }
  assert.match(
    lab.exec('h11', ['redis-cli', '-a', 'Redis-LabWn4e', 'info', 'server']).stdout,
    /redis_version:7\.0\.15/,
  );
});

step('then there is nothing to do, and nothing is newer', () => {
  everyoneConverged(lab, MEMBERS);
  assert.is(updates(), '');
  const again = deploy('FLAGS=--upgrade --allow-restart');
  assert.not.match(again, /changed: |pending: /);
});

run();
