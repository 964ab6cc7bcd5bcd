/** How fast a failed leader is replaced. */
import type { Host } from '../../../compiler/model/site.ts';

/** Timings of one row of `pg_rto_plan`, all in seconds. */
export interface RtoPlan {
  readonly ttl: number;
  readonly loopWait: number;
  readonly retryTimeout: number;
  readonly primaryStartTimeout: number;
  readonly safetyMargin: number;
}

/** Timings of the cluster's failover; an unknown plan name means `norm`. */
export function rtoPlan({ pgRto, pgRtoPlan }: Host['params']): RtoPlan {
  const plan = pgRtoPlan.get(pgRto) ?? pgRtoPlan.get('norm') ?? [30, 5, 10, 25, 5];
  const [ttl, loopWait, retryTimeout, primaryStartTimeout, safetyMargin] = plan.map(Number);
  return {
    ttl: ttl!,
    loopWait: loopWait!,
    retryTimeout: retryTimeout!,
    primaryStartTimeout: primaryStartTimeout!,
    safetyMargin: safetyMargin!,
  };
}
