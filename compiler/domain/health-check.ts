/** Health checks of Patroni by path: https://patroni.readthedocs.io/en/latest/rest_api.html */

/** Who passes a health check: the leader, those who follow it, or everyone who runs. */
export type Passes = 'leader' | 'replica' | 'any';

interface HealthCheck {
  readonly passes: Passes;
  /** Only a leader that takes writes passes; that of a standby cluster does not. */
  readonly writes?: true;
  /** Who passes, in words. */
  readonly says: string;
}

const PRIMARY = 'the primary: the leader of a cluster that takes writes';
const SYNC = 'replicas that are synchronous';
const ASYNC = 'replicas that are not synchronous';

/** Paths that Patroni answers, those first that say best what is meant. */
export const HEALTH_CHECKS: ReadonlyMap<string, HealthCheck> = new Map<string, HealthCheck>([
  ['/primary', { passes: 'leader', writes: true, says: PRIMARY }],
  [
    '/replica',
    { passes: 'replica', says: 'replicas that run and may serve; `?lag=10MB` leaves out those further behind' },
  ],
  ['/read-only', { passes: 'any', says: 'the primary and replicas that run and may serve' }],
  ['/leader', { passes: 'leader', says: 'the leader, also that of a standby cluster' }],
  ['/standby-leader', { passes: 'leader', says: 'the leader of a standby cluster' }],
  ['/sync', { passes: 'replica', says: SYNC }],
  ['/async', { passes: 'replica', says: ASYNC }],
  ['/quorum', { passes: 'replica', says: 'replicas that count for the quorum of commits' }],
  ['/read-only-sync', { passes: 'any', says: 'the primary and synchronous replicas' }],
  ['/read-only-quorum', { passes: 'any', says: 'the primary and replicas of the quorum' }],
  ['/health', { passes: 'any', says: 'members whose PostgreSQL runs' }],
  ['/readiness', { passes: 'any', says: 'the leader, and replicas that are ready to serve' }],
  ['/liveness', { passes: 'any', says: 'members whose Patroni works' }],
  ['/read-write', { passes: 'leader', writes: true, says: PRIMARY }],
  ['/', { passes: 'leader', writes: true, says: PRIMARY }],
  ['/synchronous', { passes: 'replica', says: SYNC }],
  ['/asynchronous', { passes: 'replica', says: ASYNC }],
]);

/** Spellings of earlier releases. */
const FORMER: Readonly<Record<string, string>> = { '/master': '/primary', '/standby_leader': '/standby-leader' };

/** The role of those who pass. */
export function passes(check: string): Passes {
  return healthCheck(check)?.passes ?? 'any';
}

/** True when the leader of a standby cluster does not pass. */
export function needsWrites(check: string): boolean {
  return healthCheck(check)?.writes === true;
}

function healthCheck(check: string): HealthCheck | undefined {
  const path = check.split('?')[0]!;
  return HEALTH_CHECKS.get(FORMER[path] ?? path);
}
