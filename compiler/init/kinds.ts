/** The kinds of site that `pigstyc init` writes: which groups each has, and how many machines it takes. */
import {
  citus,
  citusObjects,
  etcd,
  infra,
  minio,
  postgres,
  redis,
  standby,
  standbyObjects,
  type Writer,
} from './groups.ts';

export interface Kind {
  readonly summary: string;
  readonly machines: Machines;
  /** What it does with a virtual address. */
  readonly vip: 'needs' | 'takes' | 'none';
  /** Backups go to an object store of the site. */
  readonly store?: boolean;
  /** Has no PostgreSQL. */
  readonly plain?: boolean;
  /** Variables that hold for all its hosts, as lines of YAML. */
  vars?(writer: Writer): readonly string[];
  /** The groups of the inventory as YAML, below `children`. */
  groups(writer: Writer): readonly string[];
}

/** How many machines a kind can be made of. Two never: none of them could tell the loss of the other from its own. */
interface Machines {
  readonly text: string;
  fit(count: number): boolean;
}

const ONE: Machines = { text: 'one machine', fit: (count) => count === 1 };
const SEVERAL: Machines = { text: 'three machines or more', fit: (count) => count >= 3 };
const ONE_OR_SEVERAL: Machines = {
  text: 'one machine, or three or more',
  fit: (count) => ONE.fit(count) || SEVERAL.fit(count),
};

export const KINDS: Readonly<Record<string, Kind>> = {
  single: {
    summary: 'one machine with everything a database needs',
    machines: ONE,
    vip: 'none',
    groups: (writer) => [infra(writer), etcd(writer), postgres(writer)],
  },
  ha: {
    summary: 'a cluster that survives the loss of a machine',
    machines: SEVERAL,
    vip: 'none',
    groups: (writer) => [infra(writer), etcd(writer), postgres(writer)],
  },
  vip: {
    summary: 'the same with a virtual address that follows the primary, and backups in an object store',
    machines: SEVERAL,
    vip: 'needs',
    store: true,
    groups: (writer) => [infra(writer), etcd(writer), minio(writer), postgres(writer)],
  },
  standby: {
    summary: 'a cluster, a standby cluster that follows it, and one that follows a day later',
    machines: SEVERAL,
    vip: 'none',
    vars: standbyObjects,
    groups: (writer) => [infra(writer), etcd(writer), ...standby(writer)],
  },
  citus: {
    summary: 'a distributed database: a coordinator, and a shard on each further machine',
    machines: SEVERAL,
    vip: 'none',
    vars: citusObjects,
    groups: (writer) => [infra(writer), etcd(writer), ...citus(writer)],
  },
  redis: {
    summary: 'Redis alone: a primary with its replica on one machine, a native cluster on three or more',
    machines: ONE_OR_SEVERAL,
    vip: 'none',
    plain: true,
    groups: (writer) => [infra(writer), redis(writer)],
  },
  full: {
    summary: 'every module: PostgreSQL, etcd, MinIO, Redis, monitoring',
    machines: ONE_OR_SEVERAL,
    vip: 'takes',
    store: true,
    groups: (writer) => [infra(writer), etcd(writer), minio(writer), postgres(writer), redis(writer)],
  },
};

/** The kind that a number of machines asks for when none is named. */
export function kindFor(machines: number): string {
  return machines === 1 ? 'single' : 'ha';
}
