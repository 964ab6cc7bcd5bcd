/** Which collectors exporters read, and how long what they found is used again. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { monitorEmitter } from '../../../emitters/monitor/index.ts';
import { within } from '../../support/directory.ts';
import { Desk } from '../../support/desk.ts';
import { filesOf, fleet, stepsOf } from '../../unit/infra/fleet.ts';
import '../../package-text.ts';

const OWN = '/etc/pg_exporter.d/00-package.yml';
const MAKER = '/usr/libexec/pigstyc/pg-exporter-collectors';

function filesWith(variables: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const site = fleet(variables);
  return filesOf(site, site.hosts[1]!, [monitorEmitter]);
}

test('usually those of the package and of the site', () => {
  const site = fleet();
  const steps = stepsOf(site, site.hosts[1]!, [monitorEmitter]);
  assert.ok(steps.some((step) => step.kind === 'link' && step.path === OWN && step.target === '/etc/pg_exporter.yml'));
  const files = filesWith({});
  assert.not.ok(files.has(MAKER));
  assert.match(files.get('/etc/default/pg_exporter')!, /^PG_EXPORTER_CONFIG=\/etc\/pg_exporter\.d$/m);
});

test('cache times of the inventory are those of every collector, of each class its own', () => {
  const files = filesWith({ pg_exporter_cache_ttls: '10, 30,60,900' });
  for (const name of ['pg_exporter', 'pgbouncer_exporter']) {
    assert.match(files.get(`/etc/default/${name}`)!, new RegExp(`^PG_EXPORTER_CONFIG=/run/${name}$`, 'm'));
    const unit = files.get(`/etc/systemd/system/${name}.service`)!;
    assert.match(unit, new RegExp(`^RuntimeDirectory=${name}\nExecStartPre=${MAKER} 10 30 60 900$`, 'm'));
  }
  assert.match(
    files.get('/etc/pg_exporter.d/50-monitor.yml')!,
    /pg_table_bloat:[^]*\n {2}ttl: 900\n[^]*\n {2}ttl: 30\n/,
  );

  const usual = [1, 10, 60, 300, 7].map((ttl, i) => `c${i}:\n  ttl: ${ttl}\n`).join('');
  const made = within({ 'etc/pg_exporter.d/00-package.yml': usual, 'run/empty': '' }, (dir) => {
    const script = files.get(MAKER)!.replaceAll('/etc/', `${dir}/etc/`);
    const env = { ...process.env, RUNTIME_DIRECTORY: join(dir, 'run') };
    execFileSync('sh', ['-c', script, 'maker', '10', '30', '60', '900'], { env });
    return readFileSync(join(dir, 'run/00-package.yml'), 'utf8');
  });
  assert.equal(
    [...made.matchAll(/ttl: (\d+)/g)].map(([, ttl]) => ttl),
    ['10', '30', '60', '900', '7'],
  );
});

test('a file of the operator takes the place of the package’s', async () => {
  const inventory = (name: string): string =>
    `all: { children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }, etcd: { hosts: { 10.10.10.10: { etcd_seq: 1 } } },
      pg-a: { hosts: { 10.10.10.10: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-a } } },
      vars: { version: v4.5.0, admin_ip: 10.10.10.10, pg_exporter_config: ${name} } }\n`;
  const desk = new Desk();
  desk.system.writeFile('/desk/pigsty.yml', inventory('own.yml'), 0o600);
  desk.system.writeFile('/desk/files/own.yml', 'pg_own:\n  query: SELECT 1 AS one\n', 0o600);
  const built = await desk.pigstyc(['build', '--demo', '--quiet', 'pigsty.yml']);
  assert.is(built.code, 0, built.err);
  assert.match(desk.read(`/desk/out/hosts/10.10.10.10/files${OWN}`), 'pg_own');

  for (const [name, missing] of [
    ['absent.yml', true],
    ['pg_exporter.yml', false],
  ] as const) {
    desk.system.writeFile('/desk/pigsty.yml', inventory(name), 0o600);
    const { out, err } = await desk.pigstyc(['check', 'pigsty.yml']);
    assert.is(`${out}${err}`.includes('PIG0007'), missing, name);
  }
});

/** A site that watches servers elsewhere and has none of its own. */
const inventoryOf = (globals: string, remotes: string): string =>
  `all: { children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1, pg_exporters: { ${remotes} } } } } },
    vars: { version: v4.5.0, admin_ip: 10.10.10.10${globals} } }\n`;

/** That site as a bundle; what it has for its host, by path. */
async function watching(globals: string, remotes: string): Promise<(path: string) => string | undefined> {
  const desk = new Desk();
  desk.system.writeFile('/desk/pigsty.yml', inventoryOf(globals, remotes), 0o600);
  desk.system.writeFile('/desk/files/own.yml', 'pg_own:\n  ttl: 10\n  query: SELECT 1 AS one\n', 0o600);
  const built = await desk.pigstyc(['build', '--demo', '--quiet', '--platform', 'pigsty-4.5', 'pigsty.yml']);
  assert.is(built.code, 0, built.err);
  return (path) => {
    const part = ['files', 'sealed']
      .map((name) => `/desk/out/hosts/10.10.10.10/${name}${path}`)
      .find((at) => desk.has(at));
    return part === undefined ? undefined : desk.read(part);
  };
}

const remote = (seq: number, more = ''): string =>
  `2000${seq}: { pg_cluster: far, pg_seq: ${seq}, pg_host: 10.9.0.${seq}${more} }`;

test('an exporter of a server elsewhere has collectors and cache times of its own', async () => {
  const own = 'pg_exporter_config: own.yml';
  const ttls = 'pg_exporter_cache_ttls: "2,20,60,300"';
  const file = await watching(
    '',
    [remote(1), remote(2, `, ${own}`), remote(3, `, ${ttls}`), remote(4, `, ${own}, ${ttls}`)].join(),
  );
  const config = (seq: number): string =>
    /^PG_EXPORTER_CONFIG=(.*)$/m.exec(file(`/etc/default/pg_exporter_far-${seq}`)!)![1]!;
  const before = (seq: number): string | undefined =>
    /^ExecStartPre=(.*)$/m.exec(file(`/etc/systemd/system/pg_exporter_far-${seq}.service`)!)?.[1];
  const written = (seq: number): string => `/etc/pg_exporter/pg_exporter_far-${seq}.yml`;
  assert.equal([1, 2, 3, 4].map(config), [
    '/etc/pg_exporter.yml',
    written(2),
    '/run/pg_exporter_far-3',
    '/run/pg_exporter_far-4',
  ]);
  assert.equal([1, 2, 3, 4].map(before), [
    undefined,
    undefined,
    `${MAKER} 2 20 60 300 /etc/pg_exporter.yml`,
    `${MAKER} 2 20 60 300 ${written(4)}`,
  ]);
  assert.equal(
    [1, 2, 3, 4].map((seq) => file(written(seq)) !== undefined),
    [false, true, false, true],
  );

  const made = within({ 'far.yml': file(written(4))!, 'run/empty': '' }, (dir) => {
    const env = { ...process.env, RUNTIME_DIRECTORY: join(dir, 'run') };
    execFileSync('sh', ['-c', file(MAKER)!, 'maker', '2', '20', '60', '300', join(dir, 'far.yml')], { env });
    return readFileSync(join(dir, 'run/00-package.yml'), 'utf8');
  });
  assert.match(made, /pg_own:\n {2}ttl: 20\n/);
});

test('what is said of every server holds for those elsewhere, until they say otherwise', async () => {
  const usual = 'pg_exporter_config: pg_exporter.yml, pg_exporter_cache_ttls: "1,10,60,300"';
  const file = await watching(
    ', pg_exporter_config: own.yml, pg_exporter_cache_ttls: "9,10,60,300"',
    [remote(1), remote(2, `, ${usual}`)].join(),
  );
  assert.match(file('/etc/default/pg_exporter_far-1')!, /^PG_EXPORTER_CONFIG=\/run\/pg_exporter_far-1$/m);
  assert.match(file('/etc/pg_exporter/pg_exporter_far-1.yml')!, 'pg_own');
  assert.match(file('/etc/default/pg_exporter_far-2')!, /^PG_EXPORTER_CONFIG=\/etc\/pg_exporter.yml$/m);
});

test('they are checked like those of every server', async () => {
  const desk = new Desk();
  for (const [said, code] of [
    ['pg_exporter_config: absent.yml', 'PIG0007'],
    ['pg_exporter_cache_ttls: "1,2"', 'PIG12'],
    ['pg_exporter_config: pg_exporter.yml', undefined],
  ] as const) {
    desk.system.writeFile('/desk/pigsty.yml', inventoryOf('', remote(1, `, ${said}`)), 0o600);
    const { out, err } = await desk.pigstyc(['check', 'pigsty.yml']);
    const about = `${out}${err}`;
    assert.is(/absent\.yml|cache_ttls/.test(about), code !== undefined, about);
    if (code !== undefined) assert.match(about, code);
  }
});

test.run();
