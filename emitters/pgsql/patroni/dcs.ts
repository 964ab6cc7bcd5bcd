/** Settings that live in the DCS: written at bootstrap, later changed only through `patronictl edit-config`. */
import type { InstanceView } from '../instance.ts';
import { postgresParameters, type EvaluatedSetting } from './parameters.ts';
import { rtoPlan } from './rto-plan.ts';
import type { Sizing } from './sizing.ts';

export interface DcsSettings {
  readonly value: Readonly<Record<string, unknown>>;
  readonly parameters: readonly EvaluatedSetting[];
}

/** What a running cluster may be brought to: everything in the DCS except the standby definition. */
export function dcsSettings(view: InstanceView, sizing: Sizing): DcsSettings {
  const { params } = view.host;
  const rto = rtoPlan(params);
  const crit = sizing.profile === 'crit';
  const parameters = postgresParameters({
    host: view.host,
    sizing,
    platform: view.site.platform,
    stanza: view.cluster.name,
  });
  const value = {
    ttl: rto.ttl,
    loop_wait: rto.loopWait,
    retry_timeout: rto.retryTimeout,
    primary_start_timeout: rto.primaryStartTimeout,
    maximum_lag_on_failover: params.pgRpo,
    maximum_lag_on_syncnode: -1,
    primary_stop_timeout: 30,
    synchronous_mode: crit || params.pgRpo === 0,
    synchronous_mode_strict: crit,
    failsafe_mode: true,
    pg_version: params.pgVersion,
    pg_cluster: view.cluster.name,
    pg_shard: params.pgShard ?? view.cluster.name,
    pg_group: params.pgGroup ?? 0,
    postgresql: {
      use_slots: true,
      use_pg_rewind: true,
      remove_data_directory_on_rewind_failure: true,
      parameters: Object.fromEntries(parameters.map((setting) => [setting.name, setting.value])),
    },
  };
  return { value, parameters };
}

/**
 * The definition of a standby cluster. Only ever part of the bootstrap section: applied to a running cluster it
 * would demote one that has been promoted since.
 */
export function standbyCluster(view: InstanceView): Readonly<Record<string, unknown>> | undefined {
  const { upstream } = view.cluster;
  if (upstream === undefined || view.instance.role !== 'primary') return undefined;
  return {
    host: upstream.address,
    port: upstream.port,
    recovery_min_apply_delay: upstream.delay,
    create_replica_methods: ['basebackup'],
  };
}
