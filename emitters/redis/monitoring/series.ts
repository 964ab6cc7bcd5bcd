import type { Recording } from '../../toolkit/monitoring/rule.ts';
import { combined, family, type Level } from '../../toolkit/monitoring/family.ts';

const ALL: readonly Level[] = ['ins', 'cls', 'env'];

const one = (record: string, expr: string): Recording => ({ record: `redis:${record}`, expr });
const rate = (measure: string, counter: string): readonly Recording[] =>
  family('redis', measure, ALL, `rate(${counter}[1m])`);

export const redisSeries: readonly Recording[] = [
  one('ins:cpu_sys', 'rate(redis_cpu_sys_seconds_total[1m])'),
  one('ins:cpu_user', 'rate(redis_cpu_user_seconds_total[1m])'),
  one('cls:cpu_sys', 'avg by (job, cls) (redis:ins:cpu_sys)'),
  one('cls:cpu_user', 'avg by (job, cls) (redis:ins:cpu_user)'),
  ...combined('redis', 'cpu_usage', ['ins', 'cls'], 'A + B', 'cpu_sys', 'cpu_user'),
  one('env:cpu_usage', 'avg by (job) (redis:ins:cpu_usage)'),
  one('ins:mem_usage', 'redis_memory_used_bytes / (redis_memory_max_bytes > 0)'),
  one('cls:mem_used', 'sum by (job, cls) (redis_memory_used_bytes)'),
  one('cls:mem_max', 'sum by (job, cls) (redis_memory_max_bytes)'),
  one('cls:mem_usage', 'redis:cls:mem_used / (redis:cls:mem_max > 0)'),
  one('cls:mem_usage_max', 'max by (job, cls) (redis:ins:mem_usage)'),
  ...rate('rx', 'redis_net_input_bytes_total'),
  ...rate('tx', 'redis_net_output_bytes_total'),
  ...combined('redis', 'net_traffic', ALL, 'A + B', 'rx', 'tx'),
  ...rate('qps', 'redis_commands_processed_total'),
  ...family('redis', 'qps_realtime', ALL, 'irate(redis_commands_processed_total[1m])'),
  ...rate('key_expire', 'redis_expired_keys_total'),
  ...rate('key_evict', 'redis_evicted_keys_total'),
  ...rate('key_hit', 'redis_keyspace_hits_total'),
  ...rate('key_miss', 'redis_keyspace_misses_total'),
  ...combined('redis', 'key_hit_rate', ALL, 'A / (A + B)', 'key_hit', 'key_miss'),
  ...['time', 'qps'].flatMap((what) => [
    one(`ins:cmd_${what}`, `rate(redis_commands_${what === 'time' ? 'duration_seconds_total' : 'total'}[1m])`),
    one(`cls:cmd_${what}`, `sum by (job, cls, cmd) (redis:ins:cmd_${what})`),
    one(`env:cmd_${what}`, `sum by (job, cmd) (redis:cls:cmd_${what})`),
  ]),
  ...combined('redis', 'cmd_rt', ALL, 'A / B', 'cmd_time', 'cmd_qps'),
  ...combined('redis', 'rt', ALL, 'sum without (cmd) (A) / sum without (cmd) (B)', 'cmd_time', 'cmd_qps'),
  ...['qps', 'rt'].flatMap((measure) =>
    ALL.flatMap((level) => [
      one(`${level}:${measure}_mu`, `avg_over_time(redis:${level}:${measure}[30m])`),
      one(`${level}:${measure}_sigma`, `stddev_over_time(redis:${level}:${measure}[30m])`),
    ]),
  ),
  ...family('redis', 'clients', ALL, 'redis_connected_clients'),
  ...rate('conn_rate', 'redis_connections_received_total'),
  ...rate('conn_reject', 'redis_rejected_connections_total'),
  one('ins:lsn_rate', 'rate(redis_master_repl_offset[1m])'),
  one('cls:fork_time', 'max by (job, cls) (redis_latest_fork_seconds)'),
  one('cls:aof_rewrite_time', 'max by (job, cls) (redis_aof_last_rewrite_duration_sec)'),
  one('cls:size', 'count by (job, cls) (redis_up)'),
];
