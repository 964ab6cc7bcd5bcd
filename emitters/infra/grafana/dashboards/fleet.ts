import { BACKUP_AGE } from '../../../pgsql/monitoring/dashboards/common.ts';
import { graph, NONE, SHARE, stat, table, type Dashboard } from '../../../toolkit/monitoring/panel.ts';

/** Everything at a glance: what fires, what is down, which cluster has no primary. */
export const fleetBoards: readonly Dashboard[] = [
  {
    uid: 'fleet-overview',
    title: 'Fleet overview',
    module: 'fleet',
    variables: [],
    drill: { uid: 'pgsql-cluster', title: 'Open the cluster', label: 'cls' },
    rows: [
      {
        title: 'Alerts',
        panels: [
          stat(
            'Critical',
            'short',
            'count(ALERTS{alertstate="firing", severity="CRIT"}) or vector(0)',
            'Alerts that page somebody.',
            NONE,
          ),
          stat(
            'Warnings',
            'short',
            'count(ALERTS{alertstate="firing", severity="WARN"}) or vector(0)',
            'Alerts to look at today.',
            [[1, 'yellow']],
          ),
          stat('Hosts down', 'short', 'count(node_up < 1) or vector(0)', 'Hosts whose exporter does not answer.', NONE),
          stat(
            'Clusters without primary',
            'short',
            'count(patroni:cls:primary_count < 1) or vector(0)',
            'Nothing can be written there.',
            NONE,
          ),
          stat(
            'etcd members down',
            'short',
            'count(etcd_up < 1) or vector(0)',
            'Below a majority no cluster fails over.',
            NONE,
          ),
          stat(
            'Oldest backup',
            's',
            'max(min by (cls) (pgbackrest_backup_since_last_completion_seconds))',
            'Age of the newest backup of the cluster that is worst off.',
            BACKUP_AGE,
          ),
        ],
      },
      {
        title: 'Firing',
        panels: [
          table(
            'Alerts by cluster and instance',
            'short',
            'sum by (severity, alertname, cls, ins, ip) (ALERTS{alertstate="firing"})',
            'What fires now and for whom; the alert says what to look at first.',
          ),
        ],
      },
      {
        title: 'PostgreSQL',
        panels: [
          graph(
            'Transactions per second',
            'ops',
            'pg:cls:xact_total_rate1m',
            '{{cls}}',
            'Commits and rollbacks of all databases of a cluster.',
          ),
          graph(
            'Replication lag',
            'bytes',
            'max by (cls) (patroni:ins:lag_bytes)',
            '{{cls}}',
            'WAL that the slowest standby has still to replay.',
            [[67_108_864, 'red']],
          ),
          graph(
            'Instances running',
            'short',
            'patroni:cls:running_count',
            '{{cls}}',
            'A step down is a server that stopped.',
          ),
        ],
      },
      {
        title: 'Hosts',
        panels: [
          graph(
            'CPU',
            'percentunit',
            'node:cls:cpu_usage_1m',
            '{{cls}}',
            'Share of all CPUs of the hosts of a cluster.',
            SHARE,
          ),
          graph(
            'Memory used',
            'percentunit',
            'node:cls:mem_usage',
            '{{cls}}',
            'Memory that is not available to programs.',
            SHARE,
          ),
          graph(
            'Fullest file system',
            'percentunit',
            'node:cls:space_usage_max',
            '{{cls}}',
            'The worst file system of any host.',
            SHARE,
          ),
        ],
      },
      {
        title: 'Other stores',
        panels: [
          graph('Redis commands per second', 'ops', 'redis:cls:qps', '{{cls}}', 'All instances of a cluster.'),
          graph(
            'Redis memory',
            'percentunit',
            'redis:cls:mem_usage_max',
            '{{cls}}',
            'The fullest instance; then keys are evicted or writes fail.',
            SHARE,
          ),
          graph(
            'Object storage drives offline',
            'short',
            'max by (cls) (minio_cluster_health_drives_offline_count)',
            '{{cls}}',
            'Redundancy is lost with each.',
            NONE,
          ),
        ],
      },
    ],
  },
];
