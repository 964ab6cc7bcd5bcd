/** Groups of a new inventory as YAML. Each function writes one module the way an operator would. */

/** What the writers of groups know. */
export interface Writer {
  readonly addresses: readonly string[];
  /** Virtual address with its prefix length. */
  readonly vip: string | undefined;
  /** Backups go to the object store. */
  readonly store: boolean;
  /** A new password as YAML; the same name gives the same password. */
  secret(name: string): string;
}

type Member = readonly [address: string, variables: string];

export function infra({ addresses }: Writer): string {
  return group('Monitoring, the portal and the package cache: Grafana, Prometheus, nginx', 'infra', [
    [addresses[0]!, 'infra_seq: 1'],
  ]);
}

/** Members of etcd: an odd number, because a majority of them has to be alive, and no more than five. */
export function etcd({ addresses }: Writer): string {
  const members = addresses.slice(0, addresses.length >= 5 ? 5 : addresses.length >= 3 ? 3 : 1);
  return group(
    'Agrees on who is primary. A majority has to be alive: three survive the loss of one',
    'etcd',
    members.map((address, i) => [address, `etcd_seq: ${i + 1}`]),
    ['etcd_cluster: etcd'],
  );
}

export function minio({ addresses }: Writer): string {
  return group(
    'An object store for backups, here on one machine: give it disks of its own before it matters',
    'minio',
    [[addresses[0]!, 'minio_seq: 1']],
    ['minio_cluster: minio'],
  );
}

/** One PostgreSQL cluster over all machines. */
export function postgres(writer: Writer): string {
  const { addresses, vip } = writer;
  return group(
    addresses.length === 1
      ? 'PostgreSQL. `pigstyc add host pg-meta --ip B,C` makes it highly available'
      : 'PostgreSQL: writes go to the primary, reads to the replicas, and one of those takes over when it is lost',
    'pg-meta',
    members(addresses),
    ['pg_cluster: pg-meta', ...objects(writer), ...backups(writer), ...(vip === undefined ? [] : floating(vip))],
  );
}

/** A cluster, one that follows it, and one that follows it late; the last two machines are those. */
export function standby(writer: Writer): readonly string[] {
  const { addresses } = writer;
  const [following, late] = addresses.slice(-2) as [string, string];
  const source = `pg_upstream: ${addresses[0]!}`;
  return [
    group('PostgreSQL: the cluster that applications write to', 'pg-meta', members(addresses.slice(0, -2)), [
      'pg_cluster: pg-meta',
      ...backups(writer),
    ]),
    group(
      'A standby cluster: a copy elsewhere that can be promoted',
      'pg-standby',
      [[following, `pg_seq: 1, pg_role: primary, ${source}`]],
      ['pg_cluster: pg-standby'],
    ),
    group(
      'A copy that is a day behind: what was deleted by mistake is still there',
      'pg-delayed',
      [[late, `pg_seq: 1, pg_role: primary, ${source}, pg_delay: 1d`]],
      ['pg_cluster: pg-delayed'],
    ),
  ];
}

/** What holds for a cluster and those that follow it: they have the same content. */
export function standbyObjects(writer: Writer): readonly string[] {
  return ['', '# The three clusters have the same content.', ...objects(writer)];
}

/** The coordinator, which is group 0, and a shard on each further machine. */
export function citus(writer: Writer): readonly string[] {
  return writer.addresses.map((address, i) =>
    group(
      i === 0 ? 'Citus: applications talk to the coordinator' : `Shard ${i}; more members make it highly available`,
      `pg-citus${i}`,
      members([address]),
      [`pg_cluster: pg-citus${i}`, `pg_group: ${i}`],
    ),
  );
}

/** What holds for all shards: they are one database. */
export function citusObjects(writer: Writer): readonly string[] {
  return [
    '',
    '# All shards are one database.',
    'pg_mode: citus',
    'pg_shard: pg-citus',
    'pg_primary_db: app',
    'pg_extensions: [ citus ]         # packages that are installed',
    "pg_libs: 'citus, pg_stat_statements, auto_explain'",
    `pg_dbsu_password: ${writer.secret('pg_dbsu_password')}`,
    ...objects(writer, ', extensions: [{ name: citus }]'),
    ...backups(writer),
    'pg_hba_rules:                    # the shards reach each other with TLS',
    '  - { user: all, db: all, addr: intra, auth: ssl, title: shards reach each other }',
    '  - { user: all, db: all, addr: 127.0.0.1/32, auth: ssl, title: and themselves }',
  ];
}

/** A primary with a replica, or a native cluster when there are machines enough for three masters. */
export function redis(writer: Writer): string {
  const { addresses, secret } = writer;
  const [first] = addresses;
  const native = addresses.length >= 3;
  const instances = native ? '{ 6379: {}, 6380: {} }' : `{ 6379: {}, 6380: { replica_of: '${first!} 6379' } }`;
  return group(
    native ? 'Redis: a native cluster, each master with a replica' : 'Redis: a primary, and a replica of it',
    'redis-main',
    addresses.map((address, i) => [address, `redis_node: ${i + 1}, redis_instances: ${instances}`]),
    [
      'redis_cluster: redis-main',
      ...(native ? ['redis_mode: cluster'] : []),
      `redis_password: ${secret('redis_password')}`,
      'redis_max_memory: 256MB          # of each instance',
    ],
  );
}

function members(addresses: readonly string[]): readonly Member[] {
  return addresses.map((address, i) => [address, `pg_seq: ${i + 1}, pg_role: ${i === 0 ? 'primary' : 'replica'}`]);
}

/** What applications need of a cluster: users and a database. */
function objects({ secret }: Writer, ofDatabase = ''): readonly string[] {
  return [
    'pg_users:                        # pgbouncer: true lets them in through the connection pool',
    `  - { name: app, password: ${secret('app_password')}, pgbouncer: true, roles: [dbrole_admin], comment: owns the database }`,
    `  - { name: app_reader, password: ${secret('app_reader_password')}, pgbouncer: true, roles: [dbrole_readonly], comment: reads only }`,
    'pg_databases:',
    `  - { name: app, owner: app${ofDatabase}, comment: the database of the application }`,
  ];
}

function backups({ store }: Writer): readonly string[] {
  return [
    "pg_crontab: [ '00 01 * * * /pg/bin/pg-backup full' ]   # a full backup every night at one",
    ...(store ? ['pgbackrest_method: minio         # where backups go: a name of pgbackrest_repo'] : []),
  ];
}

function floating(vip: string): readonly string[] {
  return ['pg_vip_enabled: true             # an address that is always on the primary', `pg_vip_address: ${vip}`];
}

function group(title: string, name: string, hosts: readonly Member[], vars: readonly string[] = []): string {
  return [
    `    # ${title}.`,
    `    ${name}:`,
    '      hosts:',
    ...hosts.map(([address, variables]) => `        ${address}: { ${variables} }`),
    ...(vars.length === 0 ? [] : ['      vars:', ...vars.map((line) => `        ${line}`)]),
    '',
  ].join('\n');
}
