import { graph, table, type Dashboard } from '../../../toolkit/monitoring/panel.ts';
import { I, INS } from './common.ts';

/** The busiest twenty: an instance may have thousands. */
const top = (expr: string): string => `topk(20, ${expr})`;

export const tables: Dashboard = {
  uid: 'pgsql-table',
  title: 'Tables and indexes',
  module: 'pgsql',
  variables: [INS],
  rows: [
    {
      title: 'Tables of $ins',
      panels: [
        graph(
          'Scans',
          'ops',
          top(`pg:table:scan_rate1m${I}`),
          '{{datname}} {{relname}}',
          'Sequential and index scans.',
        ),
        graph(
          'Rows read by full scans',
          'ops',
          top(`rate(pg_table_seq_tup_read${I}[5m])`),
          '{{datname}} {{relname}}',
          'Candidates for an index.',
        ),
        graph(
          'Rows changed',
          'ops',
          top(`rate(pg_table_n_tup_mod${I}[5m])`),
          '{{datname}} {{relname}}',
          'Inserted, updated, deleted.',
        ),
        graph('Size', 'bytes', top(`pg_table_size_bytes${I}`), '{{datname}} {{relname}}', 'With indexes and TOAST.'),
      ],
    },
    {
      title: 'Vacuum',
      panels: [
        graph('Dead rows', 'short', top(`pg_table_n_dead_tup${I}`), '{{datname}} {{relname}}', 'Waiting for vacuum.'),
        graph(
          'Oldest rows',
          'short',
          top(`pg_table_age${I} < 2147483647`),
          '{{datname}} {{relname}}',
          'Transactions since the table was frozen; partitioned tables have no rows of their own.',
          [
            [1_000_000_000, 'yellow'],
            [1_700_000_000, 'red'],
          ],
        ),
        graph(
          'Bloat of tables',
          'percentunit',
          top(`pg_table_bloat_ratio${I}`),
          '{{datname}} {{relname}}',
          'Estimated share without rows, of the largest tables.',
          [
            [0.4, 'yellow'],
            [0.7, 'red'],
          ],
        ),
        graph(
          'Bloat of indexes',
          'percentunit',
          top(`pg_index_bloat_ratio${I}`),
          '{{datname}} {{relname}}',
          'Estimated share without entries; REINDEX CONCURRENTLY.',
          [
            [0.5, 'yellow'],
            [0.8, 'red'],
          ],
        ),
      ],
    },
    {
      title: 'Indexes',
      panels: [
        graph('Scans', 'ops', top(`rate(pg_index_idx_scan${I}[5m])`), '{{datname}} {{idxname}}', 'Uses of an index.'),
        graph(
          'Entries read',
          'ops',
          top(`rate(pg_index_idx_tup_read${I}[5m])`),
          '{{datname}} {{idxname}}',
          'Entries that scans returned.',
        ),
        graph(
          'Blocks read',
          'ops',
          top(`rate(pg_index_idx_blks_read${I}[5m])`),
          '{{datname}} {{idxname}}',
          'Not in shared buffers.',
        ),
      ],
    },
  ],
};

export const queries: Dashboard = {
  uid: 'pgsql-query',
  title: 'Statements',
  module: 'pgsql',
  variables: [INS],
  rows: [
    {
      title: 'Statements of $ins, by their id in pg_stat_statements',
      panels: [
        graph(
          'Time',
          'short',
          top(`rate(pg_query_exec_time${I}[1m])`),
          '{{datname}} {{query}}',
          'Seconds a second: what keeps the server busy.',
        ),
        graph('Calls', 'ops', top(`pg:query:call_rate1m${I}`), '{{datname}} {{query}}', 'Calls a second.'),
        graph('Time of a call', 's', top(`pg:query:rt_1m${I} >= 0`), '{{datname}} {{query}}', 'On average.', [
          [0.1, 'yellow'],
          [1, 'red'],
        ]),
      ],
    },
    {
      title: 'Input and output',
      panels: [
        graph(
          'Blocks read',
          'ops',
          top(`rate(pg_query_sblk_read${I}[1m])`),
          '{{datname}} {{query}}',
          'Not in shared buffers.',
        ),
        graph(
          'Waiting for disks',
          'short',
          top(`rate(pg_query_io_time${I}[1m])`),
          '{{datname}} {{query}}',
          'Seconds a second.',
        ),
        graph('WAL', 'Bps', top(`rate(pg_query_wal_bytes${I}[1m])`), '{{datname}} {{query}}', 'Who writes it.'),
      ],
    },
    {
      title: 'Now',
      panels: [
        table(
          'Most time in the last 5 minutes',
          's',
          top(`sum by (datname, query) (increase(pg_query_exec_time${I}[5m]))`),
          'SELECT query FROM pg_stat_statements WHERE queryid = … shows the text.',
        ),
      ],
    },
  ],
};
