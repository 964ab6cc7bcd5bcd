/** Figures the Patroni configuration derives from a host's CPU, memory and disk. Rounding follows the upstream formulas. */
import type { Host } from '../../../compiler/model/site.ts';

export const PROFILES = ['oltp', 'olap', 'crit', 'tiny'] as const;
/** Tuning profile: pg_conf without its extension. */
export type TuningProfile = (typeof PROFILES)[number];

export interface Sizing {
  readonly profile: TuningProfile;
  readonly maxConnections: number;
  readonly maxLocksPerTransaction: number;
  readonly maxPreparedTransactions: number;
  /** MiB */
  readonly sharedBuffers: number;
  readonly maintenanceWorkMem: number;
  readonly workMem: number;
  readonly effectiveCacheSize: number;
  readonly maxWorkerProcesses: number;
  readonly maxParallelWorkers: number;
  readonly maxParallelMaintenanceWorkers: number;
  readonly maxParallelWorkersPerGather: number;
  readonly ioWorkers: number;
  readonly ioMethod: string;
  /** A twentieth of the disk in GiB, within 1..100. */
  readonly diskTwentieth: number;
  /** Size of the disk in GiB, at least 1. */
  readonly diskGib: number;
  readonly memoryGib: number;
}

interface ProfileRule {
  /** max_connections for pg_max_conn: auto. */
  connections(pooled: boolean): number;
  readonly locksFactor: number;
  readonly maintenanceShare: number;
  readonly workMem: readonly [least: number, most: number];
  /** max_worker_processes = max(cpu + add, least). */
  readonly workers: readonly [add: number, least: number];
  parallelWorkers(cpu: number): number;
  parallelMaintenance(cpu: number): number;
  gather(cpu: number): number;
  ioWorkers(cpu: number): number;
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

const OLTP: ProfileRule = {
  connections: (pooled) => (pooled ? 500 : 1000),
  locksFactor: 1,
  maintenanceShare: 0.25,
  workMem: [64, 1024],
  workers: [8, 16],
  parallelWorkers: (cpu) => Math.max(Math.ceil(cpu * 0.5), 2),
  parallelMaintenance: (cpu) => Math.max(Math.ceil(cpu * 0.33), 2),
  gather: (cpu) => clamp(Math.floor(cpu * 0.2), 2, 8),
  ioWorkers: (cpu) => clamp(Math.ceil(cpu * 0.25), 4, 16),
};

const RULES: Readonly<Record<TuningProfile, ProfileRule>> = {
  oltp: OLTP,
  olap: {
    ...OLTP,
    connections: () => 500,
    locksFactor: 2,
    maintenanceShare: 0.5,
    workMem: [64, 8192],
    workers: [12, 20],
    parallelWorkers: (cpu) => Math.max(Math.ceil(cpu * 0.8), 2),
    gather: (cpu) => Math.max(Math.floor(cpu * 0.5), 2),
    ioWorkers: (cpu) => clamp(Math.ceil(cpu * 0.5), 4, 32),
  },
  crit: { ...OLTP, gather: () => 0, ioWorkers: (cpu) => clamp(Math.ceil(cpu * 0.25), 4, 8) },
  tiny: {
    ...OLTP,
    connections: () => 250,
    workMem: [16, 256],
    workers: [4, 12],
    parallelWorkers: (cpu) => Math.max(Math.floor(cpu * 0.5), 1),
    parallelMaintenance: (cpu) => Math.max(Math.floor(cpu * 0.33), 1),
    gather: () => 0,
    ioWorkers: () => 3,
  },
};

/** The profile pg_conf names; an unknown template is a diagnostic of an earlier phase and means oltp here. */
export function tuningProfile(pgConf: string): TuningProfile {
  const name = pgConf.replace(/\.ya?ml$/, '');
  return PROFILES.find((profile) => profile === name) ?? 'oltp';
}

/** Sizes an instance from the facts of its host. */
export function sizeInstance(host: Host): Sizing {
  const { params, facts } = host;
  const profile = tuningProfile(params.pgConf);
  const rule = RULES[profile];
  const { cpu, memoryMib } = facts;
  const wanted = Number(params.pgMaxConn);
  const maxConnections =
    Number.isInteger(wanted) && wanted >= 20 ? wanted : rule.connections(params.pgDefaultServiceDest === 'pgbouncer');
  const lockHungry = params.pgLibs.includes('citus') || params.pgLibs.includes('timescaledb');
  const sharedBuffers = Math.ceil(memoryMib * params.pgSharedBufferRatio);
  return {
    profile,
    maxConnections,
    maxLocksPerTransaction: rule.locksFactor * (lockHungry ? 2 : 1) * maxConnections,
    maxPreparedTransactions: params.pgLibs.includes('citus') ? maxConnections : 0,
    sharedBuffers,
    maintenanceWorkMem: Math.ceil(sharedBuffers * rule.maintenanceShare),
    workMem: clamp(Math.floor(sharedBuffers / maxConnections), ...rule.workMem),
    effectiveCacheSize: memoryMib - sharedBuffers,
    maxWorkerProcesses: Math.max(cpu + rule.workers[0], rule.workers[1]),
    maxParallelWorkers: rule.parallelWorkers(cpu),
    maxParallelMaintenanceWorkers: rule.parallelMaintenance(cpu),
    maxParallelWorkersPerGather: rule.gather(cpu),
    ioWorkers: rule.ioWorkers(cpu),
    ioMethod: ioMethod(host),
    diskTwentieth: clamp(Math.ceil(facts.diskGib / 20), 1, 100),
    diskGib: Math.max(Math.ceil(facts.diskGib), 1),
    memoryGib: Math.max(Math.ceil(memoryMib / 1024), 1),
  };
}

/** `auto` is io_uring where the kernel and packages support it: Debian family and EL 10. */
function ioMethod({ params, facts }: Host): string {
  if (params.pgIoMethod !== 'auto') return params.pgIoMethod;
  return facts.osFamily === 'deb' || Number.parseInt(facts.osVersion, 10) >= 10 ? 'io_uring' : 'worker';
}
