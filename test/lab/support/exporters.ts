/**
 * Exporters that no archive of the lab has. The files are those that a build for hosts with these packages writes (units,
 * environments, collectors of the site, targets); the programs are stand-ins (test/lab/exporters).
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { address, type HostName, type Lab } from './lab.ts';

const PROGRAMS = resolve('test/lab/exporters');
const EXPORTERS = ['pg_exporter', 'pgbouncer_exporter', 'pgbackrest_exporter', 'keepalived_exporter'];
/** The file of collectors that the package has; PIGSTYC_PG_EXPORTER_YML names the real one where it is at hand. */
const COLLECTORS = process.env['PIGSTYC_PG_EXPORTER_YML'] ?? join(PROGRAMS, 'pg_exporter.yml');

/** Builds for hosts that have the exporters, and starts stand-ins with the files that this gives. Returns the bundle. */
export function startExporters(lab: Lab, infra: HostName, members: readonly HostName[]): string {
  const outcome = lab.pigstyc(
    ...['build', 'pigsty.yml', '-o', 'exporters', '--platform', 'pigsty-4.5', '--demo', '--format', 'compact'],
  );
  assert.is(outcome.code, 0, outcome.output);
  for (const host of members) startOn(lab, host);
  const targets = `exporters/hosts/${address(infra)}/files/infra/targets`;
  lab.copy(`${targets}/pgsql`, infra, '/infra/targets/');
  addressTargets(join(lab.directory, targets, 'node'), members);
  lab.copy(`${targets}/node/vip`, infra, '/tmp/');
  ok(
    lab,
    infra,
    'cp /tmp/vip/* /infra/targets/node/; chown -R prometheus:infra /infra/targets/pgsql /infra/targets/node',
  );
  return join(lab.directory, 'exporters');
}

/** Of the targets of hosts those that watch their virtual address; the others are known, or are in no archive. */
function addressTargets(directory: string, members: readonly HostName[]): void {
  mkdirSync(join(directory, 'vip'));
  for (const host of members) {
    const groups = parse(readFileSync(join(directory, `${address(host)}.yml`), 'utf8')) as readonly {
      labels: object;
    }[];
    const own = groups.filter(({ labels }) => 'vip' in labels);
    writeFileSync(join(directory, 'vip', `${address(host)}-vip.yml`), stringify(own));
  }
}

function startOn(lab: Lab, host: HostName): void {
  const tree = join(lab.directory, 'exporters-of', host);
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  const built = join(lab.directory, 'exporters/hosts', address(host));
  for (const part of ['files', 'sealed'])
    cpSync(join(built, part), tree, {
      recursive: true,
      filter: (path) => belongs(path.slice(built.length + part.length + 2)),
    });
  for (const name of ['pg_exporter', 'pgbackrest_exporter', 'keepalived_exporter'])
    cpSync(join(PROGRAMS, `${name}.py`), join(tree, 'usr/bin', name));
  cpSync(COLLECTORS, join(tree, 'etc/pg_exporter.yml'));
  lab.copy(join('exporters-of', host), host, '/root/exporters');
  ok(
    lab,
    host,
    `chmod 755 /root/exporters/usr/bin/* /root/exporters/etc/pg_exporter.d; cp -r --no-preserve=ownership /root/exporters/. /
    # Programs in Python need more than the tenth of a processor that the real ones get.
    for unit in ${EXPORTERS.join(' ')}; do
      mkdir -p /etc/systemd/system/$unit.service.d
      printf '[Service]\\nCPUQuota=100%%\\n' >/etc/systemd/system/$unit.service.d/stand-in.conf
    done
    ln -sf /etc/pg_exporter.yml /etc/pg_exporter.d/00-package.yml
    systemctl daemon-reload; systemctl enable --quiet --now ${EXPORTERS.join(' ')}`,
  );
}

/** Files of the exporters, and the directories above them. */
function belongs(path: string): boolean {
  const named = EXPORTERS.flatMap((name) => [`etc/default/${name}`, `etc/systemd/system/${name}.service`]);
  return (
    [...named, 'etc/pg_exporter.d'].some((one) => `${one}/`.startsWith(`${path}/`) || path.startsWith(`${one}/`)) ||
    path === ''
  );
}

function ok(lab: Lab, host: HostName, script: string): void {
  const outcome = lab.exec(host, ['bash', '-euc', script]);
  assert.is(outcome.code, 0, outcome.output);
}
