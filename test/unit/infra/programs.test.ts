import { test } from 'uvu';
import * as assert from 'uvu/assert';
import '../../package-text.ts';
import type { Host, Site } from '../../../compiler/model/site.ts';
import type { Component } from '../../../compiler/platform/profile.ts';
import { EMITTERS } from '../../../compiler/phases/7-plan/emitters.ts';
import type { Step } from '../../../emitters/api.ts';
import { PLAIN } from '../pgsql/site.ts';
import { filesOf, fleet, stepsOf } from './fleet.ts';

/** Programs that every machine of a supported system has before anything is installed. */
const BASE = ['chown', 'journalctl', 'kill', 'modprobe', 'sed', 'sh', 'systemctl', 'test', 'visudo'];

/** Who brings the other programs that files name. A program in neither list fails the test. */
const BROUGHT_BY: Readonly<Record<string, Component>> = {
  alertmanager: 'alertmanager',
  blackbox_exporter: 'blackbox-exporter',
  certbot: 'certbot',
  chronyd: 'chrony',
  dnsmasq: 'dnsmasq',
  etcd: 'etcd',
  haproxy: 'haproxy',
  keepalived_exporter: 'keepalived-exporter',
  nginx: 'nginx',
  nginx_exporter: 'nginx-exporter',
  node_exporter: 'node-exporter',
  patroni: 'patroni',
  patronictl: 'patroni',
  pg_exporter: 'pg-exporter',
  pgbackrest: 'pgbackrest',
  pgbackrest_exporter: 'pgbackrest-exporter',
  pgbouncer: 'pgbouncer',
  postgres: 'postgresql',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'alertmanager',
  'prometheus-blackbox-exporter': 'blackbox-exporter',
  'prometheus-nginx-exporter': 'nginx-exporter',
  'prometheus-redis-exporter': 'redis-exporter',
  promtool: 'prometheus',
  psql: 'postgresql',
  'redis-cli': 'redis',
  'redis-server': 'redis',
  redis_exporter: 'redis-exporter',
  silo: 'minio',
  vector: 'vector',
  'victoria-logs': 'victoria-logs',
  'victoria-metrics': 'victoria-metrics',
  'victoria-traces': 'victoria-traces',
  'vip-manager': 'vip-manager',
  vmalert: 'vmalert',
};

/** Types of data sources that Grafana does not have by itself. */
const PLUGINS: Readonly<Record<string, Component>> = { 'victoriametrics-logs-datasource': 'grafana-logs-source' };

/** What functions of the runtime call to check a file. */
const PROGRAM_OF: Readonly<Record<string, string>> = { nginx_reads: 'nginx' };

/** Programs a file has run: of units, by their paths, to check the file itself, and by name in scripts. */
function programsOf(step: Step): readonly string[] {
  if (step.kind !== 'file') return [];
  const text = step.render(PLAIN);
  const found = [
    ...[...text.matchAll(/^Exec\w+=[-+!@]*(\S+)/gm)].map(([, path]) => path!),
    ...[...text.matchAll(/(?<![\w./}])\/usr\/(?:local\/)?s?bin\/[\w.-]+/g)].map(([path]) => path),
    ...(step.validate === undefined ? [] : [PROGRAM_OF[step.validate.command[0]!] ?? step.validate.command[0]!]),
  ];
  // A path below /etc or /usr/libexec is a file of ours, which is looked at itself.
  const programs = found.filter((path) => !/^\/(etc|usr\/libexec)\//.test(path)).map((path) => path.split('/').pop()!);
  const script = text.startsWith('#!');
  return [...programs, ...Object.keys(BROUGHT_BY).filter((name) => script && isCalled(text, name))];
}

/** Commands stand at the start of a line or after what ends another command. */
function isCalled(script: string, name: string): boolean {
  return new RegExp(`(^|[|;&(]|\\bexec|\\bdo|\\bthen|!) *(as_dbsu )?${name} `, 'm').test(
    script.replace(/^ *#.*$/gm, ''),
  );
}

function pluginsOf(step: Step): readonly Component[] {
  if (step.kind !== 'file' || !/grafana|datasources/.test(step.path)) return [];
  const text = step.render(PLAIN);
  return Object.entries(PLUGINS).flatMap(([type, component]) =>
    /\btype"?:/.test(text) && text.includes(type) ? [component] : [],
  );
}

/** What a host needs and no step installs. */
function missing(site: Site, host: Host): readonly string[] {
  const steps = stepsOf(site, host, EMITTERS);
  const installed = new Set(steps.flatMap((step) => (step.kind === 'package' ? step.names : [])));
  const brought = (component: Component): boolean =>
    site.platform.packages(component, host.facts, host.params.pgVersion).every((name) => installed.has(name));
  const programs = steps.flatMap((step) => programsOf(step).map((name) => [name, step] as const));
  const plugins = host.infra === undefined ? [] : steps.flatMap(pluginsOf);
  return [
    ...programs
      .filter(([name]) => !BASE.includes(name) && (BROUGHT_BY[name] === undefined || !brought(BROUGHT_BY[name])))
      .map(([name, step]) => `${name} of ${step.kind === 'file' ? step.path : ''}`),
    ...plugins.filter((component) => !brought(component)),
  ];
}

for (const platform of ['pigsty-4.5', 'debian-12', 'debian-13'])
  test(`a host installs what its files and scripts call, on ${platform}`, () => {
    const site = fleet({}, platform);
    for (const host of site.hosts) assert.equal([...new Set(missing(site, host))], [], host.name);
  });

test('what is not configured brings no package', () => {
  const names = (site: Site): string =>
    stepsOf(site, site.hosts[0]!, EMITTERS)
      .flatMap((step) => (step.kind === 'package' ? step.names : []))
      .join(' ');
  assert.match(names(fleet()), /\bgrafana-victorialogs-ds\b.*\bcertbot\b/);
  assert.not.match(names(fleet({ vlogs_enabled: false })), 'grafana-victorialogs-ds');
  const own = { infra_portal: { home: { domain: 'i.pigsty' } } };
  assert.not.match(names(fleet({}, 'pigsty-4.5', { '10.10.10.10': own })), 'certbot');
});

test('options of the nginx exporter have the dashes that it has not deprecated', () => {
  const site = fleet();
  assert.is(
    filesOf(site, site.infra[0]!.host).get('/etc/default/nginx_exporter'),
    'NGINX_EXPORTER_OPTS="--nginx.scrape-uri=http://127.0.0.1:80/nginx --web.listen-address=:9113"\n',
  );
});

test.run();
