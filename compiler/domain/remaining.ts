/** What is left of a service when hosts are lost. Members are whatever the caller has: instances of the model, hosts of an inventory. */

import { passes } from './health-check.ts';

export interface ServedBy<T> {
  /** Path of the health check. */
  readonly check: string;
  readonly members: readonly T[];
  /** The first that passes takes over when no member does. */
  readonly backups: readonly T[];
}

export interface Remaining<T> {
  /** Everyone who may serve then, in the order of the cluster. */
  readonly serving: readonly T[];
  /** How many of them serve at the same time: it can depend on who becomes the leader. */
  readonly least: number;
  readonly most: number;
  /** The leader is among the lost, and another member takes its place. */
  readonly elects: boolean;
}

/** `cluster` are all members, any of which may be elected when the leader is lost. */
export function remaining<T>(
  service: ServedBy<T>,
  cluster: readonly T[],
  leader: T,
  lost: ReadonlySet<T>,
): Remaining<T> {
  const alive = cluster.filter((member) => !lost.has(member));
  const elects = lost.has(leader) && alive.length > 0;
  const kind = passes(service.check);
  const serves = (member: T, now: T): boolean =>
    !lost.has(member) && (kind === 'any' || (kind === 'leader') === (member === now));
  const outcomes = (lost.has(leader) ? alive : [leader]).map((now) => {
    const active = service.members.filter((member) => serves(member, now));
    // HAProxy uses one backup at a time.
    return active.length > 0 ? active : service.backups.filter((member) => serves(member, now)).slice(0, 1);
  });
  const counts = outcomes.map((outcome) => outcome.length);
  const serving = new Set(outcomes.flat());
  return {
    serving: cluster.filter((member) => serving.has(member)),
    least: outcomes.length === 0 ? 0 : Math.min(...counts),
    most: Math.max(0, ...counts),
    elects,
  };
}
