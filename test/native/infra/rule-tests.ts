/** Cases of `promtool test rules`: series over time, and which alerts hold for whom at the end. */

export interface Case {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly object[];
  }[];
  readonly promql_expr_test?: readonly object[];
}

const series = (name: string, values: string): { readonly series: string; readonly values: string } => ({
  series: name,
  values,
});

/** One alert, with every label and both annotations. */
function fires(
  at: string,
  alert: string,
  severity: 'CRIT' | 'WARN' | 'INFO',
  category: string,
  labels: Readonly<Record<string, string>>,
  summary: string,
  description: string,
): Case['alert_rule_test'][number] {
  const level = { CRIT: '0', WARN: '1', INFO: '2' }[severity];
  return {
    eval_time: at,
    alertname: alert,
    exp_alerts: [{ exp_labels: { severity, level, category, ...labels }, exp_annotations: { summary, description } }],
  };
}

const silent = (at: string, alertname: string): Case['alert_rule_test'][number] => ({
  eval_time: at,
  alertname,
  exp_alerts: [],
});

const PG = (ins: number): string =>
  `cls="pg-test", ins="pg-test-${ins}", ip="10.10.10.1${ins}", instance="10.10.10.1${ins}:8008", job="pgsql"`;

export const RULE_TESTS: readonly Case[] = [
  {
    name: 'a host that does not answer, one that does',
    interval: '15s',
    input_series: [
      series('up{job="node", instance="10.10.10.10:9100", ins="n1", ip="10.10.10.10", cls="nodes"}', '1x40'),
      series('up{job="node", instance="10.10.10.11:9100", ins="n2", ip="10.10.10.11", cls="nodes"}', '1x10 0x30'),
    ],
    alert_rule_test: [
      silent('2m', 'NodeDown'),
      fires(
        '6m',
        'NodeDown',
        'CRIT',
        'node',
        { job: 'node', instance: '10.10.10.11:9100', ins: 'n2', ip: '10.10.10.11', cls: 'nodes' },
        'n2 (10.10.10.11) is down',
        'The host does not answer scrapes. Is it reachable, and does node_exporter run?',
      ),
    ],
  },
  {
    name: 'a failover: a moment without primary is silent, a minute is not; two primaries are',
    interval: '15s',
    input_series: [series(`patroni_primary{${PG(1)}}`, '1x10 0x30'), series(`patroni_primary{${PG(2)}}`, '0x12 1x28')],
    alert_rule_test: [
      silent('2m45s', 'ClusterWithoutPrimary'),
      silent('6m', 'ClusterWithoutPrimary'),
      silent('9m', 'ClusterSplitBrain'),
    ],
  },
  {
    name: 'no primary comes back',
    interval: '15s',
    input_series: [series(`patroni_primary{${PG(1)}}`, '1x10 0x30'), series(`patroni_primary{${PG(2)}}`, '0x40')],
    alert_rule_test: [
      fires(
        '6m',
        'ClusterWithoutPrimary',
        'CRIT',
        'pgsql',
        { job: 'pgsql', cls: 'pg-test' },
        'pg-test has no primary',
        'Nothing can be written. patronictl list pg-test, etcdctl endpoint health.',
      ),
    ],
  },
  {
    name: 'two primaries, in the words of Patroni 3',
    interval: '15s',
    input_series: [series(`patroni_master{${PG(1)}}`, '1x40'), series(`patroni_master{${PG(2)}}`, '0x10 1x30')],
    alert_rule_test: [
      silent('2m', 'ClusterSplitBrain'),
      fires(
        '6m',
        'ClusterSplitBrain',
        'CRIT',
        'pgsql',
        { job: 'pgsql', cls: 'pg-test' },
        'pg-test has 2 primaries',
        'Fence all but the one that holds the leader key, before clients write to both.',
      ),
    ],
  },
  {
    name: 'replay lag is that of the standby, measured from the primary',
    interval: '15s',
    input_series: [
      series(`patroni_primary{${PG(1)}}`, '1x40'),
      series(`patroni_primary{${PG(2)}}`, '0x40'),
      series(`patroni_xlog_location{${PG(1)}}`, '200000000x40'),
      series(`patroni_xlog_location{${PG(2)}}`, '0x40'),
      series(`patroni_xlog_replayed_location{${PG(1)}}`, '0x40'),
      series(`patroni_xlog_replayed_location{${PG(2)}}`, '100000000x40'),
    ],
    alert_rule_test: [
      fires(
        '9m',
        'PatroniReplicationLag',
        'WARN',
        'pgsql',
        { job: 'pgsql', cls: 'pg-test', ins: 'pg-test-2', ip: '10.10.10.12', instance: '10.10.10.12:8008' },
        'pg-test-2 has 95.37MiB to replay',
        'Is it streaming? pg_stat_wal_receiver on 10.10.10.12.',
      ),
    ],
  },
  {
    name: 'backups: the newest of full and incremental counts',
    interval: '15s',
    input_series: [
      series(
        'pgbackrest_backup_since_last_completion_seconds{job="pgsql", cls="old", backup_type="full"}',
        '200000x60',
      ),
      series(
        'pgbackrest_backup_since_last_completion_seconds{job="pgsql", cls="old", backup_type="incr"}',
        '190000x60',
      ),
      series(
        'pgbackrest_backup_since_last_completion_seconds{job="pgsql", cls="new", backup_type="full"}',
        '500000x60',
      ),
      series('pgbackrest_backup_since_last_completion_seconds{job="pgsql", cls="new", backup_type="incr"}', '3600x60'),
    ],
    alert_rule_test: [
      fires(
        '14m',
        'BackupTooOld',
        'CRIT',
        'pgsql',
        { job: 'pgsql', cls: 'old' },
        'old has no backup for 2d 4h 46m 40s',
        'pgbackrest info; the log of the backup job.',
      ),
    ],
  },
  {
    name: 'clients that wait for the pool',
    interval: '15s',
    input_series: [
      series(
        'pgbouncer_pool_waiting_clients{job="pgsql", cls="pg-test", ins="pg-test-1", datname="app", user="a"}',
        '0x10 5x30',
      ),
    ],
    alert_rule_test: [
      silent('2m', 'PgbouncerClientsWait'),
      fires(
        '6m',
        'PgbouncerClientsWait',
        'WARN',
        'pgsql',
        { job: 'pgsql', cls: 'pg-test', ins: 'pg-test-1', datname: 'app' },
        '5 clients wait for a connection to app on pg-test-1',
        'Long transactions hold the pool, or it is too small.',
      ),
    ],
  },
  {
    name: 'a service without servers',
    interval: '15s',
    input_series: [
      series(
        'haproxy_server_status{cls="pg-test", ins="pg-test-1", proxy="pg-test-primary", server="pg-test-1", state="UP"}',
        '1x10 0x30',
      ),
      series(
        'haproxy_server_status{cls="pg-test", ins="pg-test-1", proxy="pg-test-replica", server="pg-test-2", state="UP"}',
        '1x40',
      ),
    ],
    alert_rule_test: [
      fires(
        '6m',
        'HaproxyServiceDown',
        'CRIT',
        'node',
        { cls: 'pg-test', proxy: 'pg-test-primary' },
        'service pg-test-primary has no server left',
        'Every server of the service fails its health check on all load balancers of pg-test.',
      ),
    ],
  },
  {
    name: 'etcd: one of three down leaves none to lose, of five it does not',
    interval: '15s',
    input_series: [
      ...[1, 2, 3].map((i) =>
        series(`up{job="etcd", cls="three", ins="three-${i}", instance="${i}:2379"}`, i === 3 ? '1x10 0x30' : '1x40'),
      ),
      ...[1, 2, 3, 4, 5].map((i) =>
        series(`up{job="etcd", cls="five", ins="five-${i}", instance="${i}:2379"}`, i === 3 ? '1x10 0x30' : '1x40'),
      ),
    ],
    alert_rule_test: [
      silent('2m', 'EtcdNoSpareMember'),
      fires(
        '6m',
        'EtcdNoSpareMember',
        'CRIT',
        'etcd',
        { job: 'etcd', cls: 'three' },
        'three has no member to lose',
        'The next failure loses the majority.',
      ),
    ],
  },
  {
    name: 'redis and object storage',
    interval: '15s',
    input_series: [
      series('redis_up{job="redis", cls="r", ins="r-1-6379"}', '1x10 0x30'),
      series('redis_memory_used_bytes{job="redis", cls="r", ins="r-1-6380"}', '100x40'),
      series('redis_memory_max_bytes{job="redis", cls="r", ins="r-1-6380"}', '0x40'),
      series('minio_cluster_health_drives_offline_count{job="minio", cls="minio", ins="minio-1"}', '0x10 1x30'),
    ],
    alert_rule_test: [
      fires(
        '6m',
        'RedisDown',
        'CRIT',
        'redis',
        { job: 'redis', cls: 'r', ins: 'r-1-6379' },
        'r-1-6379 is down',
        'systemctl status r-1-6379',
      ),
      silent('6m', 'RedisMemoryHigh'),
      fires(
        '8m',
        'MinioDriveOffline',
        'CRIT',
        'minio',
        { job: 'minio', cls: 'minio' },
        'minio misses 1 drives',
        'Replace them while redundancy lasts.',
      ),
    ],
  },
];
