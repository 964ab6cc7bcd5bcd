import type { HostFacts } from '../../compiler/platform/host-facts.ts';

export type TuneName = 'oltp' | 'olap' | 'crit' | 'tiny';
export const TUNE_NAMES: readonly TuneName[] = ['oltp', 'olap', 'crit', 'tiny'];

type Settings = readonly (readonly [string, string | number])[];

export interface TuneProfile {
  readonly summary: string;
  /** Profile it builds on. */
  readonly include: string | undefined;
  /** Fixed CPU frequency and latency: pointless on a tiny virtual machine. */
  readonly fastCpu: boolean;
  readonly sysctl: Settings;
  /** Extra settings of NVMe disks. */
  readonly nvme: Settings;
}

interface Differences {
  readonly summary: string;
  readonly include: string | undefined;
  readonly swappiness: number;
  /** vm.overcommit_ratio while node_overcommit_ratio is 0; undefined leaves the kernel's policy alone. */
  readonly looseOvercommit: number | undefined;
  readonly dirty: Settings;
  readonly fileMax: number;
  readonly network: Settings;
  readonly nvme: Settings;
}

const KEEPALIVE_SHORT: Settings = [
  ['net.ipv4.tcp_keepalive_time', 60],
  ['net.ipv4.tcp_keepalive_intvl', 20],
  ['net.ipv4.tcp_keepalive_probes', 3],
];

/** What the four profiles do not share. */
const DIFFERENCES: Readonly<Record<TuneName, Differences>> = {
  oltp: {
    summary: 'Short transactions: low latency, steady write-back',
    include: 'network-latency',
    swappiness: 1,
    looseOvercommit: 100,
    dirty: [
      ['vm.dirty_background_ratio', 3],
      ['vm.dirty_ratio', 15],
      ['vm.dirty_expire_centisecs', 500],
      ['vm.dirty_writeback_centisecs', 100],
    ],
    fileMax: 2 ** 24,
    network: [
      ['net.core.somaxconn', 65535],
      ['net.core.netdev_max_backlog', 8192],
      ...buffers(4194304, 16777216),
      ['net.ipv4.tcp_syncookies', 0],
      ['net.ipv4.tcp_tw_reuse', 1],
      ['net.ipv4.tcp_synack_retries', 3],
      ['net.ipv4.tcp_syn_retries', 3],
      ...KEEPALIVE_SHORT,
      ['net.ipv4.tcp_fin_timeout', 15],
      ['net.ipv4.tcp_max_syn_backlog', 8192],
      ['net.netfilter.nf_conntrack_max', 524288],
    ],
    nvme: [['readahead', 64]],
  },
  olap: {
    summary: 'Long queries: throughput, much dirty memory',
    include: 'network-throughput',
    swappiness: 1,
    looseOvercommit: undefined,
    dirty: [
      ['vm.dirty_background_ratio', 10],
      ['vm.dirty_ratio', 80],
    ],
    fileMax: 2 ** 27,
    network: [
      ['net.core.somaxconn', 65535],
      ['net.core.netdev_max_backlog', 8192],
      ...buffers(16777216, 33554432),
      ['net.ipv4.tcp_syncookies', 1],
      ['net.ipv4.tcp_tw_reuse', 0],
      ['net.ipv4.tcp_synack_retries', 3],
      ['net.ipv4.tcp_syn_retries', 3],
      ['net.ipv4.tcp_keepalive_time', 300],
      ['net.ipv4.tcp_keepalive_intvl', 60],
      ['net.ipv4.tcp_keepalive_probes', 5],
      ['net.ipv4.tcp_fin_timeout', 60],
      ['net.ipv4.tcp_max_syn_backlog', 8192],
      ['net.netfilter.nf_conntrack_max', 524288],
    ],
    nvme: [['readahead', 2048]],
  },
  crit: {
    summary: 'Nothing may be lost: early write-back, low latency',
    include: 'network-latency',
    swappiness: 1,
    looseOvercommit: 100,
    dirty: [
      ['vm.dirty_background_ratio', 1],
      ['vm.dirty_ratio', 5],
      ['vm.dirty_expire_centisecs', 100],
      ['vm.dirty_writeback_centisecs', 100],
    ],
    fileMax: 2 ** 24,
    network: [
      ['net.core.somaxconn', 65535],
      ['net.core.netdev_max_backlog', 8192],
      ...buffers(4194304, 16777216),
      ['net.ipv4.tcp_syncookies', 1],
      ['net.ipv4.tcp_tw_reuse', 1],
      ['net.ipv4.tcp_synack_retries', 2],
      ['net.ipv4.tcp_syn_retries', 2],
      ...KEEPALIVE_SHORT,
      ['net.ipv4.tcp_fin_timeout', 30],
      ['net.ipv4.tcp_max_syn_backlog', 8192],
      ['net.netfilter.nf_conntrack_max', 524288],
    ],
    nvme: [['readahead', 128]],
  },
  tiny: {
    summary: 'Small virtual machines',
    include: undefined,
    swappiness: 10,
    looseOvercommit: 200,
    dirty: [
      ['vm.dirty_background_ratio', 5],
      ['vm.dirty_ratio', 30],
    ],
    fileMax: 2 ** 24,
    network: [
      ['net.core.somaxconn', 8192],
      ['net.core.netdev_max_backlog', 2048],
      ...buffers(4194304, 16777216),
      ['net.ipv4.tcp_syncookies', 0],
      ['net.ipv4.tcp_tw_reuse', 1],
      ['net.ipv4.tcp_synack_retries', 3],
      ['net.ipv4.tcp_syn_retries', 3],
      ...KEEPALIVE_SHORT,
      ['net.ipv4.tcp_fin_timeout', 30],
      ['net.ipv4.tcp_max_syn_backlog', 4096],
      ['net.netfilter.nf_conntrack_max', 65536],
    ],
    nvme: [],
  },
};

/** Message queues and semaphores, which a tiny machine leaves at the kernel's defaults. */
const IPC: Settings = [
  ['kernel.msgmni', 32768],
  ['kernel.msgmnb', 65536],
  ['kernel.msgmax', 65536],
  ['kernel.pid_max', 131072],
  ['kernel.sem', '4096 524288 2048 8192'],
];

/** A profile for one host: shared memory may take three quarters of its memory. */
export function tuneProfile(name: TuneName, facts: Pick<HostFacts, 'memoryMib'>, overcommitRatio: number): TuneProfile {
  const own = DIFFERENCES[name];
  const bytes = facts.memoryMib * 2 ** 20;
  return {
    summary: own.summary,
    include: own.include,
    fastCpu: name !== 'tiny',
    sysctl: [
      ['kernel.numa_balancing', 0],
      ['kernel.sched_autogroup_enabled', 0],
      // In pages of 4 KiB, then in bytes.
      ['kernel.shmall', Math.floor((bytes / 4096) * 0.75)],
      ['kernel.shmmax', Math.floor(bytes * 0.75)],
      ['kernel.shmmni', 8192],
      ...(name === 'tiny' ? [] : IPC),
      ['vm.swappiness', own.swappiness],
      ['vm.zone_reclaim_mode', 0],
      ...overcommit(overcommitRatio, own.looseOvercommit),
      ...own.dirty,
      ['vm.mmap_min_addr', 65536],
      ['fs.file-max', own.fileMax],
      ['fs.nr_open', 2 ** 23],
      ['fs.aio-max-nr', 2 ** 20],
      ...own.network,
      ['net.ipv4.ping_group_range', '0 65535'],
      ['net.ipv4.ip_forward', 1],
      // Lets a service bind a VIP that another host holds right now.
      ['net.ipv4.ip_nonlocal_bind', 1],
      ['net.ipv4.tcp_timestamps', 1],
      ['net.ipv4.ip_local_port_range', '10000 64999'],
      ['net.ipv4.tcp_max_tw_buckets', 262144],
    ],
    nvme: own.nvme,
  };
}

/** Strict accounting when a ratio is given. */
function overcommit(ratio: number, loose: number | undefined): Settings {
  if (ratio > 0)
    return [
      ['vm.overcommit_memory', 2],
      ['vm.overcommit_ratio', ratio],
    ];
  return loose === undefined
    ? []
    : [
        ['vm.overcommit_memory', 0],
        ['vm.overcommit_ratio', loose],
      ];
}

function buffers(coreMax: number, tcpMax: number): Settings {
  return [
    ['net.core.rmem_default', 262144],
    ['net.core.wmem_default', 262144],
    ['net.core.rmem_max', coreMax],
    ['net.core.wmem_max', coreMax],
    ['net.ipv4.tcp_rmem', `4096 87380 ${tcpMax}`],
    ['net.ipv4.tcp_wmem', `4096 16384 ${tcpMax}`],
    ['net.ipv4.udp_mem', `3145728 4194304 ${tcpMax}`],
  ];
}
