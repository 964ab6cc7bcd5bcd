import type { RedisCluster } from '../../compiler/model/site.ts';

/** An instance's part in a native cluster that has never been formed. */
export type ClusterSeat =
  | {
      readonly role: 'master';
      readonly host: string;
      readonly port: number;
      readonly firstSlot: number;
      readonly lastSlot: number;
    }
  | {
      readonly role: 'replica';
      readonly host: string;
      readonly port: number;
      readonly masterHost: string;
      readonly masterPort: number;
    };

const SLOTS = 16384;

interface Master {
  readonly host: string;
  readonly port: number;
  readonly firstSlot: number;
  readonly lastSlot: number;
  followers: number;
}

/**
 * The first layout of a native cluster: primaries are taken from the hosts in turn, slots are divided evenly, and each replica
 * follows the primary that has fewest replicas, on another host when there is one. Empty when there are fewer than three
 * primaries to be had: a majority needs three.
 */
export function clusterSeats(cluster: RedisCluster, replicas: number): readonly ClusterSeat[] {
  const all = interleave(
    cluster.nodes.map((node) => node.instances.map(({ port }) => ({ host: node.host.address, port }))),
  );
  const count = Math.floor(all.length / (replicas + 1));
  if (count < 3) return [];
  const masters: readonly Master[] = all.slice(0, count).map((seat, i) => ({
    ...seat,
    firstSlot: Math.round((i * SLOTS) / count),
    lastSlot: Math.round(((i + 1) * SLOTS) / count) - 1,
    followers: 0,
  }));
  const followers = all.slice(count).map((seat) => {
    const master = masters.reduce((a, b) => (cost(b, seat.host) < cost(a, seat.host) ? b : a));
    master.followers += 1;
    return { seat, master };
  });
  // Taken one by one, the last may be left with the primary of its own host, and both would be lost with it: two change places.
  for (const last of followers.filter(({ seat, master }) => seat.host === master.host)) {
    const other = followers.find(
      ({ seat, master }) => seat.host !== last.master.host && master.host !== last.seat.host,
    );
    if (other !== undefined) [last.master, other.master] = [other.master, last.master];
  }
  return [
    ...masters.map(({ followers: _, ...seat }) => ({ role: 'master' as const, ...seat })),
    ...followers.map(({ seat, master }) => ({
      role: 'replica' as const,
      ...seat,
      masterHost: master.host,
      masterPort: master.port,
    })),
  ];
}

/** Fewest replicas first; among equals, one on another host. */
function cost(master: Master, host: string): number {
  return master.followers * 2 + (master.host === host ? 1 : 0);
}

function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => (i < list.length ? [list[i]!] : []))).flat();
}

/** One seat a line, as `redis_cluster_join` of the runtime reads it. */
export function seatList(seats: readonly ClusterSeat[]): string {
  return seats
    .map((seat) =>
      seat.role === 'master'
        ? `master ${seat.host} ${seat.port} ${seat.firstSlot} ${seat.lastSlot}\n`
        : `replica ${seat.host} ${seat.port} ${seat.masterHost} ${seat.masterPort}\n`,
    )
    .join('');
}
