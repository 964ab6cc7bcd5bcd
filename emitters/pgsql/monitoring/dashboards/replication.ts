import { graph, SHARE, type Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { C, CLS, I, INS, INSTANCE, LAG, OWN } from './common.ts';

/** What is done in databases; templates only take space and age. */
const D = `{ins="$ins", ${OWN}}`;

export const replication: Dashboard = {
  uid: 'pgsql-replication',
  title: 'Replication',
  module: 'pgsql',
  variables: [CLS],
  drill: INSTANCE,
  rows: [
    {
      title: 'Standbys of $cls',
      panels: [
        graph('Lag', 'bytes', `pg:ins:lag_bytes${C}`, '{{ins}}', 'WAL to be replayed, as the sender sees it.', LAG),
        graph('Lag in time', 's', `pg:ins:lag_seconds${C}`, '{{ins}}', 'Age of what is replayed.', [
          [1, 'yellow'],
          [10, 'red'],
        ]),
        graph(
          'Streaming',
          'short',
          `pg_downstream_count{cls="$cls", state="streaming"}`,
          '{{ins}}',
          'Standbys that each sender has.',
        ),
      ],
    },
    {
      title: 'Senders',
      panels: [
        graph(
          'Not sent',
          'bytes',
          `clamp_min(max by (appname) (pg_repl_sent_diff${C}), 0)`,
          '{{appname}}',
          'WAL the network has not taken yet.',
        ),
        graph(
          'Not flushed',
          'bytes',
          `clamp_min(max by (appname) (pg_repl_flush_diff${C}), 0)`,
          '{{appname}}',
          'WAL that is not safe on the standby.',
        ),
        graph(
          'Synchronous',
          'short',
          `max by (appname) (pg_repl_sync_state${C})`,
          '{{appname}}',
          '0 asynchronous, 1 next in line; 2 and 3: commits wait for it.',
        ),
      ],
    },
    {
      title: 'Slots',
      panels: [
        graph(
          'WAL held',
          'bytes',
          `max by (ins, slot_name) (pg_slot_retained_bytes${C})`,
          '{{ins}} {{slot_name}}',
          'A consumer that is gone fills the disk.',
          [[17_179_869_184, 'red']],
        ),
        graph(
          'Active',
          'short',
          `min by (ins, slot_name) (pg_slot_active${C} and on (ins) pg_in_recovery == 0)`,
          '{{ins}} {{slot_name}}',
          'Slots of the leader; 0: nobody reads it.',
        ),
        graph('WAL of the primary', 'Bps', `pg:cls:lsn_rate1m${C}`, '{{cls}}', 'What standbys have to keep up with.'),
      ],
    },
  ],
};

export const database: Dashboard = {
  uid: 'pgsql-database',
  title: 'Databases',
  module: 'pgsql',
  variables: [INS],
  rows: [
    {
      title: 'Databases of $ins',
      panels: [
        graph('Transactions', 'ops', `pg:db:xact_total_rate1m${D}`, '{{datname}}', 'Commits and rollbacks a second.'),
        graph('Sessions', 'short', `pg:db:num_backends${D}`, '{{datname}}', 'Connections.'),
        graph(
          'Connections',
          'percentunit',
          `pg:db:conn_usage${D}`,
          '{{datname}}',
          'Share of the limit of the database, or of the server.',
          SHARE,
        ),
        graph('Size', 'bytes', `pg:db:db_size${I}`, '{{datname}}', 'Files of the database.'),
      ],
    },
    {
      title: 'Work',
      panels: [
        graph(
          'Rows returned',
          'ops',
          `pg:db:tup_returned_rate1m${D}`,
          '{{datname}}',
          'Read by scans: many with few fetched means missing indexes.',
        ),
        graph('Rows fetched', 'ops', `pg:db:tup_fetched_rate1m${D}`, '{{datname}}', 'Read through indexes.'),
        graph('Rows changed', 'ops', `pg:db:tup_modified_rate1m${D}`, '{{datname}}', 'Inserted, updated, deleted.'),
        graph(
          'Hits',
          'percentunit',
          `pg:db:blks_hit_ratio1m${D} >= 0`,
          '{{datname}}',
          'Blocks that were in shared buffers.',
        ),
      ],
    },
    {
      title: 'Trouble',
      panels: [
        graph(
          'Transaction ids used',
          'percentunit',
          `pg:db:age${I}`,
          '{{datname}}',
          'Vacuum is held back by long transactions and slots.',
          SHARE,
        ),
        graph(
          'Temporary files',
          'Bps',
          `pg:db:temp_bytes_rate1m${D}`,
          '{{datname}}',
          'Sorts and hashes that do not fit work_mem.',
        ),
        graph(
          'Conflicts',
          'ops',
          `rate(pg_db_conflicts${D}[5m])`,
          '{{datname}}',
          'Queries of a standby that replay has cancelled.',
          [[0.01, 'yellow']],
        ),
        graph(
          'Rolled back',
          'ops',
          `pg:db:xact_rollback_rate1m${D}`,
          '{{datname}}',
          'Errors of applications; see the log.',
        ),
      ],
    },
  ],
};
