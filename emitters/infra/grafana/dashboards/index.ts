import type { Dashboard, Panel } from './panel.ts';

export { dashboardJson, type Dashboard } from './panel.ts';

const stat = (title: string, expr: string, extra: Partial<Panel> = {}): Panel => ({
  kind: 'stat',
  title,
  queries: [{ expr }],
  ...extra,
});
const graph = (title: string, unit: string, expr: string, legend: string, extra: Partial<Panel> = {}): Panel => ({
  kind: 'timeseries',
  title,
  unit,
  queries: [{ expr, legend }],
  ...extra,
});
/** Anything but zero is bad. */
const NONE: Partial<Panel> = { thresholds: [[1, 'red']] };
const SHARE: Partial<Panel> = {
  unit: 'percentunit',
  min: 0,
  max: 1,
  thresholds: [
    [0.7, 'yellow'],
    [0.9, 'red'],
  ],
};

/** Everything at a glance: what fires, what is down, which cluster has no primary. */
const fleet: Dashboard = {
  uid: 'fleet-overview',
  title: 'Fleet overview',
  tags: ['inventory', 'fleet'],
  variables: [],
  rows: [
    {
      title: 'Alerts',
      height: 4,
      panels: [
        stat('Critical', 'count(ALERTS{alertstate="firing", severity="CRIT"}) or vector(0)', NONE),
        stat('Warnings', 'count(ALERTS{alertstate="firing", severity="WARN"}) or vector(0)', {
          thresholds: [[1, 'yellow']],
        }),
        stat('Hosts down', 'count(node_up < 1) or vector(0)', NONE),
        stat('Clusters without primary', 'count(patroni:cls:primary_count < 1) or vector(0)', NONE),
        stat('etcd members down', 'count(etcd_up < 1) or vector(0)', NONE),
        stat('Oldest backup', 'max(min by (cls) (pgbackrest_backup_since_last_completion_seconds))', {
          unit: 's',
          thresholds: [
            [90000, 'yellow'],
            [172800, 'red'],
          ],
        }),
      ],
    },
    {
      title: 'Firing',
      height: 8,
      panels: [
        {
          kind: 'table',
          title: 'Alerts by cluster and instance',
          queries: [{ expr: 'sum by (severity, alertname, cls, ins, ip) (ALERTS{alertstate="firing"})' }],
        },
      ],
    },
    {
      title: 'PostgreSQL',
      height: 8,
      panels: [
        graph('Transactions per second', 'ops', 'pg:cls:xact_total_rate1m', '{{cls}}'),
        graph('Replication lag', 'bytes', 'max by (cls) (patroni:ins:lag_bytes)', '{{cls}}', { min: 0 }),
        graph('Instances running', 'short', 'patroni:cls:running_count', '{{cls}}', { min: 0 }),
      ],
    },
    {
      title: 'Hosts',
      height: 8,
      panels: [
        graph('CPU', 'percentunit', 'node:cls:cpu_usage_1m', '{{cls}}', { min: 0, max: 1 }),
        graph('Memory left', 'percentunit', 'min by (cls) (node:ins:mem_avail)', '{{cls}}', { min: 0, max: 1 }),
        graph('Fullest file system', 'percentunit', 'max by (cls) (node:fs:space_usage)', '{{cls}}', {
          min: 0,
          max: 1,
        }),
      ],
    },
    {
      title: 'Other stores',
      height: 8,
      panels: [
        graph('Redis commands per second', 'ops', 'redis:cls:qps', '{{cls}}'),
        graph('Redis memory', 'percentunit', 'max by (cls) (redis:ins:mem_usage)', '{{cls}}', { min: 0, max: 1 }),
        graph(
          'Object storage drives offline',
          'short',
          'max by (cls) (minio_cluster_health_drives_offline_count)',
          '{{cls}}',
          { min: 0 },
        ),
      ],
    },
  ],
};

/** One PostgreSQL cluster: who is primary, how far the others are, what clients see. */
const cluster: Dashboard = {
  uid: 'pgsql-cluster',
  title: 'PostgreSQL cluster',
  tags: ['inventory', 'pgsql'],
  variables: [{ name: 'cls', label: 'Cluster', query: 'label_values(up{job="pgsql"}, cls)' }],
  rows: [
    {
      title: '$cls',
      height: 4,
      panels: [
        stat('Primaries', 'patroni:cls:primary_count{cls="$cls"}', { thresholds: [[2, 'red']] }),
        stat('Running', 'patroni:cls:running_count{cls="$cls"}'),
        stat('Lag', 'max(patroni:ins:lag_bytes{cls="$cls"}) or vector(0)', {
          unit: 'bytes',
          thresholds: [
            [16777216, 'yellow'],
            [67108864, 'red'],
          ],
        }),
        stat('Transaction ids used', 'max(pg:ins:age{cls="$cls"})', SHARE),
        stat('Last backup', 'min(pgbackrest_backup_since_last_completion_seconds{cls="$cls"})', {
          unit: 's',
          thresholds: [
            [90000, 'yellow'],
            [172800, 'red'],
          ],
        }),
        stat('Paused', 'max(patroni_is_paused{cls="$cls"}) or vector(0)', NONE),
      ],
    },
    {
      title: 'High availability',
      height: 8,
      panels: [
        graph('Role (1 is primary)', 'short', 'patroni_primary{cls="$cls"} or patroni_master{cls="$cls"}', '{{ins}}', {
          min: 0,
          max: 1,
        }),
        graph('Timeline', 'short', 'patroni_postgres_timeline{cls="$cls"}', '{{ins}}'),
        graph('To replay', 'bytes', 'patroni:ins:lag_bytes{cls="$cls"}', '{{ins}}', { min: 0 }),
      ],
    },
    {
      title: 'Load',
      height: 8,
      panels: [
        graph('Transactions per second', 'ops', 'pg:ins:xact_total_rate1m{cls="$cls"}', '{{ins}}'),
        graph('Connections', 'percentunit', 'pg:ins:conn_usage{cls="$cls"}', '{{ins}}', { min: 0, max: 1 }),
        graph('CPU', 'percentunit', 'node:ins:cpu_usage_1m{cls="$cls"}', '{{ins}}', { min: 0, max: 1 }),
      ],
    },
    {
      title: 'Pool and services',
      height: 8,
      panels: [
        graph('Queries through the pool', 'ops', 'pgbouncer:ins:query_rate1m{cls="$cls"}', '{{ins}}'),
        graph(
          'Clients waiting',
          'short',
          'sum by (ins, datname) (pgbouncer:db:waiting_clients{cls="$cls"})',
          '{{ins}} {{datname}}',
          { min: 0 },
        ),
        graph(
          'Servers up by service',
          'short',
          'sum by (proxy) (haproxy_server_status{cls="$cls", state="UP", proxy!="stats"})',
          '{{proxy}}',
          { min: 0 },
        ),
      ],
    },
    {
      title: 'Storage',
      height: 8,
      panels: [
        graph('WAL held by slots', 'bytes', 'pg:ins:slot_retained_bytes{cls="$cls"}', '{{ins}}', { min: 0 }),
        graph('Fullest file system', 'percentunit', 'max by (ins) (node:fs:space_usage{cls="$cls"})', '{{ins}}', {
          min: 0,
          max: 1,
        }),
        graph('Time of a write', 's', 'max by (ins) (node:dev:disk_write_rt_1m{cls="$cls"})', '{{ins}}', { min: 0 }),
      ],
    },
  ],
};

/** One host. */
const node: Dashboard = {
  uid: 'node-instance',
  title: 'Host',
  tags: ['inventory', 'node'],
  variables: [{ name: 'ins', label: 'Host', query: 'label_values(node_up, ins)' }],
  rows: [
    {
      title: '$ins',
      height: 4,
      panels: [
        stat('Up', 'node_up{ins="$ins"}', { thresholds: [[1, 'green']] }),
        stat('CPU', 'node:ins:cpu_usage_1m{ins="$ins"}', SHARE),
        stat('Runnable tasks per CPU', 'node:ins:stdload1{ins="$ins"}', {
          thresholds: [
            [1, 'yellow'],
            [2, 'red'],
          ],
        }),
        stat('Memory left', 'node:ins:mem_avail{ins="$ins"}', { unit: 'percentunit' }),
        stat('Fullest file system', 'max(node:fs:space_usage{ins="$ins"})', SHARE),
        stat('Up for', 'time() - node_boot_time_seconds{ins="$ins"}', { unit: 's' }),
      ],
    },
    {
      title: 'CPU and memory',
      height: 8,
      panels: [
        graph(
          'CPU by mode',
          'percentunit',
          'avg by (mode) (rate(node_cpu_seconds_total{ins="$ins", mode!="idle"}[1m]))',
          '{{mode}}',
          { min: 0 },
        ),
        graph('Load', 'short', 'node_load1{ins="$ins"}', '1 minute', { min: 0 }),
        graph('Memory available', 'bytes', 'node_memory_MemAvailable_bytes{ins="$ins"}', 'available', { min: 0 }),
      ],
    },
    {
      title: 'Disks',
      height: 8,
      panels: [
        graph('Busy', 'percentunit', 'node:dev:disk_util_1m{ins="$ins"}', '{{device}}', { min: 0, max: 1 }),
        graph('Time of a write', 's', 'node:dev:disk_write_rt_1m{ins="$ins"}', '{{device}}', { min: 0 }),
        graph('File systems', 'percentunit', 'node:fs:space_usage{ins="$ins"}', '{{mountpoint}}', { min: 0, max: 1 }),
      ],
    },
    {
      title: 'Network',
      height: 8,
      panels: [
        graph('Received', 'Bps', 'node:ins:network_rx_bytes_rate1m{ins="$ins"}', 'received', { min: 0 }),
        graph('Sent', 'Bps', 'node:ins:network_tx_bytes_rate1m{ins="$ins"}', 'sent', { min: 0 }),
        graph('Retransmitted segments', 'percentunit', 'node:ins:tcp_retrans_ratio1m{ins="$ins"}', 'share', { min: 0 }),
      ],
    },
  ],
};

export const DASHBOARDS: readonly Dashboard[] = [fleet, cluster, node];
