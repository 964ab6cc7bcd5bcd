import { graph, NONE, stat, table, type Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { BACKUP_AGE } from './common.ts';

const FIRING = 'ALERTS{alertstate="firing", category="pgsql"}';
const severity = (word: string): string =>
  `count(ALERTS{alertstate="firing", category="pgsql", severity="${word}"}) or vector(0)`;

export const alertBoard: Dashboard = {
  uid: 'pgsql-alert',
  title: 'PostgreSQL alerts',
  module: 'pgsql',
  variables: [],
  drill: { uid: 'pgsql-cluster', title: 'Open the cluster', label: 'cls' },
  rows: [
    {
      title: 'Now',
      panels: [
        stat('Critical', 'short', severity('CRIT'), 'Of databases, poolers and backups: they page somebody.', NONE),
        stat('Warnings', 'short', severity('WARN'), 'To look at today.', [[1, 'yellow']]),
        stat('Noted', 'short', severity('INFO'), 'What happened, such as a failover or a restart.'),
        stat(
          'Pending',
          'short',
          'count(ALERTS{alertstate="pending", category="pgsql"}) or vector(0)',
          'They hold, but not yet for as long as they must to fire.',
          [[1, 'yellow']],
        ),
      ],
    },
    {
      title: 'Firing and pending',
      panels: [
        table(
          'Alerts',
          'short',
          'sum by (alertstate, severity, alertname, cls, ins, ip) (ALERTS{category="pgsql"})',
          'What fires or is about to, and for whom; the alert says what to look at first.',
        ),
      ],
    },
    {
      title: 'Over time',
      panels: [
        graph('By cluster', 'short', `count by (cls) (${FIRING})`, '{{cls}}', 'Alerts that fire, of every severity.'),
        graph(
          'By alert',
          'short',
          `count by (severity, alertname) (${FIRING})`,
          '{{severity}} {{alertname}}',
          'For how many instances or databases each fires.',
        ),
        graph(
          'Instances down',
          'short',
          'count by (cls) (pg_up) - sum by (cls) (pg_up)',
          '{{cls}}',
          'Servers that do not answer their exporter: PostgresDown.',
          NONE,
        ),
      ],
    },
    {
      title: 'How far to an alert',
      panels: [
        graph(
          'Connections',
          'percentunit',
          'max by (cls) (pg:ins:conn_usage)',
          '{{cls}}',
          'Share of max_connections: PostgresConnectionsHigh.',
          [
            [0.7, 'yellow'],
            [0.8, 'red'],
          ],
        ),
        graph(
          'Lag',
          'bytes',
          'max by (cls) (pg:ins:lag_bytes)',
          '{{cls}}',
          'WAL the slowest standby has to replay: PostgresReplicationLag.',
          [[16_777_216, 'red']],
        ),
        graph(
          'Held by slots',
          'bytes',
          'max by (cls) (pg:ins:slot_retained_bytes)',
          '{{cls}}',
          'WAL kept for a consumer: PostgresSlotRetention.',
          [[17_179_869_184, 'red']],
        ),
        graph(
          'Transaction ids',
          'percentunit',
          'max by (cls) (pg:ins:age)',
          '{{cls}}',
          'Share that is used; at 1 nothing can be written: PostgresWraparound.',
          [
            [0.5, 'yellow'],
            [0.8, 'red'],
          ],
        ),
      ],
    },
    {
      title: 'Pools and backups',
      panels: [
        graph(
          'Clients waiting',
          'short',
          'max by (cls) (pgbouncer:db:waiting_clients)',
          '{{cls}}',
          'Of the database with the most: PgbouncerClientsWait.',
          [[2, 'red']],
        ),
        graph(
          'Time of a query',
          's',
          'max by (cls) (pgbouncer:db:query_rt_1m)',
          '{{cls}}',
          'On average, of the slowest database: PgbouncerQuerySlow.',
          [[0.1, 'red']],
        ),
        graph(
          'Last backup',
          's',
          'min by (cls) (pgbackrest_backup_since_last_completion_seconds)',
          '{{cls}}',
          'Age of the newest: BackupTooOld.',
          BACKUP_AGE,
        ),
        graph(
          'Archiving fails',
          'short',
          'sum by (cls) (increase(pg_archiver_failed_count[10m]))',
          '{{cls}}',
          'Attempts in 10 minutes: WalArchivingFails.',
          NONE,
        ),
      ],
    },
  ],
};
