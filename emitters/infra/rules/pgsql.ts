import type { RuleFile } from './rule.ts';

/** A sender names its receiver in application_name: lag is a property of the receiver. */
const byReceiver = (metric: string): string =>
  `max without (address, appname, usename, pid) (label_replace(${metric}{appname!~"walreceiver|pg_receivewal"}, "ins", "$1", "appname", "(.+)"))`;

/** Patroni 4 calls it primary, before that it was master. */
const PRIMARY = '(patroni_primary or patroni_master)';

export const pgsqlRules: RuleFile = {
  name: 'pgsql',
  recordings: [
    { record: 'pg:ins:is_leader', expr: '1 - pg_in_recovery' },
    { record: 'pg:cls:primary_count', expr: 'sum by (job, cls) (1 - max by (job, cls, ins) (pg_in_recovery))' },
    { record: 'pg:cls:size', expr: 'count by (job, cls) (count by (job, cls, ins) (up{job="pgsql"}))' },
    { record: 'pg:ins:lag_bytes', expr: byReceiver('pg_repl_replay_diff') },
    { record: 'pg:ins:lag_seconds', expr: byReceiver('pg_repl_replay_lag') },
    { record: 'pg:cls:lag_bytes', expr: 'max by (job, cls) (pg:ins:lag_bytes)' },
    { record: 'pg:cls:lag_seconds', expr: 'max by (job, cls) (pg:ins:lag_seconds)' },
    { record: 'pg:db:xact_total_rate1m', expr: 'rate(pg_db_xact_total[1m])' },
    { record: 'pg:ins:xact_total_rate1m', expr: 'sum without (datname) (pg:db:xact_total_rate1m)' },
    { record: 'pg:cls:xact_total_rate1m', expr: 'sum by (job, cls) (pg:ins:xact_total_rate1m)' },
    { record: 'pg:ins:num_backends', expr: 'sum without (datname) (pg_db_numbackends)' },
    { record: 'pg:ins:conn_usage', expr: 'pg:ins:num_backends / pg_setting_max_connections' },
    { record: 'pg:db:age', expr: 'pg_db_age / 2147483647' },
    { record: 'pg:ins:age', expr: 'max without (datname) (pg:db:age{datname!~"template[0-9]"})' },
    { record: 'pg:db:ixact_backends', expr: 'sum without (state) (pg_activity_count{state=~"idle in.*"})' },
    { record: 'pg:ins:slot_retained_bytes', expr: 'max without (slot_name) (pg_slot_retained_bytes)' },
    { record: 'pgbouncer:db:waiting_clients', expr: 'sum without (user) (pgbouncer_pool_waiting_clients)' },
    { record: 'pgbouncer:ins:query_rate1m', expr: 'sum without (datname) (rate(pgbouncer_stat_total_query_count[1m]))' },
    // The same facts seen by Patroni, which every platform can scrape.
    { record: 'patroni:cls:primary_count', expr: `sum by (job, cls) (${PRIMARY})` },
    { record: 'patroni:cls:running_count', expr: 'sum by (job, cls) (patroni_postgres_running)' },
    {
      record: 'patroni:ins:lag_bytes',
      expr: `clamp_min(max by (job, cls) (patroni_xlog_location) - on (job, cls) group_right () (patroni_xlog_replayed_location unless ${PRIMARY} == 1), 0)`,
    },
  ],
  alerts: [
    { alert: 'PostgresDown', expr: 'pg_up < 1 or patroni_postgres_running < 1', for: '1m', severity: 'CRIT', summary: '{{ $labels.ins }} is down', hint: 'patronictl list {{ $labels.cls }}; then the server log of {{ $labels.ip }}.' },
    { alert: 'PatroniDown', expr: 'patroni_up < 1', for: '1m', severity: 'CRIT', summary: 'Patroni of {{ $labels.ins }} is down', hint: 'The instance may run but takes no part in failover. systemctl status patroni' },
    { alert: 'ClusterWithoutPrimary', expr: 'patroni:cls:primary_count < 1', for: '30s', severity: 'CRIT', summary: '{{ $labels.cls }} has no primary', hint: 'Nothing can be written. patronictl list {{ $labels.cls }}, etcdctl endpoint health.' },
    { alert: 'ClusterSplitBrain', expr: 'pg:cls:primary_count > 1 or patroni:cls:primary_count > 1', for: '15s', severity: 'CRIT', summary: '{{ $labels.cls }} has {{ $value }} primaries', hint: 'Fence all but the one that holds the leader key, before clients write to both.' },
    { alert: 'ClusterFailover', expr: 'changes(patroni_postgres_timeline[5m]) > 0', severity: 'INFO', summary: '{{ $labels.ins }} changed its timeline', hint: 'A failover or switchover happened. patronictl history {{ $labels.cls }}' },
    { alert: 'PatroniFailSafeActive', expr: 'max by (job, cls) (patroni_failsafe_mode_is_active) > 0', severity: 'CRIT', summary: '{{ $labels.cls }} runs without its DCS', hint: 'etcd cannot be reached; the primary stays only while all members can.' },
    { alert: 'PatroniPaused', expr: 'max by (job, cls) (patroni_is_paused) > 0', for: '1h', severity: 'WARN', summary: '{{ $labels.cls }} is paused', hint: 'No automatic failover until patronictl resume.' },
    { alert: 'PostgresPendingRestart', expr: 'patroni_pending_restart > 0', for: '1h', severity: 'INFO', summary: '{{ $labels.ins }} waits for a restart', hint: 'A changed setting needs one. patronictl restart {{ $labels.cls }} {{ $labels.ins }}' },
    { alert: 'PostgresRestarted', expr: 'pg_uptime < 300', severity: 'INFO', summary: '{{ $labels.ins }} was started {{ $value | humanizeDuration }} ago', hint: 'Expected? Else look for a crash in its log.' },
    { alert: 'PgbouncerDown', expr: 'pgbouncer_up < 1', for: '1m', severity: 'CRIT', summary: 'connection pool of {{ $labels.ins }} is down', hint: 'Clients of pooled services get no connection. systemctl status pgbouncer' },
    { alert: 'PgbouncerClientsWait', expr: 'pgbouncer:db:waiting_clients > 1', for: '1m', severity: 'WARN', summary: '{{ $value }} clients wait for a connection to {{ $labels.datname }} on {{ $labels.ins }}', hint: 'Long transactions hold the pool, or it is too small.' },
    { alert: 'PostgresReplicationLag', expr: 'pg:ins:lag_bytes > 16777216 or pg:ins:lag_seconds > 10', for: '1m', severity: 'WARN', summary: '{{ $labels.ins }} lags behind', hint: 'Slow disk or network, a long query that blocks replay, or heavy writing.' },
    { alert: 'PatroniReplicationLag', expr: 'patroni:ins:lag_bytes > 67108864', for: '2m', severity: 'WARN', summary: '{{ $labels.ins }} has {{ $value | humanize1024 }}B to replay', hint: 'Is it streaming? pg_stat_wal_receiver on {{ $labels.ip }}.' },
    { alert: 'PostgresReplicationBreak', expr: 'changes(pg_downstream_count{state="streaming"}[5m]) > 0', severity: 'WARN', summary: 'a standby of {{ $labels.ins }} connected or went away', hint: 'pg_stat_replication' },
    { alert: 'PostgresSlotRetention', expr: 'pg:ins:slot_retained_bytes > 17179869184', for: '5m', severity: 'WARN', summary: 'a slot of {{ $labels.ins }} holds {{ $value | humanize1024 }}B of WAL', hint: 'A consumer is gone or slow; the disk fills until the slot is dropped.' },
    { alert: 'PostgresWraparound', expr: 'pg:ins:age > 0.80', for: '1m', severity: 'CRIT', summary: '{{ $labels.ins }} has used {{ $value | humanizePercentage }} of its transaction ids', hint: 'Vacuum is held back: long transactions, prepared transactions, slots.' },
    { alert: 'PostgresConnectionsHigh', expr: 'pg:ins:conn_usage > 0.80', for: '3m', severity: 'WARN', summary: '{{ $labels.ins }} uses {{ $value | humanizePercentage }} of its connections', hint: 'Who, and why not through the pool?' },
    { alert: 'PostgresIdleInTransaction', expr: 'pg:db:ixact_backends > 5', for: '5m', severity: 'WARN', summary: '{{ $value }} sessions idle in a transaction in {{ $labels.datname }} of {{ $labels.ins }}', hint: 'They hold locks and keep vacuum from cleaning up.' },
    { alert: 'BackupTooOld', expr: 'min by (job, cls) (pgbackrest_backup_since_last_completion_seconds) > 172800', for: '10m', severity: 'CRIT', summary: '{{ $labels.cls }} has no backup for {{ $value | humanizeDuration }}', hint: 'pgbackrest info; the log of the backup job.' },
    { alert: 'BackupFailed', expr: 'pgbackrest_stanza_status > 0', for: '10m', severity: 'CRIT', summary: 'backups of {{ $labels.cls }} have a problem (status {{ $value }})', hint: 'pgbackrest info says which.' },
    { alert: 'WalArchivingFails', expr: 'increase(pg_archiver_failed_count[10m]) > 0', for: '5m', severity: 'CRIT', summary: '{{ $labels.ins }} cannot archive WAL', hint: 'No point in time after the last archived segment can be restored, and pg_wal grows.' },
  ],
};
