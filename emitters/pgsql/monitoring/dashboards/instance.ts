import { graph, NONE, SHARE, stat, UP, type Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { I, INS, OWN } from './common.ts';

export const instance: Dashboard = {
  uid: 'pgsql-instance',
  title: 'PostgreSQL instance',
  module: 'pgsql',
  variables: [INS],
  rows: [
    {
      title: '$ins',
      panels: [
        stat('Up', 'bool_yes_no', `pg_up${I}`, 'While the server answers its exporter.', UP),
        stat('Primary', 'bool_yes_no', `max(pg:ins:is_leader${I})`, 'Whether it takes writes.'),
        stat('Up for', 's', `pg_uptime${I}`, 'Since the server was started.'),
        stat('Connections', 'percentunit', `pg:ins:conn_usage${I}`, 'Share of max_connections.', SHARE),
        stat('Hits', 'percentunit', `pg:ins:blks_hit_ratio1m${I} >= 0`, 'Blocks that were in shared buffers.'),
        stat('Transaction ids used', 'percentunit', `pg:ins:age${I}`, 'At 1 the server stops writing.', SHARE),
      ],
    },
    {
      title: 'Load',
      panels: [
        graph('Transactions', 'ops', `pg:ins:xact_total_rate1m${I}`, 'transactions', 'Commits and rollbacks a second.'),
        graph(
          'Rolled back',
          'ops',
          `pg:ins:xact_rollback_rate1m${I}`,
          'rollbacks',
          'Errors of applications; see the log.',
        ),
        graph('Active sessions per CPU', 'short', `pg:ins:load1${I}`, 'last minute', 'Above 1 statements wait.', [
          [1, 'yellow'],
          [2, 'red'],
        ]),
        graph('Rows changed', 'ops', `pg:ins:tup_modified_rate1m${I}`, 'rows', 'Inserted, updated, deleted.'),
      ],
    },
    {
      title: 'WAL and checkpoints',
      panels: [
        graph('WAL', 'Bps', `pg:ins:lsn_rate1m${I}`, 'written or replayed', 'Growth of the position.'),
        graph(
          'Checkpoints in an hour',
          'short',
          `pg:ins:ckpt_1h${I}`,
          'checkpoints',
          'Many mean that max_wal_size is small.',
          [[30, 'yellow']],
        ),
        graph('Buffers written', 'ops', `pg:ins:buf_flush_checkpoint_rate1m${I}`, 'by checkpoints', 'Blocks a second.'),
        graph(
          'WAL not archived',
          'short',
          `increase(pg_archiver_failed_count${I}[10m])`,
          'failures in 10 minutes',
          'Nothing after the last archived segment can be restored.',
          NONE,
        ),
      ],
    },
    {
      title: 'Files',
      panels: [
        graph('Databases', 'bytes', `pg:ins:db_size${I}`, 'databases', 'Size of all databases.'),
        graph('WAL', 'bytes', `pg:ins:wal_size${I}`, 'pg_wal', 'Held by slots, failing archiving, or wal_keep_size.'),
        graph(
          'Temporary files',
          'Bps',
          `pg:ins:temp_bytes_rate1m${I}`,
          'written',
          'Sorts and hashes that do not fit work_mem.',
        ),
        graph(
          'Checksum failures',
          'short',
          `sum by (datname) (pg_db_cks_fails${I})`,
          '{{datname}}',
          'Blocks that the disk gave back damaged.',
          NONE,
        ),
      ],
    },
  ],
};

export const sessions: Dashboard = {
  uid: 'pgsql-session',
  title: 'Sessions and locks',
  module: 'pgsql',
  variables: [INS],
  rows: [
    {
      title: 'Sessions of $ins',
      panels: [
        graph('By state', 'short', `sum by (state) (pg_activity_count${I})`, '{{state}}', 'Sessions by what they do.'),
        graph(
          'Idle in a transaction',
          'short',
          `pg:db:ixact_backends${I}`,
          '{{datname}}',
          'They hold locks and keep vacuum from cleaning up.',
          [[5, 'yellow']],
        ),
        graph(
          'Longest statement',
          's',
          `clamp_min(max by (datname) (pg_activity_max_duration{ins="$ins", state="active"}), 0)`,
          '{{datname}}',
          'Age of the oldest running statement.',
          [
            [300, 'yellow'],
            [3600, 'red'],
          ],
        ),
        graph(
          'Longest transaction',
          's',
          `clamp_min(max by (datname) (pg_activity_max_tx_duration${I}), 0)`,
          '{{datname}}',
          'Age of the oldest transaction.',
          [
            [600, 'yellow'],
            [3600, 'red'],
          ],
        ),
      ],
    },
    {
      title: 'Waits',
      panels: [
        graph(
          'At work and waiting',
          'short',
          'sum by (event) (pg_wait_count{ins="$ins", event!~"Activity|Client"})',
          '{{event}}',
          'What processes at work wait for; Running wait for nothing. Those that wait for clients or for work are left out.',
        ),
        graph(
          'Time in statements',
          'short',
          `pg:db:active_time_rate1m{ins="$ins", ${OWN}}`,
          '{{datname}}',
          'Seconds a second: sessions at work on average.',
        ),
        graph(
          'Time idle in transactions',
          'percentunit',
          `pg:db:ixact_ratio_1m{ins="$ins", ${OWN}} >= 0`,
          '{{datname}}',
          'Share of the time in transactions that does nothing.',
          SHARE,
        ),
        graph('Processes', 'short', `sum by (type) (pg_backend_count${I})`, '{{type}}', 'Server processes by kind.'),
      ],
    },
    {
      title: 'Locks',
      panels: [
        graph('By mode', 'short', `sum by (mode) (pg_lock_count${I})`, '{{mode}}', 'Locks held and waited for.'),
        graph(
          'Of writers',
          'short',
          `pg:db:wlock_count${I}`,
          '{{datname}}',
          'Row locks of statements that change rows.',
        ),
        graph('Exclusive', 'short', `pg:db:xlock_count${I}`, '{{datname}}', 'Of DDL and explicit locks: others wait.', [
          [1, 'yellow'],
        ]),
        graph(
          'Deadlocks',
          'short',
          `increase(pg_db_deadlocks{ins="$ins", ${OWN}}[5m])`,
          '{{datname}}',
          'Transactions that were aborted in 5 minutes.',
          NONE,
        ),
      ],
    },
  ],
};
