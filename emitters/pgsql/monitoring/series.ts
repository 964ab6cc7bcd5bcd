import type { Recording } from '../../toolkit/monitoring/rule.ts';
import { combined, family, rates, stray, type Level } from '../../toolkit/monitoring/family.ts';

const DB: readonly Level[] = ['db', 'ins', 'cls'];
const ALL: readonly Level[] = ['db', 'ins', 'cls', 'env'];
const CLUSTERS: readonly Level[] = ['ins', 'cls'];
const WINDOWS = ['1m', '5m', '15m'];
const MINUTES = ['1', '5', '15'];

const one = (record: string, expr: string): Recording => ({ record: `pg:${record}`, expr });

/** A sender names its receiver in application_name: lag is a property of the receiver, and its address is not the sender's. */
const byReceiver = (metric: string): string =>
  `max without (address, appname, usename, pid, instance, ip) (label_replace(${metric}{appname!~"walreceiver|pg_receivewal"}, ` +
  '"ins", "$1", "appname", "(.+)"))';

/** A measure of the host, with the labels of each instance on it. */
const ofHost = (expr: string): string => `${expr} + on (ip) group_right () pg_up * 0`;

/** Patroni 4 calls it primary, before that it was master. */
const PRIMARY = '(patroni_primary or patroni_master)';

const topology: readonly Recording[] = [
  one('ins:is_leader', '1 - pg_in_recovery'),
  one('ins:status', 'pg_up * 2 + (1 - pg_in_recovery)'),
  one('ins:timeline', 'pg_checkpoint_tli'),
  one('cls:timeline', 'max by (job, cls) (pg_checkpoint_tli)'),
  one('cls:size', 'count by (job, cls) (count by (job, cls, ins) (up{job="pgsql"}))'),
  one('ins:target_count', 'count by (job, cls, ins) (up{job="pgsql"})'),
  one('cls:alive_count', 'count by (job, cls) (count by (job, cls, ins) (pg_up == 1))'),
  one('cls:primary_count', 'sum by (job, cls) (1 - max by (job, cls, ins) (pg_in_recovery))'),
  one('cls:replica_count', 'sum by (job, cls) (max by (job, cls, ins) (pg_in_recovery))'),
  one('cls:partition', 'count by (job, cls) (pg_in_recovery == 0)'),
  // A sender goes on while its position and those of its receivers are read one after the other.
  ...family('pg', 'lag_bytes', ['ins', 'cls', 'env'], `clamp_min(${byReceiver('pg_repl_replay_diff')}, 0)`, 'max'),
  ...family('pg', 'lag_seconds', ['ins', 'cls', 'env'], byReceiver('pg_repl_replay_lag'), 'max'),
  one('cls:slot_count', 'count by (job, cls) (pg_slot_active)'),
  ...family('pg', 'slot_retained_bytes', CLUSTERS, 'max without (slot_name) (pg_slot_retained_bytes)', 'max'),
  ...family('pg', 'age', ALL, 'pg_db_age / 2147483647', 'max').map(withoutTemplates),
  one('db:age_deriv1h', 'deriv(pg_db_age[1h])'),
  // The same facts seen by Patroni, which every platform can scrape.
  { record: 'patroni:cls:primary_count', expr: `sum by (job, cls) (${PRIMARY})` },
  { record: 'patroni:cls:running_count', expr: 'sum by (job, cls) (patroni_postgres_running)' },
  // Members with repositories of their own have backups where they led.
  {
    record: 'pgbackrest:cls:status',
    expr: `max by (job, cls) (pgbackrest_stanza_status and on (job, cls, ins) ${PRIMARY} == 1)`,
  },
  {
    record: 'patroni:ins:lag_bytes',
    expr:
      'clamp_min(max by (job, cls) (patroni_xlog_location) - on (job, cls) group_right () ' +
      `(patroni_xlog_replayed_location unless ${PRIMARY} == 1), 0)`,
  },
];

/** Templates are not written to, so they do not say how much is left. */
function withoutTemplates(rule: Recording): Recording {
  return { ...rule, expr: rule.expr.replace('(pg:db:age)', '(pg:db:age{datname!~"template[0-9]"})') };
}

const activity: readonly Recording[] = [
  ...['xact_commit', 'xact_rollback', 'xact_total', 'ixact_time', 'active_time'].flatMap((measure) =>
    rates('pg', measure, ALL, `pg_db_${measure}`, WINDOWS),
  ),
  ...rates('pg', 'session_time', ALL, 'pg_db_session_time'),
  ...stray('pg', 'xact_total_sigma15m', 'xact_total_rate1m', ALL),
  ...WINDOWS.flatMap((window) =>
    combined(
      'pg',
      `ixact_ratio_${window}`,
      ALL,
      'A / (A + B)',
      `ixact_time_rate${window}`,
      `active_time_rate${window}`,
    ),
  ),
  ...family('pg', 'num_backends', DB, 'pg_db_numbackends'),
  ...family('pg', 'active_backends', ALL, 'sum without (state) (pg_activity_count{state="active"})'),
  ...family('pg', 'ixact_backends', ALL, 'sum without (state) (pg_activity_count{state=~"idle in.*"})'),
  one('ins:conn_limit', 'pg_setting_max_connections'),
  one('ins:conn_usage', 'pg:ins:num_backends / pg:ins:conn_limit'),
  one('db:conn_limit', 'pg_db_conn_limit >= 0 or pg_db_conn_limit * 0 + on (cls, ins) group_left () pg:ins:conn_limit'),
  one('db:conn_usage', 'pg:db:num_backends / pg:db:conn_limit'),
  ...family('pg', 'lock_count', DB, 'sum without (mode) (pg_lock_count)'),
  ...family('pg', 'rlock_count', DB, 'sum without (mode) (pg_lock_count{mode="AccessShareLock"})'),
  ...family('pg', 'wlock_count', DB, 'sum without (mode) (pg_lock_count{mode=~"Row(Share|Exclusive)Lock"})'),
  ...family(
    'pg',
    'xlock_count',
    DB,
    'sum without (mode) (pg_lock_count{mode!~"AccessShareLock|Row(Share|Exclusive)Lock"})',
  ),
];

const work: readonly Recording[] = [
  ...['fetched', 'returned', 'inserted', 'updated', 'deleted', 'modified'].flatMap((what) =>
    rates('pg', `tup_${what}`, ALL, `pg_db_tup_${what}`),
  ),
  ...rates('pg', 'temp_bytes', DB, 'pg_db_temp_bytes'),
  ...family('pg', 'temp_files_1m', DB, 'increase(pg_db_temp_files[1m])'),
  ...['read', 'hit', 'access'].flatMap((what) =>
    family('pg', `blks_${what}_1m`, ['db', 'ins'], `increase(pg_db_blks_${what}[1m])`),
  ),
  ...combined('pg', 'blks_hit_ratio1m', ['db', 'ins'], 'A / B', 'blks_hit_1m', 'blks_access_1m'),
  one('db:blk_read_time_seconds_rate1m', 'rate(pg_db_blk_read_time[1m])'),
  one('db:blk_write_time_seconds_rate1m', 'rate(pg_db_blk_write_time[1m])'),
  one('db:blk_io_time_seconds_rate1m', 'pg:db:blk_read_time_seconds_rate1m + pg:db:blk_write_time_seconds_rate1m'),
  ...family('pg', 'db_size', DB, 'pg_size_bytes{datname!~"wal|log"}'),
  ...family('pg', 'wal_size', CLUSTERS, 'sum without (datname) (pg_size_bytes{datname="wal"})'),
  ...family('pg', 'log_size', CLUSTERS, 'sum without (datname) (pg_size_bytes{datname="log"})'),
  ...family('pg', 'file_size', CLUSTERS, 'sum without (datname) (pg_size_bytes)'),
  ...rates('pg', 'buf_clean', CLUSTERS, 'pg_bgwriter_buffers_clean'),
  ...rates('pg', 'buf_alloc', CLUSTERS, 'pg_bgwriter_buffers_alloc'),
  // Counted by the background writer before version 17.
  ...family(
    'pg',
    'buf_flush_checkpoint_rate1m',
    CLUSTERS,
    'rate(pg_checkpointer_buffers_written[1m]) or rate(pg_bgwriter_buffers_checkpoint[1m])',
  ),
  one('ins:ckpt_timed_1m', 'increase(pg_checkpointer_timed[1m])'),
  one('ins:ckpt_req_1m', 'increase(pg_checkpointer_req[1m])'),
  one('ins:ckpt_1h', 'increase(pg_checkpointer_timed[1h]) + increase(pg_checkpointer_req[1h])'),
  one('ins:lsn_rate1m', 'rate(pg_lsn[1m])'),
  one('cls:lsn_rate1m', 'sum by (job, cls) (pg:ins:lsn_rate1m * on (ins) group_left () (1 - pg_in_recovery))'),
  one('env:lsn_rate1m', 'sum by (job) (pg:cls:lsn_rate1m)'),
  // A table without an index has no count of index scans.
  one(
    'table:scan_rate1m',
    'rate(pg_table_seq_scan[1m]) + (rate(pg_table_idx_scan[1m]) >= 0 or rate(pg_table_seq_scan[1m]) * 0)',
  ),
  one('query:call_rate1m', 'rate(pg_query_calls[1m])'),
  one('query:rt_1m', 'rate(pg_query_exec_time[1m]) / pg:query:call_rate1m'),
];

const load: readonly Recording[] = [
  ...family('pg', 'cpu_count', ['ins', 'cls', 'env'], ofHost('node:ins:cpu_count')),
  ...['cpu_usage', 'cpu_usage_1m', 'cpu_usage_5m', 'cpu_usage_15m'].flatMap((measure) => [
    one(`ins:${measure}`, ofHost(`node:ins:${measure}`)),
    one(`cls:${measure}`, `sum by (job, cls) (pg:ins:${measure} * pg:ins:cpu_count) / pg:cls:cpu_count`),
    one(`env:${measure}`, `sum by (job) (pg:cls:${measure} * pg:cls:cpu_count) / pg:env:cpu_count`),
  ]),
  one('ins:mem_size', ofHost('node_memory_MemTotal_bytes')),
  one('ins:space_usage', ofHost('max by (ip) (node:fs:space_usage)')),
  ...MINUTES.flatMap((m) => combined('pg', `load${m}`, CLUSTERS, 'A / B', `active_time_rate${m}m`, 'cpu_count')),
];

const pool = '{datname!="pgbouncer"}';
const POOLS: readonly Level[] = ['pool', 'db', 'ins', 'cls', 'env'];
const pooled = (record: string, expr: string): Recording => ({ record: `pgbouncer:${record}`, expr });

const pgbouncer: readonly Recording[] = [
  ...['pools', 'databases', 'users', 'login_clients', 'free_clients', 'used_clients', 'free_servers'].map((list) =>
    pooled(
      `ins:${list === 'databases' || list === 'users' ? `pool_${list}` : list}`,
      `sum without (list) (pgbouncer_list_items{list="${list}"})`,
    ),
  ),
  pooled('db:pool_size', `pgbouncer_database_pool_size${pool}`),
  pooled('db:pool_reserve_size', `pgbouncer_database_reserve_pool${pool}`),
  pooled('db:pool_max_conn', 'pgbouncer:db:pool_size + pgbouncer:db:pool_reserve_size'),
  pooled('db:pool_current_conn', `pgbouncer_database_current_connections${pool}`),
  pooled('db:pool_paused', `pgbouncer_database_paused${pool}`),
  pooled('db:pool_disabled', `pgbouncer_database_disabled${pool}`),
  pooled('db:conn_usage', 'pgbouncer:db:pool_current_conn / pgbouncer:db:pool_size'),
  pooled('db:conn_usage_reserve', 'pgbouncer:db:pool_current_conn / pgbouncer:db:pool_max_conn'),
  ...family(
    'pgbouncer',
    'maxwait',
    POOLS,
    `pgbouncer_pool_maxwait${pool} + pgbouncer_pool_maxwait_us${pool} / 1e6`,
    'max',
  ),
  ...['active', 'idle', 'used', 'tested', 'login'].flatMap((state) =>
    family('pgbouncer', `${state}_servers`, POOLS, `pgbouncer_pool_${state}_servers${pool}`),
  ),
  ...['active', 'waiting'].flatMap((state) =>
    family('pgbouncer', `${state}_clients`, POOLS, `pgbouncer_pool_${state}_clients${pool}`),
  ),
  ...rates('pgbouncer', 'tx', ALL, `pgbouncer_stat_total_sent${pool}`),
  ...rates('pgbouncer', 'rx', ALL, `pgbouncer_stat_total_received${pool}`),
  ...['xact', 'query'].flatMap((unit) => [
    ...rates('pgbouncer', unit, ALL, `pgbouncer_stat_total_${unit}_count${pool}`, WINDOWS),
    ...rates('pgbouncer', `${unit}_time`, ALL, `pgbouncer_stat_total_${unit}_time${pool}`, WINDOWS),
    ...WINDOWS.flatMap((window) =>
      combined(
        'pgbouncer',
        `${unit}_rt_${window}`,
        ALL,
        'A / B',
        `${unit}_time_rate${window}`,
        `${unit}_rate${window}`,
      ),
    ),
    ...stray('pgbouncer', `${unit}_sigma15m`, `${unit}_rate1m`, ALL),
    ...stray('pgbouncer', `${unit}_rt_sigma15m`, `${unit}_rt_1m`, ALL),
  ]),
];

export const pgsqlSeries: readonly Recording[] = [...topology, ...activity, ...work, ...load, ...pgbouncer];
