/** Settings that are right alone and wrong together: with each other, with a version, with another cluster or module. */
import type { YAMLMap } from 'yaml';
import type { Base, GroupSpot, HostSpot, Spot } from '../base.ts';
import { each, fault, insert, mapOf, pairs, remove, replace, replaceAll, setVariable } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { given } from './given.ts';
import { pgGroups } from './identity.ts';

const plainClusters = (base: Base): readonly GroupSpot[] =>
  pgGroups(base).filter((group) => base.groupValue(group.name, 'pg_mode') !== 'citus');
const version = (base: Base, group: GroupSpot): number => Number(base.groupValue(group.name, 'pg_version') ?? 18);
const modern = (base: Base): readonly GroupSpot[] => plainClusters(base).filter((group) => version(base, group) >= 17);
const old = (base: Base): readonly GroupSpot[] => plainClusters(base).filter((group) => version(base, group) < 16);

const vips = (base: Base): readonly Spot[] => base.of('pg_vip_address');
const first = <T>(list: readonly T[]): readonly T[] => list.slice(0, 1);

/** The same value for two spots; either is a right place. */
function same(
  name: string,
  what: string,
  spots: (base: Base) => readonly Spot[],
  also: (base: Base) => readonly Spot[] = () => [],
): FaultClass {
  return {
    name,
    what,
    sites: (base) =>
      each(pairs(spots(base)), ([one, other]) => ({
        edits: [{ range: other.value, text: `⟦${base.source(one.value)}⟧` }],
        places: [one.value, ...also(base).map(({ value }) => value)],
      })),
  };
}

const childrenOf = (base: Base): YAMLMap => base.all!.map.get('children', true) as unknown as YAMLMap;
const hostsOf = (base: Base, name: string): readonly HostSpot[] =>
  base.groups.filter((group) => group.name === name).flatMap((group) => group.hosts);
const minioSecret = (base: Base): readonly Spot[] =>
  base.of('pgbackrest_method').some(({ data }) => data === 'minio')
    ? base.fields('pgbackrest-repo', 's3_key_secret')
    : [];

export const conflicts: readonly FaultClass[] = [
  given('version-too-old', 'a PostgreSQL version that is not supported any more', 'pg_version: ⟦12⟧', plainClusters),
  given('version-unknown', 'a PostgreSQL version that does not exist', 'pg_version: ⟦21⟧', plainClusters),
  given('version-with-minor', 'a PostgreSQL version with its minor number', 'pg_version: ⟦17.4⟧', plainClusters),
  given('io-method-old-version', '`pg_io_method` before PostgreSQL 18', 'pg_io_method: ⟦worker⟧', (base) =>
    pgGroups(base).filter((group) => version(base, group) < 18),
  ),
  {
    name: 'database-option-version',
    what: 'a database option that a later PostgreSQL brought',
    sites: (base) =>
      each(
        base.objects('database').filter((spot) => old(base).some(({ name }) => name === spot.group)),
        (spot) => fault([insert(base, mapOf(spot), "⟦builtin_locale: 'C.UTF-8'⟧")]),
      ),
  },
  {
    name: 'membership-option-version',
    what: 'a membership option that a later PostgreSQL brought',
    sites: (base) =>
      each(
        base.spots.filter(
          (spot) =>
            spot.name === 'roles' &&
            spot.object === 'user' &&
            spot.key !== undefined &&
            old(base).some(({ name }) => name === spot.group),
        ),
        (spot) => replace(spot, '[ { name: dbrole_readonly, set: false } ]'),
      ),
  },
  given('memory-ratio', 'a share of memory that leaves no room', 'pg_shared_buffer_ratio: ⟦0.9⟧'),
  given('hugepage-ratio', 'a ratio of huge pages above one', 'node_hugepage_ratio: ⟦45⟧'),
  given('connections-too-few', 'fewer connections than the system needs', 'pg_max_conn: ⟦5⟧'),
  given('rpo-negative', 'a recovery point below zero', 'pg_rpo: ⟦-1⟧'),
  given('password-encryption', 'passwords stored as md5', 'pg_pwd_enc: ⟦md5⟧'),
  given('listen-text', 'a listen address that is none', "pg_listen: ⟦'0.0.0.0.0'⟧"),
  given('listen-vip-off', '`${vip}` in `pg_listen` without an address', "pg_listen: ⟦'${ip},${vip},${lo}'⟧", (base) =>
    pgGroups(base).filter((group) => base.groupValue(group.name, 'pg_vip_enabled') !== true),
  ),
  given('dns-target', 'a DNS target that is neither word nor address', 'pg_dns_target: ⟦somewhere⟧'),
  given(
    'vip-without-address',
    'a cluster address switched on and not given',
    'pg_vip_enabled: ⟦true⟧',
    (base) => pgGroups(base).filter((group) => base.groupValue(group.name, 'pg_vip_enabled') === undefined),
    (_, group) => group.vars.filter(({ name }) => name === 'pg_cluster').flatMap(({ key, value }) => [key!, value]),
  ),
  {
    name: 'vip-without-mask',
    what: 'a cluster address without a mask',
    sites: (base) => each(vips(base), (spot) => replace(spot, String(spot.data).replace(/\/\d+$/, ''))),
  },
  {
    name: 'vip-is-a-host',
    what: 'a cluster address that is a host',
    sites: (base) =>
      each(vips(base), (spot) => replace(spot, `${base.hosts.find(({ group }) => group === spot.group)!.name}/24`)),
  },
  {
    name: 'vip-other-network',
    what: 'a cluster address in another network than the members',
    sites: (base) => replaceAll(vips(base), '192.168.77.2/24'),
  },
  same('vip-twice', 'one address for two clusters', vips),
  same('vrid-twice', 'one `vip_vrid` for two addresses', (base) => base.of('vip_vrid')),
  same(
    'node-vip-twice',
    'one `vip_address` with two numbers',
    (base) => base.of('vip_address'),
    (base) => base.of('vip_vrid'),
  ),
  {
    name: 'vrid-out-of-range',
    what: 'a `vip_vrid` above 254',
    sites: (base) => replaceAll(base.of('vip_vrid'), '300'),
  },
  {
    name: 'two-masters',
    what: 'two masters for one `vip_address`',
    sites: (base) =>
      replaceAll(
        base.of('vip_role').filter(({ data }) => data === 'backup'),
        'master',
      ),
  },
  {
    name: 'port-taken',
    what: 'a component on the port of another one of the host',
    sites: (base) =>
      each(
        pgGroups(base).flatMap((group) => group.hosts),
        (host, random) => {
          const [name, port] = random.pick([
            ['pg_port', 6432],
            ['pgbouncer_port', 5432],
            ['patroni_port', 9100],
            ['pg_exporter_port', 8008],
            ['node_exporter_port', 9101],
          ] as const);
          return fault(
            [setVariable(base, host, name, String(port))],
            base.spots.filter((spot) => spot.data === port).map(({ value }) => value),
          );
        },
      ),
  },
  {
    name: 'service-port-reserved',
    what: 'a service on a port of the system',
    sites: (base) =>
      each(base.fields('service', 'port'), (spot, random) =>
        replace(spot, String(random.pick([5432, 6432, 9101, 9630]))),
      ),
  },
  {
    name: 'etcd-port-taken',
    what: 'etcd on a port another component of the host has',
    sites: (base) =>
      each(hostsOf(base, 'etcd'), (host) =>
        fault([
          ...hostsOf(base, 'etcd')
            .filter((other) => other !== host)
            .map((other) => setVariable(base, other, 'etcd_port', '9100')),
          setVariable(base, host, 'etcd_port', '9100'),
        ]),
      ),
  },
  {
    name: 'etcd-timing',
    what: 'an election time below five heartbeats',
    sites: (base) => [
      ...replaceAll(base.of('etcd_election_timeout'), '200'),
      ...each(
        base.groups.filter(
          (group) =>
            group.name === 'etcd' &&
            group.vars.length > 0 &&
            !group.vars.some(({ name }) => name.startsWith('etcd_ele')),
        ),
        (group) => fault([insert(base, group.vars[0]!.within as YAMLMap, 'etcd_election_timeout: ⟦300⟧')]),
      ),
    ],
  },
  {
    name: 'backup-secret',
    what: 'a backup secret that is not that of the MinIO user',
    sites: (base) =>
      each(minioSecret(base), (spot) => ({
        ...replace(spot, 'Another.Secret-1'),
        places: [
          ...base.of('pgbackrest_method').map(({ value }) => value),
          ...base.fields('minio-user', 'secret_key').map(({ value }) => value),
        ],
      })),
  },
  {
    name: 'backup-bucket',
    what: 'a backup bucket that does not exist',
    sites: (base) =>
      each(
        base.of('pgbackrest_method').some(({ data }) => data === 'minio')
          ? base.fields('pgbackrest-repo', 's3_bucket')
          : [],
        (spot) => ({
          ...replace(spot, 'no-such-bucket'),
          places: base.of('pgbackrest_method').map(({ value }) => value),
        }),
      ),
  },
  {
    name: 'backup-without-minio',
    what: 'backups to MinIO without a MinIO cluster',
    sites: (base) =>
      each(
        base.of('pgbackrest_method').some(({ data }) => data === 'minio')
          ? base.groups.filter(({ name }) => name === 'minio')
          : [],
        (group) =>
          fault(
            [remove(base, childrenOf(base), group.name)],
            base.of('pgbackrest_method').map(({ value }) => value),
          ),
      ),
  },
  {
    name: 'backup-retention',
    what: 'no backup kept',
    sites: (base) => replaceAll(base.fields('pgbackrest-repo', 'retention_full'), '0'),
  },
  {
    name: 'crontab-fields',
    what: 'a crontab line with too few fields',
    sites: (base) =>
      each(
        base.spots.filter((spot) => ['node_crontab', 'pg_crontab'].includes(spot.parameter) && spot.key === undefined),
        (spot) => replace(spot, `'${String(spot.data).split(' ').slice(1).join(' ')}'`),
      ),
  },
  {
    name: 'pool-sizes',
    what: 'more connections kept than the pool may have',
    sites: (base) =>
      each(
        base.objects('database').filter((spot) => base.within(spot).some(({ name }) => name === 'pool_size')),
        (spot) => {
          const own = base.within(spot).find(({ name }) => name === 'pool_size_min');
          return own === undefined
            ? fault(
                [insert(base, mapOf(spot), '⟦pool_size_min⟧: ⟦5000⟧')],
                base.within(spot).map(({ value }) => value),
              )
            : { ...replace(own, '5000'), places: base.within(spot).map(({ value }) => value) };
        },
      ),
  },
  {
    name: 'locale-without-template0',
    what: 'a locale of its own for a copy of another template',
    sites: (base) =>
      each(
        base
          .objects('database')
          .filter(
            (spot) =>
              !base
                .within(spot)
                .some(({ name }) =>
                  ['locale', 'template', 'lc_collate', 'encoding', 'locale_provider'].includes(name),
                ) && spot.parameter === 'pg_databases',
          ),
        (spot) => fault([insert(base, mapOf(spot), 'locale: ⟦de_DE.UTF-8⟧')], [spot.value]),
      ),
  },
  {
    name: 'library-missing',
    what: 'an extension whose library `pg_libs` does not load',
    sites: (base) =>
      each(
        base
          .objects('database')
          .filter(
            (spot) => spot.parameter === 'pg_databases' && !base.within(spot).some(({ name }) => name === 'extensions'),
          ),
        (spot) =>
          fault([
            insert(
              base,
              mapOf(spot),
              'extensions: [ ⟦{ name: ⟦pg_cron⟧ }⟧ ]'.replace('⟦{ name: ⟦pg_cron⟧ }⟧', '⟦{ name: pg_cron }⟧'),
            ),
          ]),
      ).filter(() => !base.of('pg_libs').some(({ data }) => String(data).includes('pg_cron'))),
  },
  {
    name: 'user-without-password',
    what: 'a user who may log in and has no password',
    sites: (base) =>
      each(
        base.objects('user').filter((spot) => base.within(spot).some(({ name }) => name === 'password')),
        (spot) =>
          fault(
            [remove(base, mapOf(spot), 'password')],
            [
              spot.value,
              ...base
                .within(spot)
                .filter(({ name }) => name === 'name')
                .map(({ value }) => value),
            ],
          ),
      ),
  },
  {
    name: 'user-expired',
    what: 'a user whose password is valid for no day',
    sites: (base) =>
      each(
        base.objects('user').filter((spot) => !base.within(spot).some(({ name }) => name.startsWith('expire'))),
        (spot) => fault([insert(base, mapOf(spot), 'expire_in: ⟦0⟧')]),
      ),
  },
  {
    name: 'user-expires-twice',
    what: '`expire_in` and `expire_at` together',
    sites: (base) =>
      each(
        base.objects('user').filter((spot) => !base.within(spot).some(({ name }) => name.startsWith('expire'))),
        (spot) => fault([insert(base, mapOf(spot), "⟦expire_at⟧: ⟦'2031-12-31'⟧, ⟦expire_in⟧: ⟦30⟧")]),
      ).filter(() => true),
  },
  {
    name: 'system-user-redefined',
    what: 'a user with the name of a system user',
    sites: (base) =>
      each(base.fields('user', 'name'), (spot, random) =>
        replace(spot, random.pick(['dbuser_dba', 'dbuser_monitor', 'replicator', 'postgres'])),
      ),
  },
  {
    name: 'system-database-removed',
    what: '`state: absent` for the database postgres',
    sites: (base) =>
      each(
        base
          .objects('database')
          .filter(
            (spot) => spot.parameter === 'pg_databases' && !base.within(spot).some(({ name }) => name === 'state'),
          ),
        (spot) => {
          const name = base.within(spot).find((field) => field.name === 'name');
          return (
            name && { edits: [{ range: name.value, text: '⟦postgres⟧' }, insert(base, mapOf(spot), 'state: ⟦absent⟧')] }
          );
        },
      ),
  },
  {
    name: 'pool-ssl',
    what: 'a pool rule that wants TLS while the pool has none',
    sites: (base) =>
      each(
        base
          .objects('hba')
          .filter(
            (spot) =>
              spot.parameter.startsWith('pgb') && base.groupValue(spot.group, 'pgbouncer_sslmode') === undefined,
          )
          .flatMap((spot) => base.within(spot).filter(({ name }) => name === 'auth')),
        (spot) => replace(spot, 'ssl'),
      ),
  },
  {
    name: 'pool-replication',
    what: 'a pool rule for replication',
    sites: (base) =>
      each(
        base
          .objects('hba')
          .filter((spot) => spot.parameter.startsWith('pgb'))
          .flatMap((spot) => base.within(spot).filter(({ name }) => name === 'db')),
        (spot) => replace(spot, 'replication'),
      ),
  },
  {
    name: 'hba-without-address',
    what: 'an access rule from nowhere',
    sites: (base) =>
      each(
        base.objects('hba').filter((spot) => base.within(spot).some(({ name }) => name === 'addr')),
        (spot) => fault([remove(base, mapOf(spot), 'addr')], [spot.value]),
      ),
  },
  {
    name: 'scrape-timeout',
    what: 'a scrape that may last longer than the interval',
    sites: (base) => replaceAll(base.of('vmetrics_scrape_timeout'), '20s'),
  },
  {
    name: 'portal-two-sources',
    what: 'a site with two sources',
    sites: (base) =>
      each(
        base.objects('infra-portal-entry').filter((spot) => base.within(spot).some(({ name }) => name === 'endpoint')),
        (spot) =>
          fault(
            [insert(base, mapOf(spot), '⟦path⟧: ⟦/www/other⟧')],
            base
              .within(spot)
              .filter(({ name }) => name === 'endpoint')
              .flatMap(({ key, value }) => [key!, value]),
          ),
      ),
  },
  {
    name: 'portal-half-certificate',
    what: 'a certificate without its key',
    sites: (base) =>
      each(
        base.objects('infra-portal-entry').filter((spot) => base.within(spot).some(({ name }) => name === 'key')),
        (spot, random) =>
          fault(
            [remove(base, mapOf(spot), random.pick(['cert', 'key']))],
            base.within(spot).flatMap(({ key, value }) => [key!, value]),
          ),
      ),
  },
  {
    name: 'redis-too-few-primaries',
    what: 'more replicas than a native Redis cluster has instances for',
    sites: (base) =>
      each(first(base.of('redis_mode').filter(({ data }) => data === 'cluster')), (spot) => {
        const own = base.of('redis_cluster_replicas').find(({ group }) => group === spot.group);
        return fault(
          [
            own === undefined
              ? insert(base, spot.within as YAMLMap, 'redis_cluster_replicas: ⟦5⟧')
              : { range: own.value, text: '⟦5⟧' },
          ],
          [spot.value, ...base.of('redis_cluster').map(({ value }) => value)],
        );
      }),
  },
  {
    name: 'redis-port-taken',
    what: 'two Redis instances that need one port',
    sites: (base) =>
      each(
        base.hosts.flatMap((host) => host.vars.filter(({ name }) => name === 'redis_instances')),
        (spot) => fault([insert(base, mapOf(spot), '⟦9121⟧: {}')]),
      ),
  },
  {
    name: 'redis-port-low',
    what: 'a Redis instance on a port below 1024',
    sites: (base) =>
      each(
        base.hosts.flatMap((host) => host.vars.filter(({ name }) => name === 'redis_instances')),
        (spot) => fault([insert(base, mapOf(spot), '⟦79⟧: {}')]),
      ),
  },
  {
    name: 'minio-secret-short',
    what: 'a MinIO secret below eight letters',
    sites: (base) => replaceAll(base.fields('minio-user', 'secret_key'), 'short'),
  },
  {
    name: 'minio-bucket-name',
    what: 'a bucket name S3 does not allow',
    sites: (base) => replaceAll(base.fields('minio-bucket', 'name'), 'My_Bucket'),
  },
  {
    name: 'minio-seq-gap',
    what: 'a gap in the numbers of MinIO servers',
    sites: (base) =>
      each(
        base.groups
          .filter((group) => group.hosts.length > 1)
          .flatMap((group) => group.hosts.at(-1)!.vars.filter(({ name }) => name === 'minio_seq')),
        (spot) => ({ ...replace(spot, '9'), places: base.of('minio_seq').map(({ value }) => value) }),
      ),
  },
  {
    name: 'kafka-setting',
    what: 'a Kafka topic with more replicas than brokers',
    sites: (base) => replaceAll(base.fields('kafka-topic', 'replication_factor'), '7'),
  },
  {
    name: 'old-and-new-name',
    what: 'a parameter under its old and its present name',
    sites: (base) =>
      each(base.all?.vars.filter(({ name }) => name === 'node_repo_modules') ?? [], (spot) =>
        fault([insert(base, spot.within as YAMLMap, '⟦node_repo_method⟧: ⟦none⟧')], [spot.key!, spot.value]),
      ),
  },
  given('old-name', 'a parameter under the name of an earlier version', '⟦pg_hba_rules_extra⟧: []'),
  given('old-removed', 'a parameter earlier versions had', '⟦pg_dcs_type⟧: etcd'),
  {
    name: 'old-value',
    what: 'a value of an earlier version',
    sites: (base) =>
      each(
        pgGroups(base).filter((group) => !group.vars.some(({ name }) => name === 'pg_rto')),
        (group) => fault([insert(base, group.vars[0]!.within as YAMLMap, 'pg_rto: ⟦30⟧')]),
      ),
  },
  given('setting-unknown', 'a PostgreSQL setting that does not exist', 'pg_parameters: { ⟦wrok_mem⟧: 64MB }', modern),
  given(
    'setting-unit',
    'a PostgreSQL setting with a unit it does not take',
    'pg_parameters: { work_mem: ⟦64 megabytes⟧ }',
    modern,
  ),
  given('setting-range', 'a PostgreSQL setting out of its range', 'pg_parameters: { max_connections: ⟦-5⟧ }', modern),
  given(
    'setting-version',
    'a PostgreSQL setting of another version',
    'pg_parameters: { ⟦vacuum_cleanup_index_scale_factor⟧: 0.1 }',
    modern,
  ),
  given(
    'setting-lines',
    'a PostgreSQL setting over two lines',
    'pg_parameters: { work_mem: ⟦"64MB\\nshared_buffers = 1GB"⟧ }',
    modern,
  ),
  given(
    'library-unknown',
    'a library in `pg_libs` that does not exist',
    "pg_libs: ⟦'pg_stat_statments, auto_explain'⟧",
    plainClusters,
  ),
  given(
    'extension-unknown',
    'an extension package that does not exist',
    'pg_extensions: [ ⟦postgiss⟧ ]',
    plainClusters,
  ),
];
