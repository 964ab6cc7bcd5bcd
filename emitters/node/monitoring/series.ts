import type { Recording } from '../../toolkit/monitoring/rule.ts';
import { combined, family, rates, type Level } from '../../toolkit/monitoring/family.ts';

/** Real file systems only. */
export const FS = 'fstype!~"(n|root|tmp)fs.*|overlay|squashfs|fuse.*"';

const DEVICES: readonly Level[] = ['dev', 'ins', 'cls'];
const HOSTS: readonly Level[] = ['ins', 'cls'];
const ALL: readonly Level[] = ['ins', 'cls', 'env'];
const NIC = '{device!~"lo|bond.*|veth.*|docker.*"}';

const one = (record: string, expr: string): Recording => ({ record: `node:${record}`, expr });
const rate = (record: string, counter: string): Recording => one(`ins:${record}`, `rate(${counter}[1m])`);

/** A share of the sum of a cluster's, or all, hosts: a host counts by its CPUs. */
const weighed = (level: 'cls' | 'env', by: string, measure: string): Recording =>
  one(`${level}:${measure}`, `sum ${by} (node:ins:${measure} * node:ins:cpu_count) / node:${level}:cpu_count`);

const cpu: readonly Recording[] = [
  ...family('node', 'cpu_count', ALL, 'count without (cpu, mode) (node_cpu_seconds_total{mode="idle"})'),
  one('cpu:usage', '1 - sum without (mode) (irate(node_cpu_seconds_total{mode="idle"}[1m]))'),
  one('ins:cpu_usage', 'avg without (cpu) (node:cpu:usage)'),
  ...['1m', '5m', '15m'].map((window) =>
    one(
      `ins:cpu_usage_${window}`,
      `1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[${window}]))`,
    ),
  ),
  ...['cpu_usage', 'cpu_usage_1m', 'cpu_usage_5m', 'cpu_usage_15m'].flatMap((measure) => [
    weighed('cls', 'by (job, cls)', measure),
    weighed('env', 'by (job)', measure),
  ]),
  ...['1', '5', '15'].flatMap((minutes) => [
    one(`ins:stdload${minutes}`, `node_load${minutes} / node:ins:cpu_count`),
    one(`cls:stdload${minutes}`, `sum by (job, cls) (node_load${minutes}) / node:cls:cpu_count`),
    one(`env:stdload${minutes}`, `sum by (job) (node_load${minutes}) / node:env:cpu_count`),
  ]),
  one('cpu:sched_wait_rate1m', 'rate(node_schedstat_waiting_seconds_total[1m])'),
  one('ins:sched_wait_rate1m', 'avg without (cpu) (node:cpu:sched_wait_rate1m)'),
  rate('forks_rate1m', 'node_forks_total'),
  rate('interrupt_rate1m', 'node_intr_total'),
  rate('ctx_switch_rate1m', 'node_context_switches_total'),
  one('ins:uptime', 'time() - node_boot_time_seconds'),
  one('ins:time_drift', 'abs(node_timex_offset_seconds)'),
  one('cls:time_drift_max', 'max by (job, cls) (node:ins:time_drift)'),
];

const memory: readonly Recording[] = [
  one('ins:mem_avail', 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes'),
  one('ins:mem_usage', '1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes'),
  one(
    'cls:mem_usage',
    '1 - sum by (job, cls) (node_memory_MemAvailable_bytes) / sum by (job, cls) (node_memory_MemTotal_bytes)',
  ),
  one('env:mem_total', 'sum by (job) (node_memory_MemTotal_bytes)'),
  one('env:mem_avail', 'sum by (job) (node_memory_MemAvailable_bytes)'),
  one('env:mem_usage', '1 - node:env:mem_avail / node:env:mem_total'),
  one(
    'ins:swap_usage',
    '(1 - node_memory_SwapFree_bytes / node_memory_SwapTotal_bytes) and node_memory_SwapTotal_bytes > 0',
  ),
  one('ins:mem_commit_ratio', 'node_memory_Committed_AS_bytes / node_memory_CommitLimit_bytes'),
  rate('pagefault_rate1m', 'node_vmstat_pgfault'),
  rate('pgmajfault_rate1m', 'node_vmstat_pgmajfault'),
  rate('pagein_rate1m', 'node_vmstat_pgpgin'),
  rate('pageout_rate1m', 'node_vmstat_pgpgout'),
  rate('swapin_rate1m', 'node_vmstat_pswpin'),
  rate('swapout_rate1m', 'node_vmstat_pswpout'),
];

const disk: readonly Recording[] = [
  one('dev:disk_util_1m', 'rate(node_disk_io_time_seconds_total[1m])'),
  one('dev:disk_avg_queue_size', 'rate(node_disk_io_time_weighted_seconds_total[1m])'),
  ...rates('node', 'disk_reads', DEVICES, 'node_disk_reads_completed_total'),
  ...rates('node', 'disk_writes', DEVICES, 'node_disk_writes_completed_total'),
  ...rates('node', 'disk_mreads', DEVICES, 'node_disk_reads_merged_total'),
  ...rates('node', 'disk_mwrites', DEVICES, 'node_disk_writes_merged_total'),
  ...rates('node', 'disk_read_bytes', DEVICES, 'node_disk_read_bytes_total'),
  ...rates('node', 'disk_write_bytes', DEVICES, 'node_disk_written_bytes_total'),
  ...rates('node', 'disk_read_time', ['dev'], 'node_disk_read_time_seconds_total'),
  ...rates('node', 'disk_write_time', ['dev'], 'node_disk_write_time_seconds_total'),
  ...combined('node', 'disk_iops_1m', DEVICES, 'A + B', 'disk_reads_rate1m', 'disk_writes_rate1m'),
  ...combined('node', 'disk_io_bytes_rate1m', DEVICES, 'A + B', 'disk_read_bytes_rate1m', 'disk_write_bytes_rate1m'),
  ...combined('node', 'disk_mreads_ratio1m', DEVICES, 'A / (A + B)', 'disk_mreads_rate1m', 'disk_reads_rate1m'),
  ...combined('node', 'disk_mwrites_ratio1m', DEVICES, 'A / (A + B)', 'disk_mwrites_rate1m', 'disk_writes_rate1m'),
  ...combined('node', 'disk_io_time_rate1m', ['dev'], 'A + B', 'disk_read_time_rate1m', 'disk_write_time_rate1m'),
  ...combined('node', 'disk_read_rt_1m', ['dev'], 'A / B', 'disk_read_time_rate1m', 'disk_reads_rate1m'),
  ...combined('node', 'disk_write_rt_1m', ['dev'], 'A / B', 'disk_write_time_rate1m', 'disk_writes_rate1m'),
  ...combined('node', 'disk_io_rt_1m', ['dev'], 'A / B', 'disk_io_time_rate1m', 'disk_iops_1m'),
  ...combined('node', 'disk_read_batch_1m', ['dev'], 'A / B', 'disk_read_bytes_rate1m', 'disk_reads_rate1m'),
  ...combined('node', 'disk_write_batch_1m', ['dev'], 'A / B', 'disk_write_bytes_rate1m', 'disk_writes_rate1m'),
  ...combined('node', 'disk_io_batch_1m', ['dev'], 'A / B', 'disk_io_bytes_rate1m', 'disk_iops_1m'),
];

const fileSystems: readonly Recording[] = [
  ...['free', 'avail', 'size'].flatMap((what) => [
    one(`fs:${what}_bytes`, `node_filesystem_${what}_bytes{${FS}}`),
    one(`ins:${what}_bytes`, `sum without (device, mountpoint, fstype) (node:fs:${what}_bytes)`),
    one(`cls:${what}_bytes`, `sum by (job, cls) (node:ins:${what}_bytes)`),
    one(`env:${what}_bytes`, `sum by (job) (node:cls:${what}_bytes)`),
  ]),
  one('fs:space_usage', '1 - node:fs:avail_bytes / node:fs:size_bytes'),
  ...combined('node', 'space_usage', ['cls', 'env'], '1 - A / B', 'avail_bytes', 'size_bytes'),
  one('ins:space_usage_max', 'max without (device, fstype, mountpoint) (node:fs:space_usage)'),
  one('cls:space_usage_max', 'max by (job, cls) (node:ins:space_usage_max)'),
  one('fs:space_deriv1h', 'deriv(node:fs:avail_bytes[1h])'),
  one('fs:space_predict_1d', 'predict_linear(node:fs:avail_bytes[1h], 86400)'),
  one('fs:inode_free', `node_filesystem_files_free{${FS}}`),
  one('fs:inode_total', `node_filesystem_files{${FS}}`),
  one('fs:inode_used', 'node:fs:inode_total - node:fs:inode_free'),
  one('fs:inode_usage', '1 - node:fs:inode_free / node:fs:inode_total'),
  one('ins:fd_usage', 'node_filefd_allocated / node_filefd_maximum'),
];

const network: readonly Recording[] = [
  ...['tx', 'rx'].flatMap((way) => {
    const counter = way === 'tx' ? 'node_network_transmit' : 'node_network_receive';
    return [
      ...family('node', `network_${way}_pps1m`, DEVICES, `rate(${counter}_packets_total${NIC}[1m])`),
      ...family('node', `network_${way}_bytes_rate1m`, DEVICES, `rate(${counter}_bytes_total${NIC}[1m])`),
    ];
  }),
  ...combined(
    'node',
    'network_io_bytes_rate1m',
    DEVICES,
    'A + B',
    'network_tx_bytes_rate1m',
    'network_rx_bytes_rate1m',
  ),
  rate('tcp_insegs_rate1m', 'node_netstat_Tcp_InSegs'),
  rate('tcp_outsegs_rate1m', 'node_netstat_Tcp_OutSegs'),
  rate('tcp_retranssegs_rate1m', 'node_netstat_Tcp_RetransSegs'),
  one('ins:tcp_segs_rate1m', 'node:ins:tcp_insegs_rate1m + node:ins:tcp_outsegs_rate1m'),
  one('ins:tcp_retrans_ratio1m', 'node:ins:tcp_retranssegs_rate1m / node:ins:tcp_outsegs_rate1m'),
  one(
    'ins:tcp_error',
    'node_netstat_TcpExt_ListenOverflows + node_netstat_TcpExt_ListenDrops + node_netstat_Tcp_InErrs',
  ),
  rate('tcp_error_rate1m', 'node:ins:tcp_error'),
  rate('tcp_passive_opens_rate1m', 'node_netstat_Tcp_PassiveOpens'),
  rate('tcp_active_opens_rate1m', 'node_netstat_Tcp_ActiveOpens'),
  rate('tcp_overflow_rate1m', 'node_netstat_TcpExt_ListenOverflows'),
  rate('tcp_dropped_rate1m', 'node_netstat_TcpExt_ListenDrops'),
  rate('udp_in_rate1m', 'node_netstat_Udp_InDatagrams'),
  rate('udp_out_rate1m', 'node_netstat_Udp_OutDatagrams'),
];

const balancer: readonly Recording[] = [
  ...family('haproxy', 'usage', HOSTS, '(100 - haproxy_process_idle_time_percent) / 100', 'avg'),
  { record: 'haproxy:ins:uptime', expr: 'time() - haproxy_process_start_time_seconds' },
  ...['ins', 'cls'].map((level) => ({
    record: `haproxy:${level}:service_up`,
    expr: `sum by (${level}, proxy) (haproxy_server_status{state="UP", proxy!="stats"}) > bool 0`,
  })),
];

export const nodeSeries: readonly Recording[] = [...cpu, ...memory, ...disk, ...fileSystems, ...network, ...balancer];
