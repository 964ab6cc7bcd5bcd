/** Kernel settings as /proc/sys takes them: https://docs.kernel.org/admin-guide/sysctl/ */
import { distance } from '../words/suggest.ts';
import type { Problem } from './options.ts';

/** Settings that sites of databases set. Others are as good. */
const NAMES =
  'fs.aio-max-nr fs.file-max fs.nr_open fs.suid_dumpable fs.inotify.max_user_instances ' +
  'fs.inotify.max_user_watches kernel.core_pattern kernel.numa_balancing kernel.panic kernel.pid_max ' +
  'kernel.sched_autogroup_enabled kernel.sem kernel.shmall kernel.shmmax kernel.shmmni kernel.threads-max ' +
  'net.core.netdev_max_backlog net.core.rmem_default net.core.rmem_max net.core.somaxconn ' +
  'net.core.wmem_default net.core.wmem_max net.ipv4.ip_forward net.ipv4.ip_local_port_range ' +
  'net.ipv4.ip_nonlocal_bind net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl ' +
  'net.ipv4.tcp_keepalive_probes net.ipv4.tcp_keepalive_time net.ipv4.tcp_max_syn_backlog ' +
  'net.ipv4.tcp_max_tw_buckets net.ipv4.tcp_mem net.ipv4.tcp_retries2 net.ipv4.tcp_rmem ' +
  'net.ipv4.tcp_syncookies net.ipv4.tcp_tw_reuse net.ipv4.tcp_wmem net.netfilter.nf_conntrack_max ' +
  'vm.dirty_background_bytes vm.dirty_background_ratio vm.dirty_bytes vm.dirty_expire_centisecs ' +
  'vm.dirty_ratio vm.dirty_writeback_centisecs vm.max_map_count vm.min_free_kbytes vm.nr_hugepages ' +
  'vm.overcommit_kbytes vm.overcommit_memory vm.overcommit_ratio vm.panic_on_oom vm.swappiness ' +
  'vm.vfs_cache_pressure vm.zone_reclaim_mode';

/** Least and most that the kernel takes. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  'vm.swappiness': [0, 200],
  'vm.overcommit_memory': [0, 2],
  'vm.dirty_ratio': [0, 100],
  'vm.dirty_background_ratio': [0, 100],
  'vm.panic_on_oom': [0, 2],
  'fs.suid_dumpable': [0, 2],
};

/** What the kernel has against the name of a setting: no more than that it is one letter away from another one. */
export function sysctlNameProblem(name: string): Problem<'sysctl-value'> | undefined {
  const letters = (one: string): string => one.replace(/\d/g, '#');
  const names = NAMES.split(' ');
  const meant = names.find((one) => distance(letters(one), letters(name), 1) === 1);
  if (meant === undefined || names.includes(name)) return undefined;
  return { found: { problem: 'no-setting' }, help: `did you mean \`${meant}\`?` };
}

/** What the kernel has against the value of a setting. Text is taken by few, none of which are below `vm` and `fs`. */
export function sysctlValueProblem(
  name: string,
  value: string | number | boolean,
): Problem<'sysctl-value'> | undefined {
  if (typeof value === 'boolean')
    return { found: { problem: 'no-boolean', value: String(value) }, help: `write ${value ? 1 : 0}` };
  const words = String(value).trim().split(/\s+/);
  const isText = !/^(?:vm|fs)\./.test(name) || /^(?:vm\.numa_zonelist_order$|fs\.binfmt_misc\.)/.test(name);
  const wrong = isText ? undefined : words.find((word) => !/^-?\d+$/.test(word));
  if (wrong !== undefined) return { found: { problem: 'no-number', value: wrong } };
  const [least, most] = Object.hasOwn(RANGES, name) ? RANGES[name]! : [-Infinity, Infinity];
  if (words.every((word) => Number.isNaN(Number(word)) || (Number(word) >= least && Number(word) <= most)))
    return undefined;
  return { found: { problem: 'out-of-range', least, most } };
}
