import type { RuleFile } from '../../toolkit/monitoring/rule.ts';

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
    // The name of the member that a number stands for.
    {
      record: 'etcd:ins:peer',
      expr:
        'max by (job, cls, To, peer) (label_replace(label_replace(etcd_server_id, "To", "$1", "server_id", "(.+)"), ' +
        '"peer", "$1", "ins", "(.+)"))',
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
