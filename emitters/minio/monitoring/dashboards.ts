import { graph, NONE, SHARE, stat, type Dashboard } from '../../toolkit/monitoring/panel.ts';

export const minioBoard: Dashboard = {
  uid: 'minio-overview',
  title: 'Object storage',
  module: 'minio',
  variables: [{ name: 'cls', label: 'Cluster', query: 'label_values(minio_up, cls)' }],
  rows: [
    {
      title: '$cls',
      panels: [
        stat('Servers', 'short', 'sum(minio_up{cls="$cls"})', 'Servers that answer.'),
        stat(
          'Drives offline',
          'short',
          'max(minio_cluster_health_drives_offline_count{cls="$cls"})',
          'Redundancy is lost with each.',
          NONE,
        ),
        stat(
          'Servers offline',
          'short',
          'max(minio_cluster_health_nodes_offline_count{cls="$cls"})',
          'As the others see it.',
          NONE,
        ),
        stat(
          'Used',
          'percentunit',
          '1 - min(minio_cluster_health_capacity_usable_free_bytes{cls="$cls"}) / ' +
            'max(minio_cluster_health_capacity_usable_total_bytes{cls="$cls"})',
          'When it is full, WAL archiving stops.',
          SHARE,
        ),
      ],
    },
    {
      title: 'Health',
      panels: [
        graph(
          'Sets of drives',
          'short',
          'min by (pool_id, set_id) (minio_cluster_erasure_set_overall_health{cls="$cls"})',
          'pool {{pool_id}}, set {{set_id}}',
          '0: no write quorum.',
        ),
        graph(
          'Free',
          'bytes',
          'min by (cls) (minio_cluster_health_capacity_usable_free_bytes{cls="$cls"})',
          '{{cls}}',
          'Space for objects.',
        ),
      ],
    },
  ],
};
