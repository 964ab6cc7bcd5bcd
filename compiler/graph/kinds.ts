/**
 * Kinds of boxes and lines, and their colors: on white and on the dark page texts differ by 4.5 to 1 from what is behind them, lines by
 * 3 to 1.
 */

export type NodeKind =
  | 'vip'
  | 'service'
  | 'primary'
  | 'replica'
  | 'standby'
  | 'offline'
  | 'delayed'
  | 'etcd'
  | 'minio'
  | 'redis'
  | 'infra'
  | 'external';
export type EdgeKind =
  | 'route'
  | 'backup-route'
  | 'spare-route'
  | 'replication'
  | 'upstream'
  | 'monitor'
  | 'backup'
  | 'dcs';

/** Pages, light and dark. */
export const PAPER = { light: '#ffffff', dark: '#111827' };
/** Frames, borders of boxes and what is written beside them; on the dark page `INK_ON_DARK`. */
export const INK = '#6b7280';
export const INK_ON_DARK = '#9ca3af';
/** In boxes. */
export const TEXT = '#000000';

/** Boxes are filled with these. */
export const COLORS: Readonly<Record<NodeKind, string>> = {
  vip: '#fde68a',
  service: '#e5e7eb',
  primary: '#93c5fd',
  replica: '#dbeafe',
  standby: '#ddd6fe',
  offline: '#fed7aa',
  delayed: '#fecaca',
  etcd: '#bbf7d0',
  minio: '#fbcfe8',
  redis: '#fecdd3',
  infra: '#ccfbf1',
  external: '#f3f4f6',
};

export const LINE_COLORS: Readonly<Record<EdgeKind, string>> = {
  route: '#6b7280',
  'backup-route': '#6b7280',
  'spare-route': '#6b7280',
  replication: '#2563eb',
  upstream: '#7c3aed',
  monitor: '#e11d48',
  backup: '#db2777',
  dcs: '#16a34a',
};

/** What the lines mean, for a legend. */
export const LINE_WORDS: Readonly<Record<EdgeKind, string>> = {
  route: 'connections',
  'backup-route': 'connections to a backup (dashed)',
  'spare-route': 'connections after a failover (dotted)',
  replication: 'replication',
  upstream: 'follows another cluster',
  monitor: 'is watched (dotted)',
  backup: 'backups',
  dcs: 'keeps its state (dotted)',
};

/** What a frame is called that has the clusters of a kind. */
export const FAMILIES: Readonly<Record<NodeKind, string>> = {
  primary: 'PostgreSQL',
  replica: 'PostgreSQL',
  standby: 'PostgreSQL',
  offline: 'PostgreSQL',
  delayed: 'PostgreSQL',
  redis: 'Redis',
  etcd: 'etcd',
  minio: 'MinIO',
  infra: 'infra',
  vip: 'virtual addresses',
  service: 'load balancers',
  external: 'elsewhere',
};
