import type { HostFacts } from './host-facts.ts';

/** A component version as compared numbers: `1.25` → [1, 25]. */
export type Version = readonly number[];

/**
 * Everything that depends on where software comes from: versions, package names, paths, unit names.
 * Emitters ask the profile and never hard-code these. A setting the profile's version does not know is not emitted.
 */
export interface PlatformProfile {
  readonly name: string;
  /** Release of Debian that a host without facts is taken for. */
  readonly osVersion: string;
  /** PostgreSQL majors the profile can install. */
  readonly pgMajors: readonly number[];
  /** Parameter defaults that differ from the schema's, by inventory name (e.g. pg_version, pg_bin_dir). */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly versions: Readonly<Record<Component, Version>>;
  /** systemd unit of a service on a host, without `.service`. */
  unit(name: UnitName, facts: HostFacts): string;
  /** Path (or account name, for nginxUser) on a host. */
  path(name: PathName, facts: HostFacts): string;
  /** Components whose packages this profile cannot provide; their steps are skipped with a hint (e.g. victoria on Debian's own archive). */
  readonly missing: readonly Component[];
  /** Package names that provide a component on a host. Empty when it is missing. */
  packages(component: Component, facts: HostFacts, pgMajor: number): readonly string[];
  /**
   * Resolves a pg_packages / pg_extensions / repo alias (`pgsql-main`, `postgis`) to package names; undefined for an
   * unknown alias (then it is a package name).
   */
  packageAlias(alias: string, facts: HostFacts, pgMajor: number): readonly string[] | undefined;
}

export type Component =
  | 'postgresql'
  | 'patroni'
  | 'etcd'
  | 'pgbouncer'
  | 'haproxy'
  | 'vip-manager'
  | 'pgbackrest'
  | 'redis'
  | 'valkey'
  | 'minio'
  | 'mcli'
  | 'keepalived'
  | 'nginx'
  | 'dnsmasq'
  | 'chrony'
  | 'prometheus'
  | 'victoria-metrics'
  | 'victoria-logs'
  | 'victoria-traces'
  | 'vmalert'
  | 'alertmanager'
  | 'grafana'
  | 'grafana-logs-source'
  | 'certbot'
  | 'blackbox-exporter'
  | 'node-exporter'
  | 'pg-exporter'
  | 'pgbouncer-exporter'
  | 'pgbackrest-exporter'
  | 'redis-exporter'
  | 'nginx-exporter'
  | 'keepalived-exporter'
  | 'vector'
  | 'tuned'
  | 'cron';

export type UnitName =
  | 'chrony'
  | 'cron'
  | 'haproxy'
  | 'keepalived'
  | 'node-exporter'
  | 'vector'
  | 'dnsmasq'
  | 'nginx'
  | 'etcd'
  | 'patroni'
  | 'postgres'
  | 'pgbouncer'
  | 'vip-manager'
  | 'minio'
  | 'prometheus'
  | 'alertmanager'
  | 'grafana'
  | 'blackbox-exporter'
  | 'redis-exporter'
  | 'nginx-exporter'
  | 'tuned';

export type PathName =
  | 'chronyConf'
  | 'haproxyBin'
  | 'patroniBin'
  | 'patronictlBin'
  | 'etcdBin'
  | 'etcdctlBin'
  | 'pgbouncerBin'
  | 'vipManagerBin'
  | 'pgbackrestBin'
  | 'redisServerBin'
  | 'redisCliBin'
  | 'nodeExporterBin'
  | 'blackboxExporterBin'
  | 'redisExporterBin'
  | 'nginxExporterBin'
  | 'prometheusBin'
  | 'promtoolBin'
  | 'alertmanagerBin'
  | 'keepalivedBin'
  | 'nginxUser'
  | 'nginxModulesConf'
  | 'dnsmasqBin'
  | 'sslCertDir'
  | 'cronSpool';

/** True when version `v` is at least `wanted`, comparing numbers left to right. */
export function atLeast(v: Version, ...wanted: readonly number[]): boolean {
  for (let i = 0; i < wanted.length; i++) {
    const have = v[i] ?? 0;
    if (have !== wanted[i]!) return have > wanted[i]!;
  }
  return true;
}
