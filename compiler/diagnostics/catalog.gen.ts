// Generated from compiler/diagnostics/messages/ by `npm run gen`. Do not edit.
import type { Severity } from './diagnostic.ts';

export type Code =
  | 'PIG0001'
  | 'PIG0002'
  | 'PIG0003'
  | 'PIG0004'
  | 'PIG0005'
  | 'PIG5401'
  | 'PIG5402'
  | 'PIG5403'
  | 'PIG5404'
  | 'PIG5405'
  | 'PIG5406'
  | 'PIG5407'
  | 'PIG5408'
  | 'PIG5409'
  | 'PIG5410'
  | 'PIG5411'
  | 'PIG5412'
  | 'PIG5413'
  | 'PIG5414'
  | 'PIG5415'
  | 'PIG5416'
  | 'PIG5417'
  | 'PIG5418'
  | 'PIG5419'
  | 'PIG5420'
  | 'PIG5421'
  | 'PIG5430'
  | 'PIG5431'
  | 'PIG5432'
  | 'PIG5433'
  | 'PIG5434'
  | 'PIG5435'
  | 'PIG5436'
  | 'PIG5437'
  | 'PIG5438'
  | 'PIG5440'
  | 'PIG5441'
  | 'PIG5442'
  | 'PIG5443'
  | 'PIG5444'
  | 'PIG5445'
  | 'PIG5446'
  | 'PIG5447'
  | 'PIG5448'
  | 'PIG5449'
  | 'PIG5450'
  | 'PIG5451'
  | 'PIG5452'
  | 'PIG5453'
  | 'PIG5454'
  | 'PIG5502'
  | 'PIG5503'
  | 'PIG5504'
  | 'PIG5505'
  | 'PIG5506'
  | 'PIG5507'
  | 'PIG5508'
  | 'PIG5509'
  | 'PIG5510'
  | 'PIG5511'
  | 'PIG5512'
  | 'PIG5513'
  | 'PIG5520'
  | 'PIG5521'
  | 'PIG5522'
  | 'PIG5523'
  | 'PIG5524'
  | 'PIG5525'
  | 'PIG5526'
  | 'PIG5527'
  | 'PIG5528'
  | 'PIG5529'
  | 'PIG7001'
  | 'PIG8001';

/** Arguments of each message, by slug. */
export interface Arguments {
  readonly 'unreadable-file': { readonly path: string | number; readonly reason: string | number };
  readonly 'limit-matches-nothing': { readonly pattern: string | number };
  readonly 'not-utf8': { readonly path: string | number; readonly offset: string | number };
  readonly 'bad-facts-file': { readonly path: string | number };
  readonly 'unknown-platform': { readonly name: string | number; readonly known: string | number };
  readonly 'pg-cluster-name': { readonly name: string | number };
  readonly 'pg-seq-invalid': { readonly seq: string | number };
  readonly 'pg-identity-missing': { readonly host: string | number; readonly cluster: string | number; readonly missing: string | number };
  readonly 'pg-cluster-missing': { readonly host: string | number };
  readonly 'pg-seq-duplicate': { readonly seq: string | number; readonly cluster: string | number; readonly first: string | number };
  readonly 'pg-no-primary': { readonly cluster: string | number };
  readonly 'pg-two-primaries': { readonly cluster: string | number; readonly host: string | number; readonly first: string | number };
  readonly 'pg-group-name': { readonly group: string | number; readonly name: string | number };
  readonly 'pg-instances-ignored': Readonly<Record<never, never>>;
  readonly 'pg-members-differ': { readonly name: string | number; readonly cluster: string | number; readonly value: string | number; readonly host: string | number; readonly other: string | number; readonly peer: string | number };
  readonly 'crit-single-member': { readonly cluster: string | number };
  readonly 'pg-offline-primary': { readonly host: string | number };
  readonly 'pg-offline-failover': { readonly host: string | number; readonly cluster: string | number };
  readonly 'pg-upstream-invalid': { readonly address: string | number };
  readonly 'pg-upstream-wrong-cluster': { readonly host: string | number; readonly address: string | number; readonly wanted: string | number };
  readonly 'pg-upstream-unknown': { readonly address: string | number };
  readonly 'pg-upstream-differs': { readonly name: string | number; readonly mine: string | number; readonly theirs: string | number; readonly cluster: string | number };
  readonly 'pg-upstream-password': { readonly cluster: string | number };
  readonly 'pg-upstream-cycle': { readonly path: string | number };
  readonly 'pg-delay-ignored': { readonly host: string | number };
  readonly 'pg-standby-objects': { readonly name: string | number; readonly cluster: string | number };
  readonly 'citus-identity': { readonly cluster: string | number; readonly missing: string | number };
  readonly 'citus-group-duplicate': { readonly group: string | number; readonly shard: string | number; readonly first: string | number };
  readonly 'citus-no-coordinator': { readonly shard: string | number };
  readonly 'citus-group-gap': { readonly shard: string | number; readonly group: string | number };
  readonly 'citus-database': { readonly problem: string | number };
  readonly 'citus-dbsu-password': Readonly<Record<never, never>>;
  readonly 'citus-libs': Readonly<Record<never, never>>;
  readonly 'citus-hba': { readonly cluster: string | number };
  readonly 'citus-group-ignored': { readonly mode: string | number };
  readonly 'libs-preload': { readonly extension: string | number; readonly library: string | number };
  readonly 'pg-conf-unknown': { readonly name: string | number };
  readonly 'crit-watchdog': Readonly<Record<never, never>>;
  readonly 'pg-version-unavailable': { readonly version: string | number; readonly platform: string | number; readonly known: string | number };
  readonly 'pg-max-conn': { readonly value: string | number };
  readonly 'pg-shared-buffer-ratio': { readonly value: string | number };
  readonly 'pwdenc-md5': Readonly<Record<never, never>>;
  readonly 'pgsodium-key': { readonly length: string | number };
  readonly 'pg-io-method-ignored': { readonly version: string | number };
  readonly 'pg-parameter-value': { readonly name: string | number; readonly problem: string | number };
  readonly 'rto-unknown': { readonly name: string | number };
  readonly 'rto-plan': { readonly name: string | number; readonly problem: string | number };
  readonly 'rto-margin': { readonly name: string | number; readonly problem: string | number };
  readonly 'pg-listen': { readonly problem: string | number };
  readonly 'pg-listen-vip': { readonly vip: string | number };
  readonly 'user-no-password': { readonly name: string | number };
  readonly 'user-expires-twice': { readonly name: string | number };
  readonly 'user-duplicate': { readonly name: string | number };
  readonly 'user-redefines-system': { readonly name: string | number; readonly parameter: string | number };
  readonly 'user-absent-system': { readonly name: string | number };
  readonly 'role-unknown': { readonly name: string | number };
  readonly 'role-order': { readonly name: string | number };
  readonly 'membership-option-version': { readonly option: string | number; readonly version: string | number };
  readonly 'user-pool-ignored': { readonly field: string | number; readonly name: string | number };
  readonly 'user-not-in-pool': { readonly name: string | number };
  readonly 'system-role-missing': { readonly name: string | number; readonly parameter: string | number };
  readonly 'user-expired': { readonly name: string | number; readonly days: string | number };
  readonly 'db-duplicate': { readonly name: string | number };
  readonly 'db-owner-unknown': { readonly name: string | number; readonly database: string | number };
  readonly 'db-state-built-in': { readonly state: string | number; readonly name: string | number };
  readonly 'db-recreate': { readonly name: string | number };
  readonly 'db-template-locale': { readonly option: string | number; readonly wanted: string | number; readonly have: string | number; readonly template: string | number };
  readonly 'db-option-version': { readonly option: string | number; readonly since: string | number; readonly version: string | number };
  readonly 'db-template-unknown': { readonly name: string | number };
  readonly 'db-pool': { readonly problem: string | number };
  readonly 'db-auth-user-unknown': { readonly name: string | number; readonly database: string | number };
  readonly 'monitor-schema-missing': Readonly<Record<never, never>>;
  readonly 'file-claimed-twice': { readonly path: string | number; readonly host: string | number; readonly first: string | number; readonly second: string | number };
  readonly 'unrepresentable-value': { readonly name: string | number; readonly path: string | number; readonly host: string | number; readonly grammar: string | number; readonly reason: string | number };
}

export type Slug = keyof Arguments;

/** Code, severity and message template of each slug. */
export const CATALOG: Readonly<Record<Slug, readonly [Code, Severity, string]>> = {
  'unreadable-file': ['PIG0001', 'error', 'cannot read `{path}`: {reason}'],
  'limit-matches-nothing': ['PIG0002', 'error', '`--limit {pattern}` matches no host'],
  'not-utf8': ['PIG0003', 'error', '`{path}` is not UTF-8: byte {offset} does not belong to any character'],
  'bad-facts-file': ['PIG0004', 'error', '`{path}` is no facts file: it needs `cpu`, `memoryMib`, `diskGib`, `arch` and `os` with `vendor` and `version`'],
  'unknown-platform': ['PIG0005', 'error', 'unknown platform `{name}`, known are {known}'],
  'pg-cluster-name': ['PIG5401', 'error', 'cluster name `{name}` may hold only letters, digits and `-`, and not be `root`'],
  'pg-seq-invalid': ['PIG5402', 'error', '`pg_seq` must be a number, not `{seq}`'],
  'pg-identity-missing': ['PIG5403', 'error', 'member `{host}` of cluster `{cluster}` has no {missing}'],
  'pg-cluster-missing': ['PIG5404', 'error', 'host `{host}` has `pg_seq` but belongs to no `pg_cluster`'],
  'pg-seq-duplicate': ['PIG5405', 'error', '`pg_seq` {seq} of cluster `{cluster}` already belongs to {first}'],
  'pg-no-primary': ['PIG5406', 'error', 'cluster `{cluster}` has no member with `pg_role: primary`'],
  'pg-two-primaries': ['PIG5407', 'error', 'cluster `{cluster}` has a second primary: {host}; the first is {first}'],
  'pg-group-name': ['PIG5408', 'warning', 'group `{group}` sets `pg_cluster` to another name, `{name}`'],
  'pg-instances-ignored': ['PIG5409', 'error', '`pg_instances` has no effect: a host runs one instance'],
  'pg-members-differ': ['PIG5410', 'error', '`{name}` differs inside cluster `{cluster}`: `{value}` on {host}, `{other}` on {peer}'],
  'crit-single-member': ['PIG5411', 'warning', 'cluster `{cluster}` uses crit.yml with one member: commits have nobody to wait for'],
  'pg-offline-primary': ['PIG5412', 'warning', 'primary {host} has `pg_offline_query`: analytical queries run on the primary'],
  'pg-offline-failover': ['PIG5413', 'hint', 'offline member {host} can still become the leader of `{cluster}`'],
  'pg-upstream-invalid': ['PIG5414', 'error', '`pg_upstream` must be an IPv4 address, not `{address}`'],
  'pg-upstream-wrong-cluster': ['PIG5415', 'error', '{host} cannot follow {address}: its upstream must be in {wanted}'],
  'pg-upstream-unknown': ['PIG5416', 'warning', 'upstream {address} is not a PostgreSQL instance of this inventory'],
  'pg-upstream-differs': ['PIG5417', 'error', '`{name}` is {mine} here but `{theirs}` on the upstream cluster `{cluster}`'],
  'pg-upstream-password': ['PIG5418', 'error', 'the replication password differs from that of the upstream cluster `{cluster}`'],
  'pg-upstream-cycle': ['PIG5419', 'error', 'upstreams form a circle: {path}'],
  'pg-delay-ignored': ['PIG5420', 'warning', '`pg_delay` has no effect on {host}: only the primary of a standby cluster delays'],
  'pg-standby-objects': ['PIG5421', 'warning', '`{name}` has no effect: `{cluster}` is a standby cluster and read-only'],
  'citus-identity': ['PIG5430', 'error', 'Citus cluster `{cluster}` has no {missing}'],
  'citus-group-duplicate': ['PIG5431', 'error', '`pg_group` {group} of shard `{shard}` already belongs to cluster `{first}`'],
  'citus-no-coordinator': ['PIG5432', 'error', 'shard `{shard}` has no coordinator: no cluster with `pg_group: 0`'],
  'citus-group-gap': ['PIG5433', 'warning', 'group numbers of shard `{shard}` skip before {group}'],
  'citus-database': ['PIG5434', 'error', 'Citus needs one distributed database: {problem}'],
  'citus-dbsu-password': ['PIG5435', 'warning', 'Citus nodes connect to each other as the database superuser, which has no password'],
  'citus-libs': ['PIG5436', 'warning', 'list `citus` first in `pg_libs`'],
  'citus-hba': ['PIG5437', 'warning', 'no HBA rule lets the nodes of Citus cluster `{cluster}` connect to each other'],
  'citus-group-ignored': ['PIG5438', 'warning', '`pg_group` has no effect with `pg_mode: {mode}`'],
  'libs-preload': ['PIG5440', 'warning', 'extension `{extension}` needs `{library}` in `pg_libs`'],
  'pg-conf-unknown': ['PIG5441', 'error', 'there is no tuning template `{name}`'],
  'crit-watchdog': ['PIG5442', 'warning', 'crit.yml uses the watchdog although `patroni_watchdog_mode` is `off`'],
  'pg-version-unavailable': ['PIG5443', 'warning', 'PostgreSQL {version} is not among the packages of platform `{platform}`: {known}'],
  'pg-max-conn': ['PIG5444', 'warning', '`pg_max_conn` {value} is not a number of at least 20: it is computed instead'],
  'pg-shared-buffer-ratio': ['PIG5445', 'warning', '`pg_shared_buffer_ratio` {value} is outside 0.1 to 0.4'],
  'pwdenc-md5': ['PIG5446', 'warning', 'passwords are stored as md5, which can be replayed when leaked'],
  'pgsodium-key': ['PIG5447', 'error', '`pgsodium_key` must be 64 hexadecimal digits, it has {length} characters'],
  'pg-io-method-ignored': ['PIG5448', 'warning', '`pg_io_method` has no effect before PostgreSQL 18 (this is {version})'],
  'pg-parameter-value': ['PIG5449', 'error', 'server parameter `{name}` {problem}'],
  'rto-unknown': ['PIG5450', 'error', '`pg_rto` is `{name}`, which `pg_rto_plan` does not define'],
  'rto-plan': ['PIG5451', 'error', 'recovery profile `{name}` {problem}'],
  'rto-margin': ['PIG5452', 'warning', 'recovery profile `{name}`: {problem}'],
  'pg-listen': ['PIG5453', 'error', '`pg_listen` {problem}'],
  'pg-listen-vip': ['PIG5454', 'warning', 'replicas cannot listen on the VIP {vip}: `node_tune: none` leaves the kernel setting off'],
  'user-no-password': ['PIG5502', 'warning', 'user `{name}` can log in but has no password'],
  'user-expires-twice': ['PIG5503', 'warning', '`expire_at` of user `{name}` has no effect: `expire_in` wins'],
  'user-duplicate': ['PIG5504', 'error', 'user `{name}` is defined twice'],
  'user-redefines-system': ['PIG5505', 'error', 'user `{name}` is the user of `{parameter}` and already defined by the cluster'],
  'user-absent-system': ['PIG5506', 'warning', '`state: absent` has no effect: `{name}` is a user of the cluster itself'],
  'role-unknown': ['PIG5507', 'error', 'role `{name}` is granted but not defined'],
  'role-order': ['PIG5508', 'error', 'role `{name}` is granted before it is defined'],
  'membership-option-version': ['PIG5509', 'warning', 'membership option `{option}` needs PostgreSQL 16, this is {version}'],
  'user-pool-ignored': ['PIG5510', 'warning', '`{field}` of user `{name}` has no effect without `pgbouncer: true`'],
  'user-not-in-pool': ['PIG5511', 'hint', 'user `{name}` is not in the pool, to which the services of this cluster lead'],
  'system-role-missing': ['PIG5512', 'error', '`pg_default_roles` has no `{name}`, the user of `{parameter}`'],
  'user-expired': ['PIG5513', 'warning', 'user `{name}` expires at once: `expire_in` is {days} days'],
  'db-duplicate': ['PIG5520', 'error', 'database `{name}` is defined twice'],
  'db-owner-unknown': ['PIG5521', 'error', 'owner `{name}` of database `{database}` is not defined'],
  'db-state-built-in': ['PIG5522', 'warning', '`state: {state}` has no effect on the built-in database `{name}`'],
  'db-recreate': ['PIG5523', 'warning', 'database `{name}` is dropped and created anew on every run'],
  'db-template-locale': ['PIG5524', 'error', '`{option}` `{wanted}` differs from `{have}` of {template}: this needs `template: template0`'],
  'db-option-version': ['PIG5525', 'warning', '`{option}` needs PostgreSQL {since}, this is {version}'],
  'db-template-unknown': ['PIG5526', 'error', 'template `{name}` is not defined before this database'],
  'db-pool': ['PIG5527', 'warning', 'pool sizes contradict each other: {problem}'],
  'db-auth-user-unknown': ['PIG5528', 'warning', '`pool_auth_user` `{name}` of database `{database}` is not defined'],
  'monitor-schema-missing': ['PIG5529', 'warning', '`pgbouncer_auth_query` needs schema `monitor`, which `pg_default_schemas` leaves out'],
  'file-claimed-twice': ['PIG7001', 'error', '`{path}` on host {host} would be written by both {first} and {second}'],
  'unrepresentable-value': ['PIG8001', 'error', '{name} cannot be written to `{path}` of host {host}: {grammar} cannot hold {reason}'],
};
