import { graph, NONE, ONE, SHARE, stat, UP, type Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { BACKUP_AGE, C, CLS, I, INS, INSTANCE } from './common.ts';

export const pool: Dashboard = {
  uid: 'pgsql-pool',
  title: 'Connection pools',
  module: 'pgsql',
  variables: [INS],
  rows: [
    {
      title: 'Pool of $ins',
      panels: [
        stat('Up', 'bool_yes_no', `pgbouncer_up${I}`, 'While it answers.', UP),
        stat('Clients waiting', 'short', `pgbouncer:ins:waiting_clients${I}`, 'Without a server connection.', NONE),
        stat('Longest wait', 's', `pgbouncer:ins:maxwait${I}`, 'Of a client now.', [
          [1, 'yellow'],
          [5, 'red'],
        ]),
        stat('Queries', 'ops', `pgbouncer:ins:query_rate1m${I}`, 'Statements a second.'),
      ],
    },
    {
      title: 'Queries',
      panels: [
        graph('Queries', 'ops', `pgbouncer:db:query_rate1m${I}`, '{{datname}}', 'Statements a second.'),
        graph('Time of a query', 's', `pgbouncer:db:query_rt_1m${I}`, '{{datname}}', 'On average.', [
          [0.1, 'yellow'],
          [1, 'red'],
        ]),
        graph(
          'Time of a transaction',
          's',
          `pgbouncer:db:xact_rt_1m${I}`,
          '{{datname}}',
          'A server connection is taken that long.',
          [[1, 'yellow']],
        ),
      ],
    },
    {
      title: 'Connections',
      panels: [
        graph(
          'Servers in use',
          'short',
          `pgbouncer:db:active_servers${I}`,
          '{{datname}}',
          'Connections to PostgreSQL with a client.',
        ),
        graph(
          'Pool used',
          'percentunit',
          `max by (datname) (pgbouncer:db:conn_usage${I})`,
          '{{datname}}',
          'Share of the pool size; above it clients wait.',
          SHARE,
        ),
        graph('Clients', 'short', `pgbouncer:db:active_clients${I}`, '{{datname}}', 'With a server connection.'),
      ],
    },
  ],
};

export const patroni: Dashboard = {
  uid: 'pgsql-patroni',
  title: 'Patroni',
  module: 'pgsql',
  variables: [CLS],
  drill: INSTANCE,
  rows: [
    {
      title: '$cls',
      panels: [
        stat('Leaders', 'short', `patroni:cls:primary_count${C}`, 'One; two is a split brain.', ONE),
        stat('Paused', 'bool_yes_no', `max(patroni_is_paused${C}) or vector(0)`, 'Nobody takes over.', NONE),
        stat(
          'Fail-safe',
          'bool_yes_no',
          `max(patroni_failsafe_mode_is_active${C}) or vector(0)`,
          'While etcd cannot be reached.',
          NONE,
        ),
        stat(
          'Wait for a restart',
          'short',
          `sum(patroni_pending_restart${C}) or vector(0)`,
          'A changed setting needs one.',
          [[1, 'yellow']],
        ),
      ],
    },
    {
      title: 'Members',
      panels: [
        graph('Running', 'short', `patroni_postgres_running${C}`, '{{ins}}', '0: the server is stopped.'),
        graph('Replica', 'short', `patroni_replica${C}`, '{{ins}}', '1 follows the leader.'),
        graph('Synchronous standby', 'short', `patroni_sync_standby${C}`, '{{ins}}', '1: commits wait for it.'),
      ],
    },
    {
      title: 'Store and timeline',
      panels: [
        graph(
          'Store seen',
          's',
          `time() - patroni_dcs_last_seen${C}`,
          '{{ins}}',
          'At the time to live of the lease the leader steps down.',
          [
            [20, 'yellow'],
            [30, 'red'],
          ],
        ),
        graph('Timeline', 'none', `patroni_postgres_timeline${C}`, '{{ins}}', 'A step up is a failover or switchover.'),
        graph('Server version', 'none', `patroni_postgres_server_version${C}`, '{{ins}}', 'Members must agree.'),
      ],
    },
  ],
};

export const backup: Dashboard = {
  uid: 'pgsql-backup',
  title: 'Backups',
  module: 'pgsql',
  variables: [],
  drill: { uid: 'pgsql-cluster', title: 'Open the cluster', label: 'cls' },
  rows: [
    {
      title: 'All clusters',
      panels: [
        stat(
          'Oldest',
          's',
          'max(min by (cls) (pgbackrest_backup_since_last_completion_seconds))',
          'Age of the newest backup of the cluster that is worst off.',
          BACKUP_AGE,
        ),
        stat(
          'With a problem',
          'short',
          'count(pgbackrest:cls:status > 0) or vector(0)',
          'What it is, pgbackrest info on the leader says.',
          NONE,
        ),
        stat(
          'Archiving fails',
          'short',
          'count(increase(pg_archiver_failed_count[10m]) > 0) or vector(0)',
          'Instances whose WAL is not archived.',
          NONE,
        ),
      ],
    },
    {
      title: 'Backups',
      panels: [
        graph(
          'Age of the newest',
          's',
          'min by (cls) (pgbackrest_backup_since_last_completion_seconds)',
          '{{cls}}',
          'Full, differential or incremental.',
          BACKUP_AGE,
        ),
        graph(
          'State',
          'short',
          'pgbackrest:cls:status',
          '{{cls}}',
          'Of the repository of the leader; 0 is well.',
          NONE,
        ),
        graph(
          'WAL archived',
          'short',
          'sum by (cls) (increase(pg_archiver_finish_count[10m]))',
          '{{cls}}',
          'Segments in 10 minutes.',
        ),
      ],
    },
  ],
};
