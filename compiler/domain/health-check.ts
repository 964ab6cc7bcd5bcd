/** Health checks of Patroni by path: https://patroni.readthedocs.io/en/latest/rest_api.html */

/** Who passes a health check: the leader, those who follow it, or everyone who runs. */
export type Passes = 'leader' | 'replica' | 'any';

/** Only a leader that takes writes passes; that of a standby cluster does not. */
const WRITABLE = new Set(['/', '/primary', '/master', '/read-write']);
const LEADER = new Set([...WRITABLE, '/leader', '/standby-leader', '/standby_leader']);
const REPLICA = new Set(['/replica', '/sync', '/synchronous', '/async', '/asynchronous', '/quorum']);

/** The role of those who pass. */
export function passes(check: string): Passes {
  const path = pathOf(check);
  return LEADER.has(path) ? 'leader' : REPLICA.has(path) ? 'replica' : 'any';
}

/** True when the leader of a standby cluster does not pass. */
export function needsWrites(check: string): boolean {
  return WRITABLE.has(pathOf(check));
}

function pathOf(check: string): string {
  return check.split('?')[0]!;
}
