/** Where placeholders `${name}` mean something, and which. Everywhere else the text stays as it is. */
import type { ParameterName } from '../../schema/parameter-names.gen.ts';

/** `now`: replaced in this phase. `later`: needs facts of the host or the whole cluster; left in place for the emitters. */
export type When = 'now' | 'later';

export interface Place {
  /** Parameters whose values, at any depth, may contain the placeholders. */
  readonly parameters: readonly string[];
  /** Only below this field of the parameter's objects. */
  readonly field?: string;
  readonly names: Readonly<Record<string, When>>;
  /** The placeholder must be the whole value. */
  readonly whole?: true;
}

const PACKAGES: Readonly<Record<string, When>> = { pg_version: 'later' };

/** In the order of the upstream documentation. */
export const PLACES: readonly Place[] = [
  {
    parameters: [
      'node_default_etc_hosts',
      'node_etc_hosts',
      'node_dns_servers',
      'node_ntp_servers',
      'dns_records',
      'vector_log_endpoint',
      'repo_endpoint',
    ],
    names: { admin_ip: 'now' },
  },
  { parameters: ['infra_portal'], field: 'endpoint', names: { admin_ip: 'now' } },
  {
    parameters: ['repo_upstream', 'repo_extra_upstream'],
    field: 'baseurl',
    names: { admin_ip: 'now', distro_codename: 'later', distro_name: 'later', releasever: 'later' },
  },
  {
    parameters: ['repo_url_packages'],
    names: { distro_codename: 'later', distro_name: 'later', releasever: 'later', arch: 'later' },
  },
  { parameters: ['pg_packages', 'pg_extensions', 'repo_packages', 'repo_extra_packages'], names: PACKAGES },
  { parameters: ['cache_pkg_name', 'cache_pkg_dir'], names: { version: 'later', os: 'later', arch: 'later' } },
  {
    parameters: ['pg_hba_rules', 'pg_default_hba_rules', 'pgb_hba_rules', 'pgb_default_hba_rules'],
    field: 'user',
    names: { dbsu: 'now', repl: 'now', monitor: 'now', admin: 'now' },
    whole: true,
  },
  { parameters: ['pg_listen'], names: { ip: 'later', lo: 'later', vip: 'later' } },
  { parameters: ['pgbackrest_repo'], names: { pg_cluster: 'now' } },
  // The cluster whose backups they are.
  { parameters: ['pg_pitr'], names: { pg_cluster: 'later' } },
  // The emitter writes one range over all members into the volumes.
  { parameters: ['minio_node'], names: { minio_cluster: 'later', minio_seq: 'later' } },
];

/** The parameter that holds the value of a placeholder replaced in this phase. */
export const SOURCES: Readonly<Record<string, ParameterName>> = {
  admin_ip: 'admin_ip',
  dbsu: 'pg_dbsu',
  repl: 'pg_replication_username',
  monitor: 'pg_monitor_username',
  admin: 'pg_admin_username',
  pg_cluster: 'pg_cluster',
};

/** Names that no shell variable or template of an application is likely to have: worth a warning where they mean nothing. */
export const DISTINCT_NAMES: ReadonlySet<string> = new Set([
  'admin_ip',
  'pg_cluster',
  'dbsu',
  'minio_cluster',
  'minio_seq',
]);

const byParameter = new Map(PLACES.flatMap((place) => place.parameters.map((name) => [name, place])));

/** The place of a parameter, undefined when it has no placeholders. */
export function placeOf(parameter: string): Place | undefined {
  return byParameter.get(parameter);
}
