/** Changes that a host with data refuses. */
import type { PlanRecord } from '../../phases/9-bundle/plan-record.ts';

/** One value that cannot change in place. */
export interface IdentityChange {
  /** The module whose data they are. */
  readonly module: string;
  readonly key: string;
  readonly before: string;
  readonly after: string;
}

/** What the new plan says of the data on the host and the former said differently. Pools may be added behind those there are. */
export function identityChanges(now: PlanRecord, former: PlanRecord): readonly IdentityChange[] {
  return Object.entries(now.identity).flatMap(([module, values]) =>
    Object.entries(values).flatMap(([key, after]) => {
      const before = former.identity[module]?.[key];
      if (before === undefined || before === after || (key === 'pools' && after.startsWith(`${before} `))) return [];
      return [{ module, key, before, after }];
    }),
  );
}
