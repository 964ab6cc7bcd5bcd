import { graph, LEFT, NONE, SHARE, stat, UP, type Dashboard } from '../../toolkit/monitoring/panel.ts';

const OF = '{ins="$ins"}';

export const nodeBoards: readonly Dashboard[] = [
  {
    uid: 'node-overview',
    title: 'Hosts',
    module: 'node',
    variables: [],
    drill: { uid: 'node-instance', title: 'Open the host', label: 'ins' },
    rows: [
      {
        title: 'All hosts',
        panels: [
          stat('Hosts', 'short', 'count(node_up)', 'Hosts of the inventory that are scraped.'),
          stat('Down', 'short', 'count(node_up < 1) or vector(0)', 'Hosts whose exporter does not answer.', NONE),
          stat('CPUs', 'short', 'sum(node:env:cpu_count)', 'CPUs of all hosts.'),
          stat('CPU', 'percentunit', 'avg(node:env:cpu_usage_1m)', 'Share of all CPUs in use.', SHARE),
          stat('Memory', 'percentunit', 'avg(node:env:mem_usage)', 'Share of all memory that is not available.', SHARE),
          stat('Space', 'percentunit', 'avg(node:env:space_usage)', 'Share of all file systems in use.', SHARE),
        ],
      },
      {
        title: 'CPU and memory',
        panels: [
          graph('CPU', 'percentunit', 'node:ins:cpu_usage_1m', '{{ins}}', 'Share of the CPUs in use.', SHARE),
          graph('Load', 'short', 'node:ins:stdload1', '{{ins}}', 'Runnable tasks per CPU: above 1 they wait.', [
            [1, 'yellow'],
            [2, 'red'],
          ]),
          graph(
            'Memory',
            'percentunit',
            'node:ins:mem_usage',
            '{{ins}}',
            'Memory that is not available to programs.',
            SHARE,
          ),
        ],
      },
      {
        title: 'Disks and network',
        panels: [
          graph(
            'Fullest file system',
            'percentunit',
            'node:ins:space_usage_max',
            '{{ins}}',
            'The worst file system of each host.',
            SHARE,
          ),
          graph('Disk operations', 'iops', 'node:ins:disk_iops_1m', '{{ins}}', 'Reads and writes of all disks.'),
          graph('Network', 'Bps', 'node:ins:network_io_bytes_rate1m', '{{ins}}', 'Bytes received and sent.'),
        ],
      },
      {
        title: 'Clocks and descriptors',
        panels: [
          graph(
            'Clock',
            's',
            'node:ins:time_drift',
            '{{ins}}',
            'Distance from the time server; leases and log times depend on it.',
            [
              [0.1, 'yellow'],
              [1, 'red'],
            ],
          ),
          graph(
            'File descriptors',
            'percentunit',
            'node:ins:fd_usage',
            '{{ins}}',
            'Share of the kernel-wide limit.',
            SHARE,
          ),
          graph(
            'Retransmitted segments',
            'percentunit',
            'node:ins:tcp_retrans_ratio1m',
            '{{ins}}',
            'Packets are lost on the way.',
            [[0.01, 'yellow']],
          ),
        ],
      },
    ],
  },
  {
    uid: 'node-instance',
    title: 'Host',
    module: 'node',
    variables: [{ name: 'ins', label: 'Host', query: 'label_values(node_up, ins)' }],
    rows: [
      {
        title: '$ins',
        panels: [
          stat('Up', 'bool_yes_no', `node_up${OF}`, 'While its exporter answers.', UP),
          stat('CPU', 'percentunit', `node:ins:cpu_usage_1m${OF}`, 'Share of the CPUs in use.', SHARE),
          stat('Load', 'short', `node:ins:stdload1${OF}`, 'Runnable tasks per CPU.', [
            [1, 'yellow'],
            [2, 'red'],
          ]),
          stat('Memory', 'percentunit', `node:ins:mem_usage${OF}`, 'Memory that is not available.', SHARE),
          stat('Fullest file system', 'percentunit', `node:ins:space_usage_max${OF}`, 'Its worst file system.', SHARE),
          stat('Up for', 's', `node:ins:uptime${OF}`, 'Since the last boot.'),
        ],
      },
      {
        title: 'CPU and memory',
        panels: [
          graph(
            'CPU by mode',
            'percentunit',
            'avg by (mode) (rate(node_cpu_seconds_total{ins="$ins", mode!="idle"}[1m]))',
            '{{mode}}',
            'What CPUs do; iowait means disks are slow, steal that the host is overbooked.',
          ),
          graph(
            'Context switches',
            'ops',
            `node:ins:ctx_switch_rate1m${OF}`,
            'a second',
            'Many with low load are threads that wait for each other.',
          ),
          graph(
            'Memory available',
            'bytes',
            `node_memory_MemAvailable_bytes${OF}`,
            'available',
            'Free, and what the kernel can give back.',
          ),
          graph(
            'Swap',
            'ops',
            `node:ins:swapin_rate1m${OF} + node:ins:swapout_rate1m${OF}`,
            'pages',
            'A database that swaps is slow in ways that look like something else.',
            NONE,
          ),
        ],
      },
      {
        title: 'Disks',
        panels: [
          graph(
            'Busy',
            'percentunit',
            `node:dev:disk_util_1m${OF}`,
            '{{device}}',
            'Share of the time with something to do.',
            SHARE,
          ),
          graph(
            'Operations',
            'iops',
            `node:dev:disk_iops_1m${OF}`,
            '{{device}}',
            'Reads and writes that were finished.',
          ),
          graph('Bytes', 'Bps', `node:dev:disk_io_bytes_rate1m${OF}`, '{{device}}', 'Bytes read and written.'),
          graph(
            'Time of a write',
            's',
            `node:dev:disk_write_rt_1m${OF}`,
            '{{device}}',
            'What a flush of WAL waits for.',
            [
              [0.01, 'yellow'],
              [0.05, 'red'],
            ],
          ),
        ],
      },
      {
        title: 'File systems',
        panels: [
          graph('Space', 'percentunit', `node:fs:space_usage${OF}`, '{{mountpoint}}', 'Share in use.', SHARE),
          graph(
            'In a day',
            'bytes',
            `node:fs:space_predict_1d${OF}`,
            '{{mountpoint}}',
            'Space left in a day at the rate of the last hour; below zero it is full by then.',
            LEFT,
          ),
          graph(
            'Inodes',
            'percentunit',
            `node:fs:inode_usage${OF}`,
            '{{mountpoint}}',
            'Many small files use them up.',
            SHARE,
          ),
        ],
      },
      {
        title: 'Network',
        panels: [
          graph('Received', 'Bps', `node:dev:network_rx_bytes_rate1m${OF}`, '{{device}}', 'Bytes received.'),
          graph('Sent', 'Bps', `node:dev:network_tx_bytes_rate1m${OF}`, '{{device}}', 'Bytes sent.'),
          graph(
            'Connections opened',
            'ops',
            `node:ins:tcp_passive_opens_rate1m${OF}`,
            'by others',
            'New connections a second.',
          ),
          graph(
            'Errors',
            'ops',
            `node:ins:tcp_error_rate1m${OF}`,
            'drops and damage',
            'Listen queues that overflow, damaged segments.',
            [[1, 'red']],
          ),
        ],
      },
    ],
  },
];
