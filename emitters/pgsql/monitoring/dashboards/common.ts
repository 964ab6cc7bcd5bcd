import type { Thresholds, Variable } from '../../../toolkit/monitoring/panel.ts';

export const CLS: Variable = { name: 'cls', label: 'Cluster', query: 'label_values(up{job="pgsql"}, cls)' };
export const INS: Variable = { name: 'ins', label: 'Instance', query: 'label_values(up{job="pgsql"}, ins)' };
export const INSTANCE = { uid: 'pgsql-instance', title: 'Open the instance', label: 'ins' } as const;

/** Databases that somebody works in. */
export const OWN = 'datname!~"template[01]"';

export const C = '{cls="$cls"}';
export const I = '{ins="$ins"}';

/** WAL to replay: one segment is usual, more than four is not. */
export const LAG: Thresholds = [
  [16_777_216, 'yellow'],
  [67_108_864, 'red'],
];

/** A daily backup is late after a day and an hour, and missing after two days. */
export const BACKUP_AGE: Thresholds = [
  [90_000, 'yellow'],
  [172_800, 'red'],
];
