/** Texts that another program reads, and that it does not read as they are written. */
import type { Base, Spot } from '../base.ts';
import { each, replace } from '../edits.ts';
import type { FaultClass } from '../fault.ts';
import { chosen, everywhere, having } from './given.ts';
import { pgGroups } from './identity.ts';

const redis = having('redis_cluster');
const minio = having('minio_cluster');
const etcd = having('etcd_cluster');
const service = (more: string): string => `pg_services: [ { name: extra, port: 5499, selector: '[]', ${more} } ]`;
const repository = (more: string): string => `pgbackrest_repo: { ⟦local⟧: { ${more} }, ⟦minio⟧: { ${more} } }`;
const cron = (name: string, ...lines: readonly string[]): readonly string[] =>
  lines.map((line) => `${name}: [ ⟦'${line}'⟧ ]`);
/** Values of a field or parameter, replaced by one of several texts. */
const anyOf = (
  name: string,
  what: string,
  spots: (base: Base) => readonly Spot[],
  texts: readonly string[],
): FaultClass => ({
  name,
  what,
  sites: (base) => each(spots(base), (spot, random) => replace(spot, random.pick(texts))),
});

export const programs: readonly FaultClass[] = [
  chosen('haproxy-word', 'a word that HAProxy does not know', [
    service('balance: ⟦round-robin⟧'),
    service('balance: ⟦least_conn⟧'),
    service('ip: ⟦10.0.0.0/24⟧'),
    service("options: ⟦'inter 3s on-marked-down shutdown-session'⟧"),
    service("options: ⟦'intr 3s fall 3'⟧"),
    service("options: ⟦'inter 3 fall 0'⟧"),
    service("options: ⟦'inter 1.5s'⟧"),
    service('check: ⟦primary⟧'),
  ]),
  anyOf(
    'haproxy-server-options',
    'options of a server that HAProxy does not know',
    (base) => base.fields('haproxy-server', 'options'),
    ['chek', 'check inter', 'check weight 300', 'check 5s', 'check verify maybe'],
  ),
  anyOf('haproxy-server-address', 'a server at a network', (base) => base.fields('haproxy-server', 'ip'), [
    '10.0.0.0/24',
    '10.0.0.300',
    "'10.0.0.1 10.0.0.2'",
    "'http://10.0.0.1'",
  ]),
  chosen(
    'crontab-value',
    'a time that cron does not know',
    cron(
      'pg_crontab',
      '00 25 * * * /x',
      '*/0 * * * * /x',
      '60 1 * * * /x',
      '0 1 * * 8 /x',
      '0 1 32 * * /x',
      '@dayly /x',
      '0 1 * foo * /x',
      '0 1 0 * * /x',
    ),
  ),
  chosen(
    'crontab-command',
    'a line of cron that does something else than it says',
    cron(
      'pg_crontab',
      '00 01 * * * /pg/bin/pg-backup ful',
      '00 01 * * * postgres /pg/bin/pg-backup full',
      '00 01 * * * date +%F',
      '00 01 31 2 * /x',
      '00 22-6 * * * /x',
    ),
  ),
  chosen('crontab-user', 'a line of cron without the account it runs as', [
    ...cron('node_crontab', '00 01 * * * nosuch /bin/true', '00 01 * * * /bin/true'),
  ]),
  chosen('backup-options', 'a repository without an option its type needs, or with one out of range', [
    repository('type: s3, s3_bucket: b, path: /x'),
    repository('type: azure, azure_container: c, path: /x'),
    repository('type: gcs, gcs_bucket: c, path: /x'),
    repository('type: sftp, sftp_host: h, path: /x'),
    repository('path: /x, retention_diff: ⟦0⟧'),
    repository('path: /x, retention_full: ⟦0⟧'),
    repository('path: /x, bundle_size: ⟦20XB⟧'),
    repository('path: /x, retention_full_type: ⟦days⟧'),
    repository('path: ⟦backup/pg⟧'),
    repository('path: /x, ⟦cipher_type⟧: ⟦aes-256-cbc⟧'),
    repository('path: /x, block: ⟦true⟧'),
  ]),
  anyOf(
    'missing-day',
    'a day that is in no calendar',
    (base) => base.spots.filter(({ name, key }) => name === 'expire_at' && key !== undefined),
    ["'2031-02-30'", '2031-02-29', "'2031-04-31'", "'2031-12-31 25:00'"],
  ),
  chosen('bad-network', 'a network that is none', [
    'node_firewall_intranet: [ ⟦10.0.0.0/33⟧ ]',
    "node_firewall_intranet: [ ⟦'10.0.0.0-10.0.0.255'⟧ ]",
    'node_firewall_intranet: [ ⟦10.0.0.300/24⟧ ]',
    'pg_hba_rules: [ { user: all, db: all, addr: ⟦10.0.0.0/33⟧, auth: pwd, title: x } ]',
    "pg_hba_rules: [ { user: all, db: all, addr: ⟦'10.1.0.0/16,10.2.0.0/16'⟧, auth: pwd, title: x } ]",
  ]),
  anyOf(
    'portal-endpoint',
    'a server of the portal that nginx does not read',
    (base) => base.fields('infra-portal-entry', 'endpoint'),
    [
      "'10.0.0.1:8080/app'",
      "'https://10.0.0.1:8443'",
      "'10.0.0.1:99999'",
      "'10.0.0.300:80'",
      "'10.0.0.1:80, 10.0.0.2:80'",
    ],
  ),
  anyOf(
    'portal-domain',
    'a domain of the portal that matches nothing',
    (base) => base.fields('infra-portal-entry', 'domain'),
    ["'a.lan,b.lan'", "'a.lan b.lan'", "'http://a.lan'", '$DOMAIN'],
  ),
  chosen(
    'dns-record',
    'a line that a hosts file cannot have',
    [
      ...[
        "'10.0.0.1 *.apps.lan'",
        "'address=/a.lan/10.0.0.1'",
        "'a.lan 10.0.0.1'",
        "'10.0.0.300 a.lan'",
        "'10.0.0.1 a.lan, b.lan'",
      ].flatMap((line) => [`dns_records: [ ⟦${line}⟧ ]`, `node_etc_hosts: [ ⟦${line}⟧ ]`]),
    ],
    everywhere,
  ),
  chosen(
    'time-source',
    'a line that chrony does not read',
    ["'poool a.lan iburst'", 'pool.ntp.org', "'server a.lan ibrust'", "'server a.lan minpoll x'", "'server'"].map(
      (line) => `node_ntp_servers: [ ⟦${line}⟧ ]`,
    ),
    everywhere,
  ),
  chosen(
    'name-server',
    'a name server that resolv.conf cannot have',
    ['dns.example.com', '10.0.0.300', "'10.0.0.1,10.0.0.2'"].map((line) => `node_dns_servers: [ ⟦${line}⟧ ]`),
    everywhere,
  ),
  chosen(
    'time-zone',
    'a time zone that does not exist',
    ['node_timezone: ⟦Europa/Vienna⟧', 'node_timezone: ⟦UTC+1⟧'],
    everywhere,
  ),
  chosen('encoding', 'an encoding that PostgreSQL does not have', [
    'pg_encoding: ⟦UTF9⟧',
    'pg_encoding: ⟦GBK⟧',
    'pg_encoding: ⟦utf16⟧',
  ]),
  chosen('reserved-name', 'a name that PostgreSQL keeps to itself', [
    'pg_users: [ { name: ⟦pg_shop⟧, password: Some.Word-1, pgbouncer: true } ]',
    'pg_users: [ { name: ⟦public⟧, password: Some.Word-1, pgbouncer: true } ]',
    'pg_databases: [ { name: shop, schemas: [ ⟦pg_shop⟧ ] } ]',
    'pg_default_schemas: [ monitor, ⟦pg_shop⟧ ]',
  ]),
  chosen(
    'redis-setting',
    'a setting that Redis does not start with',
    [
      ...["'900'", "'save 900 1'", "'0 1'", "'15m 1'", '900'].map((rule) => `redis_rdb_save: [ ⟦${rule}⟧ ]`),
      'redis_max_memory: ⟦1.5gb⟧',
      'redis_max_memory: ⟦some⟧',
      'redis_mem_policy: ⟦lru⟧',
      'redis_bind_address: ⟦5⟧',
      "redis_bind_address: ⟦'10.0.0.1,10.0.0.2'⟧",
      'redis_bind_address: ⟦10.99.0.1/24⟧',
      'redis_rename_commands: { ⟦flushal⟧: x }',
      'redis_rename_commands: { keys: ⟦wipe⟧, flushall: ⟦wipe⟧ }',
      'redis_fs_main: ⟦data/redis⟧',
    ],
    redis,
  ),
  chosen(
    'redis-instance-setting',
    'a setting of one instance that Redis does not start with',
    [
      'redis_max_memory: ⟦1.5gb⟧',
      'redis_mem_policy: ⟦lru⟧',
      'redis_aof_enabled: ⟦maybe⟧',
      'redis_rdb_save: ⟦5⟧',
      'redis_password: ⟦[ 1, 2 ]⟧',
      'redis_rename_commands: ⟦[ keys ]⟧',
      '⟦redis_mode⟧: sentinel',
      '⟦redis_exporter_port⟧: 1',
    ].map((setting) => `redis_instances: { 6399: { ${setting} } }`),
    redis,
  ),
  chosen(
    'minio-values',
    'drives and keys that the object store does not start with',
    [
      "minio_data: ⟦'/data{1..4}'⟧",
      "minio_data: ⟦'/mnt/d{1...17}/s{1...2}'⟧",
      'minio_data: ⟦data/minio⟧',
      'minio_access_key: ⟦ab⟧',
      'minio_secret_key: ⟦Sh0rt⟧',
      'minio_domain: ⟦http://sss.lan⟧',
      'minio_buckets: [ { name: ⟦a..b⟧ } ]',
      'minio_buckets: [ { name: ⟦192.168.1.1⟧ } ]',
      'minio_users: [ { access_key: somebody, secret_key: Some.Word-1, policy: ⟦nosuch⟧ } ]',
    ],
    minio,
  ),
  chosen(
    'etcd-limits',
    'timings that etcd does not start with',
    [
      'etcd_election_timeout: ⟦60000⟧',
      'etcd_heartbeat_interval: ⟦0⟧',
      'etcd_election_timeout: ⟦-1⟧',
      'etcd_port: ⟦0⟧',
      'etcd_data: ⟦/⟧',
    ],
    etcd,
  ),
  chosen('data-path', 'a directory that cannot be one of data', [
    ...['/', 'data', "'/data/../x'", "'/data//x'", "''"].map((path) => `pg_fs_main: ⟦${path}⟧`),
    ...['/pg', '/pg/main', '/data/backups'].map((path) => `pg_fs_main: ⟦${path}⟧`),
    'pg_fs_backup: ⟦/data/postgres⟧',
    ...['log', '/'].map((path) => `pg_log_dir: ⟦${path}⟧`),
  ]),
  chosen(
    'against-cluster',
    'a setting of the server that works against the cluster',
    [
      ...[
        'archive_command: /bin/true',
        "synchronous_standby_names: '*'",
        'hba_file: /x',
        'unix_socket_directories: /tmp',
      ],
      ...[
        'shared_preload_libraries: citus',
        'logging_collector: off',
        'log_destination: syslog',
        'fsync: off',
        'ssl: off',
      ],
      ...[
        'log_directory: /x',
        'default_transaction_read_only: on',
        'max_connections: 900',
        'port: 5555',
        'wal_level: minimal',
      ],
    ].map((setting) => `pg_parameters: { ⟦${setting.replace(/:/, '⟧:')} }`),
    pgGroups,
  ),
  chosen('reserved-connections', 'more connections kept than there are', [
    'pg_parameters: { superuser_reserved_connections: ⟦5000⟧ }',
  ]),
];
