import { graph, NONE, ONE, SHARE, stat, type Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { BACKUP_AGE, C, CLS, INSTANCE, LAG } from './common.ts';

export const overview: Dashboard = {
  uid: 'pgsql-overview',
  title: 'PostgreSQL clusters',
  module: 'pgsql',
  variables: [],
  drill: { uid: 'pgsql-cluster', title: 'Open the cluster', label: 'cls' },
  rows: [
    {
      title: 'All clusters',
      panels: [
        stat('Clusters', 'short', 'count(pg:cls:size)', 'Clusters that are scraped.'),
        stat('Instances running', 'short', 'sum(patroni:cls:running_count)', 'Servers that answer to Patroni.'),
        stat(
          'Without primary',
          'short',
          'count(patroni:cls:primary_count < 1) or vector(0)',
          'Nothing can be written there.',
          NONE,
        ),
        stat('Transactions', 'ops', 'sum(pg:env:xact_total_rate1m)', 'Commits and rollbacks a second.'),
        stat(
          'Largest lag',
          'bytes',
          'max(pg:env:lag_bytes) or vector(0)',
          'WAL the slowest standby has to replay.',
          LAG,
        ),
        stat('Transaction ids used', 'percentunit', 'max(pg:env:age)', 'At 1 the cluster stops writing.', SHARE),
      ],
    },
    {
      title: 'Load',
      panels: [
        graph('Transactions', 'ops', 'pg:cls:xact_total_rate1m', '{{cls}}', 'Commits and rollbacks a second.'),
        graph(
          'Active sessions per CPU',
          'short',
          'pg:cls:load1',
          '{{cls}}',
          'Time spent in statements; above 1 they wait for CPU or something else.',
          [
            [1, 'yellow'],
            [2, 'red'],
          ],
        ),
        graph('Connections', 'short', 'pg:cls:num_backends', '{{cls}}', 'Sessions of all databases.'),
      ],
    },
    {
      title: 'Safety',
      panels: [
        graph('Replication lag', 'bytes', 'pg:cls:lag_bytes', '{{cls}}', 'The slowest standby of each cluster.', LAG),
        graph('WAL written', 'Bps', 'pg:cls:lsn_rate1m', '{{cls}}', 'By the primary.'),
        graph(
          'WAL held by slots',
          'bytes',
          'pg:cls:slot_retained_bytes',
          '{{cls}}',
          'A consumer that is gone fills the disk.',
          [[17_179_869_184, 'red']],
        ),
      ],
    },
  ],
};

export const cluster: Dashboard = {
  uid: 'pgsql-cluster',
  title: 'PostgreSQL cluster',
  module: 'pgsql',
  variables: [CLS],
  drill: INSTANCE,
  rows: [
    {
      title: '$cls',
      panels: [
        stat('Primaries', 'short', `patroni:cls:primary_count${C}`, 'One; two is a split brain.', ONE),
        stat('Running', 'short', `patroni:cls:running_count${C}`, 'Servers that run.'),
        stat(
          'Lag',
          'bytes',
          `max(patroni:ins:lag_bytes${C}) or vector(0)`,
          'WAL the slowest standby has to replay.',
          LAG,
        ),
        stat('Transaction ids used', 'percentunit', `max(pg:ins:age${C})`, 'At 1 the cluster stops writing.', SHARE),
        stat(
          'Last backup',
          's',
          `min(pgbackrest_backup_since_last_completion_seconds${C})`,
          'Age of the newest backup.',
          BACKUP_AGE,
        ),
        stat(
          'Paused',
          'bool_yes_no',
          `max(patroni_is_paused${C}) or vector(0)`,
          'While paused nobody takes over.',
          NONE,
        ),
      ],
    },
    {
      title: 'High availability',
      panels: [
        graph('Role', 'short', `patroni_primary${C} or patroni_master${C}`, '{{ins}}', '1 is the primary.'),
        graph('Timeline', 'none', `patroni_postgres_timeline${C}`, '{{ins}}', 'A step up is a failover or switchover.'),
        graph('To replay', 'bytes', `patroni:ins:lag_bytes${C}`, '{{ins}}', 'WAL a standby has to replay.', LAG),
      ],
    },
    {
      title: 'Load',
      panels: [
        graph('Transactions', 'ops', `pg:ins:xact_total_rate1m${C}`, '{{ins}}', 'Commits and rollbacks a second.'),
        graph('Connections', 'percentunit', `pg:ins:conn_usage${C}`, '{{ins}}', 'Share of max_connections.', SHARE),
        graph('CPU', 'percentunit', `pg:ins:cpu_usage_1m${C}`, '{{ins}}', 'Of the host of each instance.', SHARE),
      ],
    },
    {
      title: 'Pool and services',
      panels: [
        graph('Queries through the pool', 'ops', `pgbouncer:ins:query_rate1m${C}`, '{{ins}}', 'Statements a second.'),
        graph(
          'Clients waiting',
          'short',
          `pgbouncer:ins:waiting_clients${C}`,
          '{{ins}}',
          'Clients without a server connection.',
          [
            [1, 'yellow'],
            [5, 'red'],
          ],
        ),
        graph(
          'Servers up by service',
          'short',
          'min by (proxy) (sum by (proxy, ins) (haproxy_server_status{cls="$cls", state="UP", proxy!="stats"}))',
          '{{proxy}}',
          'Servers that pass their health check, as the balancer sees it that has the fewest.',
        ),
      ],
    },
    {
      title: 'Storage',
      panels: [
        graph('Size', 'bytes', `pg:ins:db_size${C}`, '{{ins}}', 'All databases.'),
        graph(
          'WAL held by slots',
          'bytes',
          `pg:ins:slot_retained_bytes${C}`,
          '{{ins}}',
          'A consumer that is gone fills the disk.',
          [[17_179_869_184, 'red']],
        ),
        graph(
          'Fullest file system',
          'percentunit',
          `pg:ins:space_usage${C}`,
          '{{ins}}',
          'Of the host of each instance.',
          SHARE,
        ),
      ],
    },
  ],
};
