import type { RuleFile } from './rule.ts';
import { redisSeries } from './series/redis.ts';

export const etcdRules: RuleFile = {
  name: 'etcd',
  recordings: [
    {
      record: 'etcd:ins:quota_usage',
      expr: 'etcd_mvcc_db_total_size_in_bytes{job="etcd"} / etcd_server_quota_backend_bytes{job="etcd"}',
    },
    { record: 'etcd:cls:quota_usage', expr: 'max by (job, cls) (etcd:ins:quota_usage)' },
    {
      record: 'etcd:ins:rpm',
      expr: 'sum without (type, client_api_version) (increase(etcd_server_client_requests_total{job="etcd"}[1m]))',
    },
    { record: 'etcd:ins:wpm', expr: 'increase(etcd_server_proposals_committed_total{job="etcd"}[1m])' },
    {
      record: 'etcd:ins:backend_commit_rt_p95_5m',
      expr: 'histogram_quantile(0.95, rate(etcd_disk_backend_commit_duration_seconds_bucket{job="etcd"}[5m]))',
    },
    { record: 'etcd:cls:members_up', expr: 'sum by (job, cls) (etcd_up)' },
    {
      record: 'etcd:ins:wal_fsync_rt_p95_5m',
      expr: 'histogram_quantile(0.95, rate(etcd_disk_wal_fsync_duration_seconds_bucket{job="etcd"}[5m]))',
    },
    {
      record: 'etcd:ins:network_peer_rt_p95_5m',
      expr: 'histogram_quantile(0.95, rate(etcd_network_peer_round_trip_time_seconds_bucket{job="etcd"}[5m]))',
    },
  ],
  alerts: [
    {
      alert: 'EtcdMemberDown',
      expr: 'etcd_up < 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} is down',
      hint: 'One more and failover of every cluster stops. systemctl status etcd',
    },
    {
      alert: 'EtcdNoLeader',
      expr: 'min by (job, cls) (etcd_server_has_leader) < 1',
      for: '15s',
      severity: 'CRIT',
      summary: '{{ $labels.cls }} has no leader',
      hint: 'Primaries demote themselves when their lease ends. etcdctl endpoint status',
    },
    {
      alert: 'EtcdNoSpareMember',
      expr: 'etcd:cls:members_up <= count by (job, cls) (etcd_up) / 2 + 0.5 and count by (job, cls) (etcd_up) > 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.cls }} has no member to lose',
      hint: 'The next failure loses the majority.',
    },
    {
      alert: 'EtcdQuotaFull',
      expr: 'etcd:ins:quota_usage > 0.90',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} uses {{ $value | humanizePercentage }} of its quota',
      hint: 'At 100 % it refuses writes. Compact, defragment, disarm the alarm.',
    },
    {
      alert: 'EtcdDiskSlow',
      expr: 'etcd:ins:wal_fsync_rt_p95_5m > 0.05',
      for: '5m',
      severity: 'WARN',
      summary: '{{ $labels.ins }} needs {{ $value | humanizeDuration }} to flush its log',
      hint: 'Slow disks cause leader changes and with them failovers.',
    },
    {
      alert: 'EtcdNetworkSlow',
      expr: 'etcd:ins:network_peer_rt_p95_5m > 0.2',
      for: '5m',
      severity: 'WARN',
      summary: '{{ $labels.ins }} is {{ $value | humanizeDuration }} away from a peer',
      hint: 'Close to the election time-out.',
    },
  ],
};

export const redisRules: RuleFile = {
  name: 'redis',
  recordings: redisSeries,
  alerts: [
    {
      alert: 'RedisDown',
      expr: 'redis_up < 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} is down',
      hint: 'systemctl status {{ $labels.ins }}',
    },
    {
      alert: 'RedisReplicationBroken',
      expr: 'redis_master_link_up < 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} has lost its primary',
      hint: 'Its data ages; a failover to it loses writes.',
    },
    {
      alert: 'RedisClusterDown',
      expr: 'min by (job, cls) (redis_cluster_state) < 1',
      for: '30s',
      severity: 'CRIT',
      summary: '{{ $labels.cls }} does not serve all slots',
      hint: 'redis-cli --cluster check',
    },
    {
      alert: 'RedisSentinelNoQuorum',
      expr: 'redis_sentinel_master_ckquorum_status < 1',
      for: '1m',
      severity: 'CRIT',
      summary: 'sentinels cannot agree on {{ $labels.master_name }}',
      hint: 'No failover can happen. SENTINEL CKQUORUM says how many are missing.',
    },
    {
      alert: 'RedisRejectsConnections',
      expr: 'redis:ins:conn_reject > 0',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} refuses connections',
      hint: 'maxclients is reached.',
    },
    {
      alert: 'RedisMemoryHigh',
      expr: 'redis:ins:mem_usage > 0.90',
      for: '5m',
      severity: 'WARN',
      summary: '{{ $labels.ins }} uses {{ $value | humanizePercentage }} of its memory',
      hint: 'It evicts keys, or with noeviction fails writes.',
    },
    {
      alert: 'RedisCpuHigh',
      expr: 'redis:ins:cpu_usage > 0.85',
      for: '3m',
      severity: 'WARN',
      summary: '{{ $labels.ins }} is bound by its CPU',
      hint: 'One thread runs all commands: SLOWLOG GET.',
    },
    {
      alert: 'RedisRTHigh',
      expr: 'redis:ins:rt > 0.001',
      for: '3m',
      severity: 'WARN',
      summary: 'commands of {{ $labels.ins }} take {{ $value | humanizeDuration }} on average',
      hint: 'SLOWLOG GET; large keys, or a host that swaps.',
    },
    {
      alert: 'RedisSaveFails',
      expr: 'redis_rdb_last_bgsave_status < 1',
      for: '1m',
      severity: 'WARN',
      summary: '{{ $labels.ins }} cannot save its data',
      hint: 'Memory for the fork, or space on the disk.',
    },
  ],
};

export const minioRules: RuleFile = {
  name: 'minio',
  recordings: [],
  alerts: [
    {
      alert: 'MinioServerDown',
      expr: 'minio_up < 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} is down',
      hint: 'systemctl status silo',
    },
    {
      alert: 'MinioNodeOffline',
      expr: 'max by (job, cls) (minio_cluster_health_nodes_offline_count{job="minio"}) > 0',
      for: '3m',
      severity: 'CRIT',
      summary: '{{ $labels.cls }} misses {{ $value }} nodes',
      hint: 'Backups go there: mcli admin info',
    },
    {
      alert: 'MinioDriveOffline',
      expr: 'max by (job, cls) (minio_cluster_health_drives_offline_count{job="minio"}) > 0',
      for: '3m',
      severity: 'CRIT',
      summary: '{{ $labels.cls }} misses {{ $value }} drives',
      hint: 'Replace them while redundancy lasts.',
    },
    {
      alert: 'MinioErasureSetUnhealthy',
      expr: 'min by (job, cls) (minio_cluster_erasure_set_overall_health{job="minio"}) < 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.cls }} has a set of drives without a write quorum',
      hint: 'Objects of that set cannot be written, perhaps not read. mcli admin info',
    },
    {
      alert: 'MinioCapacityHigh',
      expr: '1 - min by (job, cls) (minio_cluster_health_capacity_usable_free_bytes{job="minio"}) / max by (job, cls) (minio_cluster_health_capacity_usable_total_bytes{job="minio"}) > 0.85',
      for: '15m',
      severity: 'WARN',
      summary: '{{ $labels.cls }} is {{ $value | humanizePercentage }} full',
      hint: 'When it is full, WAL archiving stops and primaries fill up.',
    },
  ],
};

/** What is watched through them is not seen when they are gone: no series of it, so no alert. */
const EXPORTERS = [
  'pg_exporter_agent_up',
  'pgbouncer_exporter_agent_up',
  'pgbackrest_exporter_agent_up',
  'keepalived_exporter_up',
  'agent_up',
];

export const infraRules: RuleFile = {
  name: 'infra',
  recordings: [],
  alerts: [
    {
      alert: 'InfraDown',
      expr: 'infra_up < 1',
      for: '1m',
      severity: 'CRIT',
      summary: '{{ $labels.ins }} is down',
      hint: 'Part of monitoring itself is missing on {{ $labels.ip }}.',
    },
    {
      alert: 'ExporterDown',
      expr: EXPORTERS.map((name) => `${name} < 1`).join(' or '),
      for: '1m',
      severity: 'WARN',
      summary: 'an exporter of {{ $labels.ins }} is down',
      hint: 'What it watches is not seen: {{ $labels.instance }}.',
    },
  ],
};
