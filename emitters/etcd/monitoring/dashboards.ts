import { graph, SHARE, stat, UP, type Dashboard } from '../../toolkit/monitoring/panel.ts';

export const etcdBoard: Dashboard = {
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
          'etcd:ins:network_peer_rt_p95_5m{cls="$cls"} * on (job, cls, To) group_left (peer) etcd:ins:peer',
          '{{ins}} to {{peer}}',
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
        graph('Changes in a minute', 'short', 'etcd:ins:wpm{cls="$cls"}', '{{ins}}', 'Proposals that were agreed on.'),
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
};
