import { own } from '../words/own.ts';
import type { HostFacts } from './host-facts.ts';
import { resolveAlias } from './packages.ts';
import type { Component, PathName, PlatformProfile, UnitName, Version } from './profile.ts';

/** What one release of the stock Debian archive brings. */
export interface DebianRelease {
  readonly name: string;
  readonly osVersion: string;
  /** The one PostgreSQL major of the release. */
  readonly pgMajor: number;
  /** Packages of each component. What is not listed is not used. */
  readonly packages: Readonly<Partial<Record<Component, readonly string[]>>>;
  /** Versions of the components that are listed. */
  readonly versions: Readonly<Partial<Record<Component, Version>>>;
  /** Aliases that mean more than the server and its client: extensions that the archive has, and sets of them. */
  readonly extensions: Readonly<Record<string, readonly string[]>>;
  readonly tuned: boolean;
}

const UNITS: Readonly<Record<UnitName, string>> = {
  chrony: 'chrony',
  cron: 'cron',
  haproxy: 'haproxy',
  keepalived: 'keepalived',
  'node-exporter': 'prometheus-node-exporter',
  vector: 'vector',
  dnsmasq: 'dnsmasq',
  nginx: 'nginx',
  etcd: 'etcd',
  patroni: 'patroni',
  postgres: 'postgres',
  pgbouncer: 'pgbouncer',
  'vip-manager': 'vip-manager',
  minio: 'silo',
  prometheus: 'prometheus',
  alertmanager: 'prometheus-alertmanager',
  grafana: 'grafana-server',
  'blackbox-exporter': 'prometheus-blackbox-exporter',
  'redis-exporter': 'prometheus-redis-exporter',
  'nginx-exporter': 'prometheus-nginx-exporter',
  tuned: 'tuned',
};

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
  nodeExporterBin: '/usr/bin/prometheus-node-exporter',
  blackboxExporterBin: '/usr/bin/prometheus-blackbox-exporter',
  redisExporterBin: '/usr/bin/prometheus-redis-exporter',
  nginxExporterBin: '/usr/bin/prometheus-nginx-exporter',
  prometheusBin: '/usr/bin/prometheus',
  promtoolBin: '/usr/bin/promtool',
  alertmanagerBin: '/usr/bin/prometheus-alertmanager',
  keepalivedBin: '/usr/sbin/keepalived',
  nginxUser: 'www-data',
  nginxModulesConf: '/etc/nginx/modules-enabled/*.conf',
  dnsmasqBin: '/usr/sbin/dnsmasq',
  sslCertDir: '/etc/pki',
  cronSpool: '/var/spool/cron/crontabs',
};

const COMPONENTS: readonly Component[] = [
  'postgresql',
  'patroni',
  'etcd',
  'pgbouncer',
  'haproxy',
  'vip-manager',
  'pgbackrest',
  'redis',
  'valkey',
  'minio',
  'mcli',
  'keepalived',
  'nginx',
  'dnsmasq',
  'chrony',
  'prometheus',
  'victoria-metrics',
  'victoria-logs',
  'victoria-traces',
  'vmalert',
  'alertmanager',
  'grafana',
  'blackbox-exporter',
  'node-exporter',
  'pg-exporter',
  'pgbouncer-exporter',
  'pgbackrest-exporter',
  'redis-exporter',
  'nginx-exporter',
  'keepalived-exporter',
  'vector',
  'tuned',
  'cron',
];

/** A release of Debian and nothing else: no Grafana, Victoria, MinIO or vector. */
export function stockDebian(release: DebianRelease): PlatformProfile {
  const { name, pgMajor, packages } = release;
  const aliases = aliasesOf(release);
  return {
    name,
    osVersion: release.osVersion,
    pgMajors: [pgMajor],
    defaults: {
      pg_version: pgMajor,
      pg_packages: ['pgsql-main pgsql-common'],
      node_repo_modules: '',
      node_default_packages: ['ca-certificates openssl curl lz4 cron sudo rsync jq logrotate openssh-server'],
      infra_packages: [],
      ...(release.tuned ? {} : { node_tune: 'none' }),
      node_firewall_mode: 'none',
      vector_enabled: false,
      grafana_enabled: false,
      repo_enabled: false,
    },
    versions: versionsOf(release),
    unit: (unit) => UNITS[unit],
    path: (path) => PATHS[path],
    missing: COMPONENTS.filter((component) => packages[component] === undefined),
    packages: (component) => packages[component] ?? [],
    packageAlias: (alias: string, facts: HostFacts, major: number) =>
      own(aliases, alias) ?? (resolveAlias(alias, facts, major) === undefined ? undefined : []),
  };
}

/** What is not there counts as older than everything. */
function versionsOf({ versions }: DebianRelease): Readonly<Record<Component, Version>> {
  const all = {} as Record<Component, Version>;
  for (const component of COMPONENTS) all[component] = versions[component] ?? [0];
  return all;
}

/** Aliases of the distribution that mean archive packages here; every other alias has no package in the archive. */
function aliasesOf({ packages, extensions }: DebianRelease): Readonly<Record<string, readonly string[]>> {
  const [server, client] = packages.postgresql!;
  const both = [server!, client!];
  const { patroni = [], pgbouncer = [], pgbackrest = [] } = packages;
  const vipManager = packages['vip-manager'] ?? [];
  return {
    postgresql: [server!],
    pgsql: both,
    'pgsql-mini': both,
    'pgsql-core': both,
    'pgsql-main': both,
    'pgsql-full': both,
    'pgsql-client': [client!],
    'pgsql-server': [server!],
    'pgsql-basic': [],
    'pgsql-common': [...patroni, ...pgbouncer, ...pgbackrest, ...vipManager],
    patroni,
    pgbouncer,
    pgbackrest,
    'vip-manager': vipManager,
    pg_exporter: [],
    pgbackrest_exporter: [],
    'pgsql-utility': [],
    ...extensions,
  };
}
