import type { RuleFile } from '../../toolkit/monitoring/rule.ts';

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
      expr:
        '1 - min by (job, cls) (minio_cluster_health_capacity_usable_free_bytes{job="minio"}) / max by (job, cls) ' +
        '(minio_cluster_health_capacity_usable_total_bytes{job="minio"}) > 0.85',
      for: '15m',
      severity: 'WARN',
      summary: '{{ $labels.cls }} is {{ $value | humanizePercentage }} full',
      hint: 'When it is full, WAL archiving stops and primaries fill up.',
    },
  ],
};
