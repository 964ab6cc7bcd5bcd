import type { HostFacts } from './host-facts.ts';
import type { Component, PathName, PlatformProfile, UnitName } from './profile.ts';
import { resolveAlias } from './packages.ts';

/** Package of each component in the distribution's own repositories, where one name serves all operating systems. */
const PACKAGES: Readonly<Partial<Record<Component, readonly string[]>>> = {
  etcd: ['etcd'],
  pgbouncer: ['pgbouncer'],
  haproxy: ['haproxy'],
  'vip-manager': ['vip-manager'],
  pgbackrest: ['pgbackrest'],
  redis: ['redis'],
  valkey: ['valkey'],
  minio: ['silo'],
  mcli: ['mcli'],
  keepalived: ['keepalived'],
  nginx: ['nginx'],
  dnsmasq: ['dnsmasq'],
  chrony: ['chrony'],
  'victoria-metrics': ['victoria-metrics'],
  'victoria-logs': ['victoria-logs'],
  'victoria-traces': ['victoria-traces'],
  vmalert: ['vmutils'],
  alertmanager: ['alertmanager'],
  grafana: ['grafana'],
  'grafana-logs-source': ['grafana-victorialogs-ds'],
  certbot: ['certbot'],
  vector: ['vector'],
  tuned: ['tuned'],
};

/** Exporter packages are spelled with a dash on Debian and an underscore on EL. */
const EXPORTERS: readonly Component[] = [
  'blackbox-exporter',
  'node-exporter',
  'pg-exporter',
  'pgbackrest-exporter',
  'redis-exporter',
  'nginx-exporter',
  'keepalived-exporter',
];

const UNITS: Readonly<Record<UnitName, string>> = {
  chrony: 'chrony',
  cron: 'cron',
  haproxy: 'haproxy',
  keepalived: 'keepalived',
  'node-exporter': 'node_exporter',
  vector: 'vector',
  dnsmasq: 'dnsmasq',
  nginx: 'nginx',
  etcd: 'etcd',
  patroni: 'patroni',
  postgres: 'postgres',
  pgbouncer: 'pgbouncer',
  'vip-manager': 'vip-manager',
  minio: 'silo',
  prometheus: 'vmetrics',
  alertmanager: 'alertmanager',
  grafana: 'grafana-server',
  'blackbox-exporter': 'blackbox_exporter',
  'redis-exporter': 'redis_exporter',
  'nginx-exporter': 'nginx_exporter',
  tuned: 'tuned',
};
const EL_UNITS: Readonly<Partial<Record<UnitName, string>>> = { chrony: 'chronyd', cron: 'crond' };

const PATHS: Readonly<Record<PathName, string>> = {
  chronyConf: '/etc/chrony/chrony.conf',
  haproxyBin: '/usr/sbin/haproxy',
  patroniBin: '/usr/bin/patroni',
  patronictlBin: '/usr/bin/patronictl',
  etcdBin: '/usr/bin/etcd',
  etcdctlBin: '/usr/bin/etcdctl',
  pgbouncerBin: '/usr/sbin/pgbouncer',
  vipManagerBin: '/usr/bin/vip-manager',
  pgbackrestBin: '/usr/bin/pgbackrest',
  redisServerBin: '/usr/bin/redis-server',
  redisCliBin: '/usr/bin/redis-cli',
  nodeExporterBin: '/usr/bin/node_exporter',
  blackboxExporterBin: '/usr/bin/blackbox_exporter',
  redisExporterBin: '/usr/bin/redis_exporter',
  nginxExporterBin: '/usr/bin/nginx_exporter',
  prometheusBin: '/usr/bin/victoria-metrics',
  promtoolBin: '/usr/bin/promtool',
  alertmanagerBin: '/usr/bin/alertmanager',
  keepalivedBin: '/usr/sbin/keepalived',
  nginxUser: 'nginx',
  nginxModulesConf: '',
  dnsmasqBin: '/usr/sbin/dnsmasq',
  sslCertDir: '/etc/pki',
  cronSpool: '/var/spool/cron/crontabs',
};
const EL_PATHS: Readonly<Partial<Record<PathName, string>>> = {
  chronyConf: '/etc/chrony.conf',
  cronSpool: '/var/spool/cron',
  pgbouncerBin: '/usr/bin/pgbouncer',
};

/** The distribution itself: EL 8–10, Debian 12/13, Ubuntu 22/24/26 with its repositories. */
export const pigsty45: PlatformProfile = {
  name: 'pigsty-4.5',
  osVersion: '13',
  pgMajors: [14, 15, 16, 17, 18, 19],
  defaults: {},
  versions: {
    postgresql: [18],
    patroni: [4, 1],
    etcd: [3, 6],
    pgbouncer: [1, 25],
    haproxy: [3, 3],
    'vip-manager': [5, 0],
    pgbackrest: [2, 58],
    redis: [8, 2],
    valkey: [8, 1],
    minio: [2026],
    mcli: [2025],
    keepalived: [2, 3],
    nginx: [1, 28],
    dnsmasq: [2, 90],
    chrony: [4, 5],
    prometheus: [3, 5],
    'victoria-metrics': [1, 130],
    'victoria-logs': [1, 40],
    'victoria-traces': [0, 5],
    vmalert: [1, 130],
    alertmanager: [0, 29],
    grafana: [12, 3],
    'grafana-logs-source': [0, 21],
    certbot: [2],
    'blackbox-exporter': [0, 27],
    'node-exporter': [1, 10],
    'pg-exporter': [1, 1],
    'pgbouncer-exporter': [1, 1],
    'pgbackrest-exporter': [0, 21],
    'redis-exporter': [1, 80],
    'nginx-exporter': [1, 5],
    'keepalived-exporter': [1, 7],
    vector: [0, 51],
    tuned: [2, 20],
    cron: [3, 0],
  },
  unit: (name, facts) => (facts.osFamily === 'rpm' ? EL_UNITS[name] : undefined) ?? UNITS[name],
  path: (name, facts) => (facts.osFamily === 'rpm' ? EL_PATHS[name] : undefined) ?? PATHS[name],
  missing: ['prometheus'],
  packages(component: Component, facts: HostFacts, pgMajor: number): readonly string[] {
    if (component === 'postgresql') return resolveAlias('pgsql-core', facts, pgMajor) ?? [];
    if (component === 'patroni') return resolveAlias('patroni', facts, pgMajor) ?? ['patroni'];
    if (component === 'pgbouncer-exporter') return [exporterPackage('pg-exporter', facts)];
    if (component === 'cron') return facts.osFamily === 'deb' ? ['cron'] : ['cronie'];
    if (EXPORTERS.includes(component)) return [exporterPackage(component, facts)];
    return PACKAGES[component] ?? [];
  },
  packageAlias: resolveAlias,
};

function exporterPackage(component: Component, facts: HostFacts): string {
  return facts.osFamily === 'deb' ? component : component.replace('-exporter', '_exporter');
}
