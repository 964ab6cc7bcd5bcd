/**
 * For every alert: series that are well, then bad for long enough, then well again. Values are [well, bad]; those of counters
 * are what they grow by in 15 seconds. Two wells: what must be silent as well, though it is near.
 */

export interface AlertCase {
  /** `name{labels}`: values, well and bad. */
  readonly gauges?: Readonly<Record<string, readonly [number, number]>>;
  readonly counters?: Readonly<Record<string, readonly [number, number]>>;
  /** The alert's series while it fires, without its own labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** What happens is a change, which is over after a while: the alert holds for these minutes. */
  readonly event?: number;
  /** It looks back for an hour. */
  readonly slow?: true;
}

const labelled = (name: string, labels: Readonly<Record<string, string>>): string =>
  `${name}{${Object.entries(labels)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(', ')}}`;

const NODE = { job: 'node', cls: 'nodes', ins: 'n1', ip: '10.0.0.1', instance: '10.0.0.1:9100' };
const PG = { job: 'pgsql', cls: 'pg-a', ins: 'pg-a-1', ip: '10.0.0.1', instance: '10.0.0.1:9630' };
const PG2 = { ...PG, ins: 'pg-a-2', ip: '10.0.0.2', instance: '10.0.0.2:9630' };
const POOL = { ...PG, instance: '10.0.0.1:9631' };
const PATRONI = { ...PG, instance: '10.0.0.1:8008' };
const PATRONI2 = { ...PG2, instance: '10.0.0.2:8008' };
const ETCD = { job: 'etcd', cls: 'etcd', ins: 'etcd-1', ip: '10.0.0.1', instance: '10.0.0.1:2379' };
const REDIS = { job: 'redis', cls: 'r', ins: 'r-1-6379', ip: '10.0.0.1', instance: '10.0.0.1:6379' };
const MINIO = { job: 'minio', cls: 'minio', ins: 'minio-1', ip: '10.0.0.1', instance: '10.0.0.1:9000' };
const INFRA = { job: 'infra', cls: 'grafana', ins: 'grafana-1', ip: '10.0.0.1', instance: '10.0.0.1:3000' };

const cluster = ({ job, cls }: { readonly job: string; readonly cls: string }): Readonly<Record<string, string>> => ({
  job,
  cls,
});

/** One gauge, whose labels are the alert's. */
const gauge = (name: string, labels: Readonly<Record<string, string>>, well: number, bad: number): AlertCase => ({
  gauges: { [labelled(name, labels)]: [well, bad] },
  labels,
});

const counter = (name: string, labels: Readonly<Record<string, string>>, well: number, bad: number): AlertCase => ({
  counters: { [labelled(name, labels)]: [well, bad] },
  labels,
});

const at = (labels: Readonly<Record<string, string>>, port: number): Readonly<Record<string, string>> => ({
  ...labels,
  instance: `${labels['ip']}:${port}`,
});

/** A cumulative histogram: all observations lie in the lower bucket, or only in the upper one. */
const histogram = (name: string, labels: Readonly<Record<string, string>>, low: number, high: number): AlertCase => ({
  counters: {
    [labelled(`${name}_bucket`, { ...labels, le: String(low) })]: [10, 0],
    [labelled(`${name}_bucket`, { ...labels, le: String(high) })]: [10, 10],
    [labelled(`${name}_bucket`, { ...labels, le: '+Inf' })]: [10, 10],
  },
  labels,
});

const FS = { ...NODE, device: '/dev/vda', fstype: 'xfs', mountpoint: '/data' };
const GIB = 2 ** 30;

export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  NodeDown: gauge('up', NODE, 1, 0),
  HaproxyDown: gauge('up', at(NODE, 9101), 1, 0),
  VectorDown: gauge('up', at(NODE, 9598), 1, 0),
  KeepalivedDown: gauge('keepalived_up', at(NODE, 9650), 1, 0),
  HaproxyServiceDown: {
    gauges: {
      [labelled('haproxy_server_status', { ...NODE, proxy: 'pg-a-primary', server: 'pg-a-1', state: 'UP' })]: [1, 0],
      [labelled('haproxy_server_status', { ...NODE, proxy: 'pg-a-primary', server: 'pg-a-2', state: 'UP' })]: [0, 0],
      [labelled('haproxy_server_status', { ...NODE, proxy: 'pg-a-replica', server: 'pg-a-2', state: 'UP' })]: [1, 1],
    },
    labels: { cls: 'nodes', proxy: 'pg-a-primary' },
  },
  NodeCpuHigh: {
    counters: { [labelled('node_cpu_seconds_total', { ...NODE, cpu: '0', mode: 'idle' })]: [3, 1] },
    labels: NODE,
  },
  NodeLoadHigh: {
    gauges: { [labelled('node_load1', NODE)]: [3, 5] },
    counters: {
      [labelled('node_cpu_seconds_total', { ...NODE, cpu: '0', mode: 'idle' })]: [10, 10],
      [labelled('node_cpu_seconds_total', { ...NODE, cpu: '1', mode: 'idle' })]: [10, 10],
    },
    labels: NODE,
  },
  NodeOutOfMemory: {
    gauges: {
      [labelled('node_memory_MemAvailable_bytes', NODE)]: [6, 4],
      [labelled('node_memory_MemTotal_bytes', NODE)]: [100, 100],
    },
    labels: NODE,
  },
  NodeSwapping: {
    gauges: {
      [labelled('node_memory_SwapFree_bytes', NODE)]: [96, 90],
      [labelled('node_memory_SwapTotal_bytes', NODE)]: [100, 100],
    },
    labels: NODE,
  },
  NodeSpaceFull: {
    gauges: {
      [labelled('node_filesystem_avail_bytes', FS)]: [11, 9],
      [labelled('node_filesystem_size_bytes', FS)]: [100, 100],
    },
    labels: FS,
  },
  NodeSpaceExhausted1d: {
    counters: { [labelled('node_filesystem_avail_bytes', FS)]: [0, -GIB] },
    labels: FS,
    slow: true,
  },
  NodeInodesFull: {
    gauges: {
      [labelled('node_filesystem_files_free', FS)]: [11, 9],
      [labelled('node_filesystem_files', FS)]: [100, 100],
    },
    labels: FS,
  },
  NodeFdFull: {
    gauges: {
      [labelled('node_filefd_allocated', NODE)]: [89, 91],
      [labelled('node_filefd_maximum', NODE)]: [100, 100],
    },
    labels: NODE,
  },
  NodeRetransmits: {
    counters: {
      [labelled('node_netstat_Tcp_RetransSegs', NODE)]: [9, 11],
      [labelled('node_netstat_Tcp_OutSegs', NODE)]: [1000, 1000],
    },
    labels: NODE,
  },
  NodeTcpErrHigh: {
    counters: {
      [labelled('node_netstat_TcpExt_ListenOverflows', NODE)]: [5, 10],
      [labelled('node_netstat_TcpExt_ListenDrops', NODE)]: [5, 10],
      [labelled('node_netstat_Tcp_InErrs', NODE)]: [0, 0],
    },
    labels: NODE,
  },
  NodeClockUnsynchronised: gauge('node_timex_sync_status', NODE, 1, 0),

  PostgresDown: gauge('pg_up', PG, 1, 0),
  PatroniDown: gauge('up', PATRONI, 1, 0),
  PgbouncerDown: gauge('pgbouncer_up', POOL, 1, 0),
  ClusterWithoutPrimary: {
    gauges: { [labelled('patroni_primary', PATRONI)]: [1, 0], [labelled('patroni_primary', PATRONI2)]: [0, 0] },
    labels: cluster(PG),
  },
  ClusterSplitBrain: {
    gauges: { [labelled('patroni_primary', PATRONI)]: [1, 1], [labelled('patroni_primary', PATRONI2)]: [0, 1] },
    labels: cluster(PG),
  },
  ClusterFailover: { ...gauge('patroni_postgres_timeline', PATRONI, 1, 2), event: 5 },
  PatroniFailSafeActive: { ...gauge('patroni_failsafe_mode_is_active', PATRONI, 0, 1), labels: cluster(PG) },
  PatroniPaused: { ...gauge('patroni_is_paused', PATRONI, 0, 1), labels: cluster(PG) },
  PostgresPendingRestart: gauge('patroni_pending_restart', PATRONI, 0, 1),
  PostgresRestarted: gauge('pg_uptime', PG, 301, 299),
  PgbouncerClientsWait: {
    gauges: {
      [labelled('pgbouncer_pool_waiting_clients', { ...POOL, datname: 'app', user: 'a', pool_mode: 'x' })]: [1, 1],
      [labelled('pgbouncer_pool_waiting_clients', { ...POOL, datname: 'app', user: 'b', pool_mode: 'x' })]: [0, 1],
    },
    labels: { ...POOL, datname: 'app' },
  },
  PgbouncerQuerySlow: {
    counters: {
      [labelled('pgbouncer_stat_total_query_time', { ...POOL, datname: 'app' })]: [0.9, 1.1],
      [labelled('pgbouncer_stat_total_query_count', { ...POOL, datname: 'app' })]: [10, 10],
    },
    labels: { ...POOL, datname: 'app' },
  },
  PostgresReplicationLag: {
    gauges: {
      [labelled('pg_repl_replay_lag', { ...PG, appname: 'pg-a-2', address: 'x', usename: 'r', pid: '1' })]: [9, 11],
    },
    labels: { cls: 'pg-a', ins: 'pg-a-2', job: 'pgsql' },
  },
  PatroniReplicationLag: {
    gauges: {
      [labelled('patroni_primary', PATRONI)]: [1, 1],
      [labelled('patroni_primary', PATRONI2)]: [0, 0],
      [labelled('patroni_xlog_location', PATRONI)]: [2e8, 2e8],
      [labelled('patroni_xlog_replayed_location', PATRONI2)]: [1.5e8, 1e8],
    },
    labels: PATRONI2,
  },
  PostgresReplicationBreak: { ...gauge('pg_downstream_count', { ...PG, state: 'streaming' }, 2, 1), event: 5 },
  PostgresSlotRetention: {
    gauges: { [labelled('pg_slot_retained_bytes', { ...PG, slot_name: 's' })]: [16 * GIB, 17 * GIB] },
    labels: PG,
  },
  PostgresWraparound: {
    gauges: {
      [labelled('pg_db_age', { ...PG, datname: 'app' })]: [1.6e9, 1.8e9],
      [labelled('pg_db_age', { ...PG, datname: 'template0' })]: [1.9e9, 1.9e9],
    },
    labels: PG,
  },
  PostgresConnectionsHigh: {
    gauges: {
      [labelled('pg_db_numbackends', { ...PG, datname: 'a' })]: [40, 41],
      [labelled('pg_db_numbackends', { ...PG, datname: 'b' })]: [40, 41],
      [labelled('pg_setting_max_connections', PG)]: [100, 100],
    },
    labels: PG,
  },
  PostgresIdleInTransaction: {
    gauges: {
      [labelled('pg_activity_count', { ...PG, datname: 'a', state: 'idle in transaction' })]: [3, 3],
      [labelled('pg_activity_count', { ...PG, datname: 'a', state: 'idle in transaction (aborted)' })]: [2, 3],
      [labelled('pg_activity_count', { ...PG, datname: 'a', state: 'idle' })]: [50, 50],
    },
    labels: { ...PG, datname: 'a' },
  },
  BackupTooOld: {
    gauges: {
      [labelled('pgbackrest_backup_since_last_completion_seconds', { ...PG, backup_type: 'full' })]: [5e5, 5e5],
      [labelled('pgbackrest_backup_since_last_completion_seconds', { ...PG, backup_type: 'incr' })]: [170000, 180000],
    },
    labels: cluster(PG),
  },
  BackupFailed: {
    gauges: {
      [labelled('patroni_primary', PG)]: [1, 1],
      [labelled('pgbackrest_stanza_status', { ...PG, stanza: 'pg-a' })]: [0, 2],
      // A member that has never led has a repository without backups.
      [labelled('patroni_primary', { ...PG, ins: 'pg-a-2' })]: [0, 0],
      [labelled('pgbackrest_stanza_status', { ...PG, ins: 'pg-a-2', stanza: 'pg-a' })]: [2, 2],
    },
    labels: cluster(PG),
  },
  WalArchivingFails: counter('pg_archiver_failed_count', PG, 0, 1),

  EtcdMemberDown: gauge('up', ETCD, 1, 0),
  EtcdNoLeader: { ...gauge('etcd_server_has_leader', ETCD, 1, 0), labels: cluster(ETCD) },
  EtcdNoSpareMember: {
    gauges: Object.fromEntries(
      [1, 2, 3].map((i) => [labelled('up', { ...ETCD, instance: `10.0.0.${i}:2379` }), [1, i === 3 ? 0 : 1] as const]),
    ),
    labels: cluster(ETCD),
  },
  EtcdQuotaFull: {
    gauges: {
      [labelled('etcd_mvcc_db_total_size_in_bytes', ETCD)]: [89, 91],
      [labelled('etcd_server_quota_backend_bytes', ETCD)]: [100, 100],
    },
    labels: ETCD,
  },
  EtcdDiskSlow: histogram('etcd_disk_wal_fsync_duration_seconds', ETCD, 0.032, 0.128),
  EtcdNetworkSlow: histogram('etcd_network_peer_round_trip_time_seconds', { ...ETCD, To: 'x' }, 0.1, 0.8),

  RedisDown: gauge('redis_up', REDIS, 1, 0),
  RedisReplicationBroken: gauge('redis_master_link_up', REDIS, 1, 0),
  RedisClusterDown: { ...gauge('redis_cluster_state', REDIS, 1, 0), labels: cluster(REDIS) },
  RedisSentinelNoQuorum: gauge('redis_sentinel_master_ckquorum_status', { ...REDIS, master_name: 'r' }, 1, 0),
  RedisRejectsConnections: counter('redis_rejected_connections_total', REDIS, 0, 1),
  RedisMemoryHigh: {
    gauges: {
      [labelled('redis_memory_used_bytes', REDIS)]: [89, 91],
      [labelled('redis_memory_max_bytes', REDIS)]: [100, 100],
    },
    labels: REDIS,
  },
  RedisCpuHigh: {
    counters: {
      [labelled('redis_cpu_sys_seconds_total', REDIS)]: [6, 6.5],
      [labelled('redis_cpu_user_seconds_total', REDIS)]: [6, 6.5],
    },
    labels: REDIS,
  },
  RedisRTHigh: {
    counters: {
      [labelled('redis_commands_duration_seconds_total', { ...REDIS, cmd: 'get' })]: [0.09, 0.11],
      [labelled('redis_commands_total', { ...REDIS, cmd: 'get' })]: [100, 100],
    },
    labels: REDIS,
  },
  RedisSaveFails: gauge('redis_rdb_last_bgsave_status', REDIS, 1, 0),

  MinioServerDown: gauge('up', MINIO, 1, 0),
  MinioNodeOffline: { ...gauge('minio_cluster_health_nodes_offline_count', MINIO, 0, 1), labels: cluster(MINIO) },
  MinioDriveOffline: { ...gauge('minio_cluster_health_drives_offline_count', MINIO, 0, 1), labels: cluster(MINIO) },
  MinioErasureSetUnhealthy: {
    ...gauge('minio_cluster_erasure_set_overall_health', { ...MINIO, pool_id: '1', set_id: '1' }, 1, 0),
    labels: cluster(MINIO),
  },
  MinioCapacityHigh: {
    gauges: {
      [labelled('minio_cluster_health_capacity_usable_free_bytes', MINIO)]: [16, 14],
      [labelled('minio_cluster_health_capacity_usable_total_bytes', MINIO)]: [100, 100],
    },
    labels: cluster(MINIO),
  },
  InfraDown: gauge('up', INFRA, 1, 0),
  ExporterDown: gauge('up', PG, 1, 0),
};
