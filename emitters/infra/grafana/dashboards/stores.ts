import { graph, NONE, SHARE, stat, table, UP, type Dashboard } from './panel.ts';

export const storeBoards: readonly Dashboard[] = [
  {
    uid: 'etcd-overview',
    title: 'etcd',
    module: 'etcd',
    variables: [{ name: 'cls', label: 'Cluster', query: 'label_values(etcd_up, cls)' }],
    rows: [
      {
        title: '$cls',
        panels: [
          stat('Members', 'short', 'etcd:cls:members_up{cls="$cls"}', 'Members that answer.'),
          stat(
            'Has a leader',
            'bool_yes_no',
            'min(etcd_server_has_leader{cls="$cls"})',
            'Without one no cluster can fail over.',
            UP,
          ),
          stat('Quota used', 'percentunit', 'etcd:cls:quota_usage{cls="$cls"}', 'At 1 it refuses writes.', SHARE),
          stat(
            'Changes of leader',
            'short',
            'max(increase(etcd_server_leader_changes_seen_total{cls="$cls"}[1h]))',
            'In the last hour.',
            [[2, 'yellow']],
          ),
        ],
      },
      {
        title: 'Time',
        panels: [
          graph(
            'Flush of the log',
            's',
            'etcd:ins:wal_fsync_rt_p95_5m{cls="$cls"}',
            '{{ins}}',
            'A slow disk changes leaders.',
            [
              [0.01, 'yellow'],
              [0.05, 'red'],
            ],
          ),
          graph('Commit', 's', 'etcd:ins:backend_commit_rt_p95_5m{cls="$cls"}', '{{ins}}', 'Of the database file.', [
            [0.025, 'yellow'],
            [0.1, 'red'],
          ]),
          graph(
            'Between members',
            's',
            'etcd:ins:network_peer_rt_p95_5m{cls="$cls"}',
            '{{ins}} to {{To}}',
            'Round trips.',
            [
              [0.05, 'yellow'],
              [0.2, 'red'],
            ],
          ),
        ],
      },
      {
        title: 'Work',
        panels: [
          graph('Requests in a minute', 'short', 'etcd:ins:rpm{cls="$cls"}', '{{ins}}', 'Of clients.'),
          graph(
            'Changes in a minute',
            'short',
            'etcd:ins:wpm{cls="$cls"}',
            '{{ins}}',
            'Proposals that were agreed on.',
          ),
          graph(
            'Size',
            'bytes',
            'etcd_mvcc_db_total_size_in_bytes{cls="$cls"}',
            '{{ins}}',
            'Compaction and defragmentation shrink it.',
          ),
        ],
      },
    ],
  },
  {
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
            '1 - min(minio_cluster_health_capacity_usable_free_bytes{cls="$cls"}) / max(minio_cluster_health_capacity_usable_total_bytes{cls="$cls"})',
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
  },
  {
    uid: 'infra-overview',
    title: 'Monitoring itself',
    module: 'infra',
    variables: [],
    rows: [
      {
        title: 'Targets',
        panels: [
          stat('Targets', 'short', 'count(up)', 'Programs that are scraped.'),
          stat('Down', 'short', 'count(up < 1) or vector(0)', 'Programs that do not answer.', NONE),
          stat(
            'Infra programs down',
            'short',
            'count(infra_up < 1) or vector(0)',
            'Part of monitoring is missing.',
            NONE,
          ),
          stat(
            'Exporters down',
            'short',
            'count(agent_up < 1 or pg_exporter_agent_up < 1 or pgbouncer_exporter_agent_up < 1 or keepalived_exporter_up < 1) or vector(0)',
            'What they watch is not seen.',
            NONE,
          ),
        ],
      },
      {
        title: 'Scrapes',
        panels: [
          graph('Time', 's', 'max by (job) (scrape_duration_seconds)', '{{job}}', 'The slowest target of each job.', [
            [5, 'yellow'],
            [8, 'red'],
          ]),
          graph(
            'Series',
            'short',
            'sum by (job) (scrape_samples_scraped)',
            '{{job}}',
            'Samples of one scrape of all targets.',
          ),
          graph('Answering', 'percentunit', 'avg by (job) (up)', '{{job}}', 'Share of the targets.'),
        ],
      },
      {
        title: 'Not answering',
        panels: [table('Targets', 'short', 'up < 1', 'The address is the label instance.')],
      },
    ],
  },
];
