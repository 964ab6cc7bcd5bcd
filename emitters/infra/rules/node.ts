import type { RuleFile } from './rule.ts';

/** Real file systems only. */
const FS = 'fstype!~"(n|root|tmp)fs.*|overlay|squashfs|fuse.*"';

export const nodeRules: RuleFile = {
  name: 'node',
  recordings: [
    { record: 'node:ins:cpu_count', expr: 'count without (cpu, mode) (node_cpu_seconds_total{mode="idle"})' },
    { record: 'node:ins:cpu_usage_1m', expr: '1 - avg without (cpu, mode) (rate(node_cpu_seconds_total{mode="idle"}[1m]))' },
    { record: 'node:cls:cpu_usage_1m', expr: 'sum by (cls, job) (node:ins:cpu_usage_1m * node:ins:cpu_count) / sum by (cls, job) (node:ins:cpu_count)' },
    { record: 'node:ins:stdload1', expr: 'node_load1 / node:ins:cpu_count' },
    { record: 'node:ins:mem_avail', expr: 'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes' },
    { record: 'node:ins:swap_usage', expr: '(1 - node_memory_SwapFree_bytes / node_memory_SwapTotal_bytes) and node_memory_SwapTotal_bytes > 0' },
    { record: 'node:fs:space_usage', expr: `1 - node_filesystem_avail_bytes{${FS}} / node_filesystem_size_bytes{${FS}}` },
    { record: 'node:fs:inode_usage', expr: `1 - node_filesystem_files_free{${FS}} / node_filesystem_files{${FS}}` },
    { record: 'node:fs:space_predict_1d', expr: `predict_linear(node_filesystem_avail_bytes{${FS}}[1h], 86400)` },
    { record: 'node:dev:disk_util_1m', expr: 'rate(node_disk_io_time_seconds_total[1m])' },
    { record: 'node:dev:disk_write_rt_1m', expr: 'rate(node_disk_write_time_seconds_total[1m]) / rate(node_disk_writes_completed_total[1m])' },
    { record: 'node:ins:network_rx_bytes_rate1m', expr: 'sum without (device) (rate(node_network_receive_bytes_total{device!~"lo|bond.*|veth.*|docker.*"}[1m]))' },
    { record: 'node:ins:network_tx_bytes_rate1m', expr: 'sum without (device) (rate(node_network_transmit_bytes_total{device!~"lo|bond.*|veth.*|docker.*"}[1m]))' },
    { record: 'node:ins:tcp_retrans_ratio1m', expr: 'rate(node_netstat_Tcp_RetransSegs[1m]) / rate(node_netstat_Tcp_OutSegs[1m])' },
    { record: 'haproxy:cls:service_up', expr: 'sum by (cls, proxy) (haproxy_server_status{state="UP", proxy!="stats"}) > bool 0' },
  ],
  alerts: [
    { alert: 'NodeDown', expr: 'node_up < 1', for: '1m', severity: 'CRIT', summary: '{{ $labels.ins }} ({{ $labels.ip }}) is down', hint: 'The host does not answer scrapes. Is it reachable, and does node_exporter run?' },
    { alert: 'HaproxyDown', expr: 'haproxy_up < 1', for: '1m', severity: 'CRIT', summary: 'load balancer of {{ $labels.ins }} is down', hint: 'Clients of services on {{ $labels.ip }} get no connection. systemctl status haproxy' },
    { alert: 'HaproxyServiceDown', expr: 'haproxy:cls:service_up < 1', for: '1m', severity: 'CRIT', summary: 'service {{ $labels.proxy }} has no server left', hint: 'Every server of the service fails its health check on all load balancers of {{ $labels.cls }}.' },
    { alert: 'KeepalivedDown', expr: 'keepalived_exporter_up < 1', for: '1m', severity: 'WARN', summary: 'keepalived of {{ $labels.ins }} is down', hint: 'The virtual address has one holder less. systemctl status keepalived' },
    { alert: 'VectorDown', expr: 'vector_up < 1', for: '5m', severity: 'WARN', summary: 'log collector of {{ $labels.ins }} is down', hint: 'Logs of {{ $labels.ip }} are not collected. systemctl status vector' },
    { alert: 'NodeCpuHigh', expr: 'node:ins:cpu_usage_1m > 0.85', for: '5m', severity: 'WARN', summary: '{{ $labels.ins }} uses {{ $value | humanizePercentage }} of its CPU', hint: 'Which processes, and since when?' },
    { alert: 'NodeLoadHigh', expr: 'node:ins:stdload1 > 2', for: '5m', severity: 'WARN', summary: '{{ $labels.ins }} has {{ $value | humanize }} runnable tasks per CPU', hint: 'Tasks wait for CPU or disk.' },
    { alert: 'NodeOutOfMemory', expr: 'node:ins:mem_avail < 0.05', for: '1m', severity: 'CRIT', summary: '{{ $labels.ins }} has {{ $value | humanizePercentage }} of its memory left', hint: 'The kernel is about to kill processes.' },
    { alert: 'NodeSwapping', expr: 'node:ins:swap_usage > 0.05', for: '5m', severity: 'WARN', summary: '{{ $labels.ins }} swaps', hint: 'A database that swaps is slow in ways that look like something else.' },
    { alert: 'NodeSpaceFull', expr: 'node:fs:space_usage > 0.90', for: '1m', severity: 'CRIT', summary: '{{ $labels.mountpoint }} of {{ $labels.ins }} is {{ $value | humanizePercentage }} full', hint: 'WAL kept by a replication slot and old logs are the usual causes.' },
    { alert: 'NodeSpaceExhausted1d', expr: 'node:fs:space_predict_1d < 0', for: '1h', severity: 'WARN', summary: '{{ $labels.mountpoint }} of {{ $labels.ins }} is full within a day', hint: 'It fills at the rate of the last hour.' },
    { alert: 'NodeInodesFull', expr: 'node:fs:inode_usage > 0.90', for: '1m', severity: 'WARN', summary: '{{ $labels.mountpoint }} of {{ $labels.ins }} runs out of inodes', hint: 'Many small files: spool directories, sessions, caches.' },
    { alert: 'NodeRetransmits', expr: 'node:ins:tcp_retrans_ratio1m > 0.01', for: '5m', severity: 'WARN', summary: '{{ $labels.ins }} retransmits {{ $value | humanizePercentage }} of its segments', hint: 'Packets are lost on the way.' },
    { alert: 'NodeClockUnsynchronised', expr: 'node_timex_sync_status != 1', for: '5m', severity: 'WARN', summary: 'clock of {{ $labels.ins }} is not synchronised', hint: 'Leases and log times depend on it. chronyc sources' },
  ],
};
