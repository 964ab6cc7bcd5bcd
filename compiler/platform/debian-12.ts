import type { HostFacts } from '../model/site.ts';
import type { Component, PathName, PlatformProfile, UnitName } from './profile.ts';
import { resolveAlias } from './packages.ts';

/** Package of each component in the stock Debian 12 archive. What is not listed is not there. */
const PACKAGES: Readonly<Partial<Record<Component, readonly string[]>>> = {
  postgresql: ['postgresql-15', 'postgresql-client-15'], patroni: ['patroni', 'python3-etcd'], etcd: ['etcd-server', 'etcd-client'], pgbouncer: ['pgbouncer'],
  haproxy: ['haproxy'], 'vip-manager': ['vip-manager'], pgbackrest: ['pgbackrest'], redis: ['redis-server', 'redis-sentinel', 'redis-tools'],
  keepalived: ['keepalived'], nginx: ['nginx-light'], dnsmasq: ['dnsmasq'], chrony: ['chrony'], prometheus: ['prometheus'], alertmanager: ['prometheus-alertmanager'],
  'node-exporter': ['prometheus-node-exporter'], cron: ['cron'],
};

/** Aliases of the distribution that mean archive packages here; every other alias has no package in the archive. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  postgresql: ['postgresql-15'], pgsql: ['postgresql-15', 'postgresql-client-15'], 'pgsql-mini': ['postgresql-15', 'postgresql-client-15'],
  'pgsql-core': ['postgresql-15', 'postgresql-client-15'], 'pgsql-main': ['postgresql-15', 'postgresql-client-15'], 'pgsql-full': ['postgresql-15', 'postgresql-client-15'],
  'pgsql-client': ['postgresql-client-15'], 'pgsql-server': ['postgresql-15'], 'pgsql-basic': [],
  'pgsql-common': ['patroni', 'python3-etcd', 'pgbouncer', 'pgbackrest', 'vip-manager'], patroni: ['patroni', 'python3-etcd'], pgbouncer: ['pgbouncer'],
  pgbackrest: ['pgbackrest'], 'vip-manager': ['vip-manager'], pg_exporter: [], pgbackrest_exporter: [], 'pgsql-utility': [],
};

const UNITS: Readonly<Record<UnitName, string>> = {
  chrony: 'chrony', cron: 'cron', haproxy: 'haproxy', keepalived: 'keepalived', 'node-exporter': 'prometheus-node-exporter', vector: 'vector', dnsmasq: 'dnsmasq',
  nginx: 'nginx', etcd: 'etcd', patroni: 'patroni', postgres: 'postgres', pgbouncer: 'pgbouncer', 'vip-manager': 'vip-manager', minio: 'silo',
  prometheus: 'prometheus', alertmanager: 'prometheus-alertmanager', grafana: 'grafana-server', 'blackbox-exporter': 'prometheus-blackbox-exporter', tuned: 'tuned',
};

const PATHS: Readonly<Record<PathName, string>> = {
  chronyConf: '/etc/chrony/chrony.conf', haproxyBin: '/usr/sbin/haproxy', patroniBin: '/usr/bin/patroni', patronictlBin: '/usr/bin/patronictl',
  etcdBin: '/usr/bin/etcd', etcdctlBin: '/usr/bin/etcdctl', pgbouncerBin: '/usr/sbin/pgbouncer', vipManagerBin: '/usr/bin/vip-manager',
  pgbackrestBin: '/usr/bin/pgbackrest', redisServerBin: '/usr/bin/redis-server', redisCliBin: '/usr/bin/redis-cli',
  nodeExporterBin: '/usr/bin/prometheus-node-exporter', prometheusBin: '/usr/bin/prometheus', promtoolBin: '/usr/bin/promtool',
  alertmanagerBin: '/usr/bin/prometheus-alertmanager', keepalivedBin: '/usr/sbin/keepalived', nginxUser: 'www-data', nginxModulesConf: '/etc/nginx/modules-enabled/*.conf',
  dnsmasqBin: '/usr/sbin/dnsmasq', sslCertDir: '/etc/pki', cronSpool: '/var/spool/cron/crontabs', tunedProfileDir: '/etc/tuned',
};

/** The stock Debian 12 (bookworm) archive and nothing else: PostgreSQL 15, no Grafana, Victoria, MinIO or vector. */
export const debian12: PlatformProfile = {
  name: 'debian-12',
  pgMajors: [15],
  defaults: {
    pg_version: 15,
    pg_packages: ['pgsql-main pgsql-common'],
    node_repo_modules: '',
    node_default_packages: ['ca-certificates openssl curl lz4 cron sudo rsync jq logrotate openssh-server'],
    infra_packages: [],
    node_tune: 'none',
    node_firewall_mode: 'none',
    vector_enabled: false,
    grafana_enabled: false,
    repo_enabled: false,
  },
  versions: {
    postgresql: [15], patroni: [3, 0, 2], etcd: [3, 4, 23], pgbouncer: [1, 18], haproxy: [2, 6, 12], 'vip-manager': [1, 0, 2], pgbackrest: [2, 45], redis: [7, 0, 15],
    valkey: [0], minio: [0], mcli: [0], keepalived: [2, 2, 7], nginx: [1, 22], dnsmasq: [2, 90], chrony: [4, 3], prometheus: [2, 42], 'victoria-metrics': [0],
    'victoria-logs': [0], 'victoria-traces': [0], vmalert: [0], alertmanager: [0, 25], grafana: [0], 'blackbox-exporter': [0], 'node-exporter': [1, 5],
    'pg-exporter': [0], 'pgbouncer-exporter': [0], 'pgbackrest-exporter': [0], 'redis-exporter': [0], 'nginx-exporter': [0], 'keepalived-exporter': [0],
    vector: [0], tuned: [0], cron: [3, 0],
  },
  unit: (name) => UNITS[name],
  path: (name) => PATHS[name],
  missing: [
    'valkey', 'minio', 'mcli', 'victoria-metrics', 'victoria-logs', 'victoria-traces', 'vmalert', 'grafana', 'blackbox-exporter', 'pg-exporter', 'pgbouncer-exporter',
    'pgbackrest-exporter', 'redis-exporter', 'nginx-exporter', 'keepalived-exporter', 'vector', 'tuned',
  ],
  packages: (component) => PACKAGES[component] ?? [],
  packageAlias: (alias: string, facts: HostFacts, pgMajor: number) =>
    ALIASES[alias] ?? (resolveAlias(alias, facts, pgMajor) === undefined ? undefined : []),
};
