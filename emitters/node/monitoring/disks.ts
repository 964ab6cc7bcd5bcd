import { graph, LEFT, SHARE, stat, type Dashboard, type Thresholds } from '../../toolkit/monitoring/panel.ts';

const OF = '{ins="$ins"}';
/** Of an operation: what a solid-state disk does not reach, and what nobody should wait for. */
const WAIT: Thresholds = [
  [0.01, 'yellow'],
  [0.05, 'red'],
];

export const diskBoard: Dashboard = {
  uid: 'node-disk',
  title: 'Disks of a host',
  module: 'node',
  variables: [{ name: 'ins', label: 'Host', query: 'label_values(node_up, ins)' }],
  rows: [
    {
      title: '$ins',
      panels: [
        stat(
          'Busiest',
          'percentunit',
          `max(node:dev:disk_util_1m${OF})`,
          'Share of the time with something to do.',
          SHARE,
        ),
        stat('Operations', 'iops', `node:ins:disk_iops_1m${OF}`, 'Reads and writes of all disks.'),
        stat('Bytes', 'Bps', `node:ins:disk_io_bytes_rate1m${OF}`, 'Read and written.'),
        stat('Fullest', 'percentunit', `max(node:fs:space_usage${OF})`, 'The worst file system.', SHARE),
        stat(
          'Inodes',
          'percentunit',
          `max(node:fs:inode_usage${OF})`,
          'Of the file system with the fewest left.',
          SHARE,
        ),
        stat(
          'In a day',
          'bytes',
          `min(node:fs:space_predict_1d${OF})`,
          'Space left then on the worst; below zero: full.',
          LEFT,
        ),
      ],
    },
    {
      title: 'How busy',
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
          'Queue',
          'short',
          `node:dev:disk_avg_queue_size${OF}`,
          '{{device}}',
          'Operations under way. Disks that work in parallel have more than one and are well.',
        ),
        graph(
          'Reads',
          'iops',
          `node:dev:disk_reads_rate1m${OF}`,
          '{{device}}',
          'Operations a second, merged ones once.',
        ),
        graph(
          'Writes',
          'iops',
          `node:dev:disk_writes_rate1m${OF}`,
          '{{device}}',
          'Operations a second, merged ones once.',
        ),
      ],
    },
    {
      title: 'How much',
      panels: [
        graph(
          'Read',
          'Bps',
          `node:dev:disk_read_bytes_rate1m${OF}`,
          '{{device}}',
          'Bytes a second that came from the disk.',
        ),
        graph(
          'Written',
          'Bps',
          `node:dev:disk_write_bytes_rate1m${OF}`,
          '{{device}}',
          'Bytes a second that went to the disk.',
        ),
        graph(
          'Size of an operation',
          'bytes',
          `node:dev:disk_io_batch_1m${OF} >= 0`,
          '{{device}}',
          'On average. Pages of 8 KiB are single reads and writes, more is a scan or a backup.',
        ),
      ],
    },
    {
      title: 'How long',
      panels: [
        graph(
          'Time of an operation',
          's',
          `node:dev:disk_io_rt_1m${OF} >= 0`,
          '{{device}}',
          'With the wait for it.',
          WAIT,
        ),
        graph(
          'Time of a write',
          's',
          `node:dev:disk_write_rt_1m${OF} >= 0`,
          '{{device}}',
          'A flush of WAL waits for it.',
          WAIT,
        ),
        graph(
          'Writes that were merged',
          'percentunit',
          `node:dev:disk_mwrites_ratio1m${OF} >= 0`,
          '{{device}}',
          'Share that the kernel has put together with a neighbour.',
        ),
      ],
    },
    {
      title: 'File systems',
      panels: [
        graph('Space', 'percentunit', `node:fs:space_usage${OF}`, '{{mountpoint}}', 'Share in use.', SHARE),
        graph('Left', 'bytes', `node:fs:avail_bytes${OF}`, '{{mountpoint}}', 'For others than root.'),
        graph(
          'Left in a day',
          'bytes',
          `node:fs:space_predict_1d${OF}`,
          '{{mountpoint}}',
          'At the rate of the last hour.',
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
  ],
};
