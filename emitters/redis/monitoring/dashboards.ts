import { graph, NONE, SHARE, stat, UP, type Dashboard } from '../../toolkit/monitoring/panel.ts';

export const redisBoards: readonly Dashboard[] = [
  {
    uid: 'redis-overview',
    title: 'Redis',
    module: 'redis',
    variables: [],
    drill: { uid: 'redis-cluster', title: 'Open the cluster', label: 'cls' },
    rows: [
      {
        title: 'All clusters',
        panels: [
          stat('Clusters', 'short', 'count(count by (cls) (redis_up))', 'Clusters that are scraped.'),
          stat('Instances', 'short', 'count(redis_up)', 'Primaries, replicas and sentinels.'),
          stat('Down', 'short', 'count(redis_up < 1) or vector(0)', 'Instances that do not answer.', NONE),
          stat('Commands', 'ops', 'sum(redis:env:qps)', 'A second, of all instances.'),
          stat(
            'Fullest',
            'percentunit',
            'max(redis:cls:mem_usage_max)',
            'Of all instances with a limit; then keys are evicted or writes fail.',
            SHARE,
          ),
          stat(
            'Links down',
            'short',
            'count(redis_master_link_up < 1) or vector(0)',
            'Replicas without their primary: their data ages.',
            NONE,
          ),
        ],
      },
      {
        title: 'Load',
        panels: [
          graph('Commands', 'ops', 'redis:cls:qps', '{{cls}}', 'A second, of all instances of a cluster.'),
          graph('Time of a command', 's', 'redis:cls:rt >= 0', '{{cls}}', 'On average.', [
            [0.001, 'yellow'],
            [0.01, 'red'],
          ]),
          graph(
            'CPU',
            'percentunit',
            'redis:cls:cpu_usage',
            '{{cls}}',
            'Of one instance on average; one thread runs all.',
            SHARE,
          ),
          graph('Clients', 'short', 'redis:cls:clients', '{{cls}}', 'Connections.'),
        ],
      },
      {
        title: 'Memory and keys',
        panels: [
          graph(
            'Memory',
            'percentunit',
            'redis:cls:mem_usage_max',
            '{{cls}}',
            'Of maxmemory, the fullest instance.',
            SHARE,
          ),
          graph('Hits', 'percentunit', 'redis:cls:key_hit_rate >= 0', '{{cls}}', 'Share of the keys that were there.'),
          graph('Evicted', 'ops', 'redis:cls:key_evict', '{{cls}}', 'Keys that had no room.', [[1, 'yellow']]),
          graph('Refused connections', 'ops', 'redis:cls:conn_reject', '{{cls}}', 'The limit maxclients is reached.', [
            [0.01, 'red'],
          ]),
        ],
      },
    ],
  },
  {
    uid: 'redis-cluster',
    title: 'Redis clusters',
    module: 'redis',
    variables: [{ name: 'cls', label: 'Cluster', query: 'label_values(redis_up, cls)' }],
    drill: { uid: 'redis-instance', title: 'Open the instance', label: 'ins' },
    rows: [
      {
        title: '$cls',
        panels: [
          stat('Instances', 'short', 'redis:cls:size{cls="$cls"}', 'Instances that are scraped.'),
          stat('Down', 'short', 'count(redis_up{cls="$cls"} < 1) or vector(0)', 'Instances that do not answer.', NONE),
          stat('Commands', 'ops', 'redis:cls:qps{cls="$cls"}', 'A second.'),
          stat(
            'Fullest',
            'percentunit',
            'redis:cls:mem_usage_max{cls="$cls"}',
            'Then keys are evicted or writes fail.',
            SHARE,
          ),
          stat('Hits', 'percentunit', 'redis:cls:key_hit_rate{cls="$cls"} >= 0', 'Keys that were there.'),
        ],
      },
      {
        title: 'Instances',
        panels: [
          graph('Commands', 'ops', 'redis:ins:qps{cls="$cls"}', '{{ins}}', 'A second.'),
          graph(
            'CPU',
            'percentunit',
            'redis:ins:cpu_usage{cls="$cls"}',
            '{{ins}}',
            'One thread runs all commands.',
            SHARE,
          ),
          graph('Memory', 'percentunit', 'redis:ins:mem_usage{cls="$cls"}', '{{ins}}', 'Of maxmemory.', SHARE),
          graph('Clients', 'short', 'redis:ins:clients{cls="$cls"}', '{{ins}}', 'Connections.'),
        ],
      },
      {
        title: 'Replication and keys',
        panels: [
          graph('Link to the primary', 'short', 'redis_master_link_up{cls="$cls"}', '{{ins}}', '0: its data ages.'),
          graph('Written', 'Bps', 'redis:ins:lsn_rate{cls="$cls"}', '{{ins}}', 'To replicas.'),
          graph('Evicted', 'ops', 'redis:ins:key_evict{cls="$cls"}', '{{ins}}', 'Keys that had no room.', [
            [1, 'yellow'],
          ]),
          graph(
            'Refused connections',
            'ops',
            'redis:ins:conn_reject{cls="$cls"}',
            '{{ins}}',
            'The limit maxclients is reached.',
            [[0.01, 'red']],
          ),
        ],
      },
    ],
  },
  {
    uid: 'redis-instance',
    title: 'Redis instance',
    module: 'redis',
    variables: [{ name: 'ins', label: 'Instance', query: 'label_values(redis_up, ins)' }],
    rows: [
      {
        title: '$ins',
        panels: [
          stat('Up', 'bool_yes_no', 'redis_up{ins="$ins"}', 'While it answers.', UP),
          stat('Up for', 's', 'redis_uptime_in_seconds{ins="$ins"}', 'Since it was started.'),
          stat('Memory', 'percentunit', 'redis:ins:mem_usage{ins="$ins"}', 'Of maxmemory.', SHARE),
          stat('Time of a command', 's', 'redis:ins:rt{ins="$ins"} >= 0', 'On average.', [[0.001, 'red']]),
        ],
      },
      {
        title: 'Commands',
        panels: [
          graph('Commands', 'ops', 'topk(10, redis:ins:cmd_qps{ins="$ins"})', '{{cmd}}', 'A second.'),
          graph('Time', 's', 'topk(10, redis:ins:cmd_rt{ins="$ins"} >= 0)', '{{cmd}}', 'Of a command on average.', [
            [0.001, 'yellow'],
            [0.01, 'red'],
          ]),
          graph('Traffic', 'Bps', 'redis:ins:net_traffic{ins="$ins"}', 'in and out', 'Bytes received and sent.'),
        ],
      },
      {
        title: 'Memory and saving',
        panels: [
          graph('Memory', 'bytes', 'redis_memory_used_bytes{ins="$ins"}', 'used', 'Data and buffers.'),
          graph('Keys', 'short', 'redis_db_keys{ins="$ins"} > 0', '{{db}}', 'By database.'),
          graph(
            'Last save',
            'short',
            'redis_rdb_last_bgsave_status{ins="$ins"}',
            'well',
            '0: it cannot save its data.',
          ),
          graph(
            'Fragmentation',
            'bytes',
            'redis_allocator_frag_bytes{ins="$ins"}',
            'lost to holes',
            'Memory between data; active defragmentation gets it back.',
          ),
        ],
      },
    ],
  },
];
