import type { Recording } from './rule.ts';

/** Levels at which a measure is recorded, finest first: pool or database, device, CPU or file system, instance, cluster, everything. */
export type Level = 'pool' | 'db' | 'dev' | 'cpu' | 'ins' | 'cls' | 'env';

/** What tells series of a level apart and is gone one level up. */
const ABOVE: Readonly<Record<Level, string>> = {
  pool: 'without (user, pool_mode, load_balance_hosts)',
  db: 'without (datname)',
  dev: 'without (device)',
  cpu: 'without (cpu)',
  ins: 'by (job, cls)',
  cls: 'by (job)',
  env: '',
};

/** A measure from an expression at the first level, and its sum (or maximum, average) at each further one. */
export function family(
  prefix: string,
  measure: string,
  levels: readonly Level[],
  expr: string,
  combine: 'sum' | 'max' | 'avg' = 'sum',
): readonly Recording[] {
  return levels.map((level, i) => ({
    record: `${prefix}:${level}:${measure}`,
    expr: i === 0 ? expr : `${combine} ${ABOVE[levels[i - 1]!]} (${prefix}:${levels[i - 1]}:${measure})`,
  }));
}

/** A measure that is computed from two others in the same way at every level. `A` and `B` stand for them. */
export function combined(
  prefix: string,
  measure: string,
  levels: readonly Level[],
  expr: string,
  a: string,
  b: string,
): readonly Recording[] {
  return levels.map((level) => ({
    record: `${prefix}:${level}:${measure}`,
    expr: expr.replace(/\b[AB]\b/g, (name) => `${prefix}:${level}:${name === 'A' ? a : b}`),
  }));
}

/** How far a measure strays in a quarter of an hour. */
export function stray(prefix: string, measure: string, of: string, levels: readonly Level[]): readonly Recording[] {
  return levels.map((level) => ({
    record: `${prefix}:${level}:${measure}`,
    expr: `stddev_over_time(${prefix}:${level}:${of}[15m])`,
  }));
}

/** The rate of a counter over a window, summed upwards; the window is part of the name. */
export function rates(
  prefix: string,
  measure: string,
  levels: readonly Level[],
  counter: string,
  windows: readonly string[] = ['1m'],
): readonly Recording[] {
  return windows.flatMap((window) => family(prefix, `${measure}_rate${window}`, levels, `rate(${counter}[${window}])`));
}
