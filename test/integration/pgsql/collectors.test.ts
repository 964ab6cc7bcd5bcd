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

test.run();
