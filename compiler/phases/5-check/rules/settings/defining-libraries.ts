import { own } from '../../../../words/own.ts';

/**
 * Prefixes of settings that exist only where a library is loaded, with the libraries that define them. Others are
 * legal everywhere: settings of extensions that load themselves on first use, and those an application makes up.
 */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  auth_delay: ['auth_delay'],
  auto_explain: ['auto_explain'],
  citus: ['citus'],
  credcheck: ['credcheck'],
  cron: ['pg_cron'],
  duckdb: ['pg_duckdb', 'pg_mooncake'],
  orioledb: ['orioledb'],
  pg_failover_slots: ['pg_failover_slots'],
  pg_hint_plan: ['pg_hint_plan'],
  pg_net: ['pg_net'],
  pg_prewarm: ['pg_prewarm'],
  pg_qualstats: ['pg_qualstats'],
  pg_squeeze: ['pg_squeeze'],
  pg_stat_kcache: ['pg_stat_kcache'],
  pg_stat_monitor: ['pg_stat_monitor'],
  pg_stat_statements: ['pg_stat_statements'],
  pg_wait_sampling: ['pg_wait_sampling'],
  pgaudit: ['pgaudit', 'pgauditlogtofile'],
  pglogical: ['pglogical'],
  pgsodium: ['pgsodium'],
  pgtle: ['pg_tle'],
  plan_filter: ['plan_filter'],
  set_user: ['set_user'],
  spock: ['spock'],
  squeeze: ['pg_squeeze'],
  supautils: ['supautils'],
  timescaledb: ['timescaledb'],
};

/** The libraries one of which a setting needs; undefined for one that needs none. */
export function libraryOf(name: string): readonly string[] | undefined {
  const prefix = /^([^.]+)\./.exec(name.toLowerCase())?.[1];
  return prefix === undefined ? undefined : own(LIBRARIES, prefix);
}
