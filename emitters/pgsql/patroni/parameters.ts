/**
 * PostgreSQL settings of a cluster as one table: a row per setting with its value (one for all profiles, one per
 * profile, or computed), the versions that know it, and why it differs from PostgreSQL's default.
 */
import type { Host } from '../../../compiler/model/site.ts';
import { atLeast, type PlatformProfile } from '../../../compiler/platform/profile.ts';
import { PROGRAMS } from '../instance.ts';
import { rtoPlan } from './rto-plan.ts';
import type { Sizing, TuningProfile } from './sizing.ts';

export type SettingValue = string | number;

export interface SettingContext {
  readonly host: Host;
  readonly sizing: Sizing;
  readonly platform: PlatformProfile;
  readonly stanza: string;
}

type Computed = (context: SettingContext) => SettingValue | undefined;
type ByProfile = Readonly<Partial<Record<TuningProfile, SettingValue>>>;

interface Setting {
  readonly name: string;
  readonly value: SettingValue | ByProfile | Computed;
  readonly note?: string | undefined;
  readonly when?: ((context: SettingContext) => boolean) | undefined;
}

interface Section {
  readonly title: string;
  readonly settings: readonly Setting[];
}

const set = (name: string, value: Setting['value'], note?: string): Setting => ({ name, value, note });
const when = (condition: NonNullable<Setting['when']>, ...settings: readonly Setting[]): readonly Setting[] =>
  settings.map((setting) => ({
    ...setting,
    when: setting.when === undefined ? condition : (c: SettingContext) => condition(c) && setting.when!(c),
  }));
/** Settings that exist from a PostgreSQL major on. */
const since = (major: number, ...settings: readonly Setting[]): readonly Setting[] =>
  when(({ host }) => host.params.pgVersion >= major, ...settings);
const until = (major: number, ...settings: readonly Setting[]): readonly Setting[] =>
  when(({ host }) => host.params.pgVersion <= major, ...settings);
const withLibrary = (library: string, ...settings: readonly Setting[]): readonly Setting[] =>
  when(({ host }) => host.params.pgLibs.includes(library), ...settings);
const share =
  (factor: number, most: number): Computed =>
  ({ sizing }) =>
    `${Math.min(sizing.diskTwentieth * factor, most)}GB`;

const SECTIONS: readonly Section[] = [
  {
    title: 'connections, locks, replication prerequisites',
    settings: [
      set('max_connections', ({ sizing }) => sizing.maxConnections),
      set('superuser_reserved_connections', 10),
      set('max_locks_per_transaction', ({ sizing }) => sizing.maxLocksPerTransaction),
      set(
        'max_prepared_transactions',
        ({ sizing }) => sizing.maxPreparedTransactions,
        'needed by two-phase commit of Citus only',
      ),
      set('track_commit_timestamp', 'on'),
      set('wal_level', 'logical', 'logical decoding without a restart'),
      ...when(
        ({ platform }) => atLeast(platform.versions.patroni, 4),
        set(
          'output_plugin_libraries',
          'pgoutput, test_decoding, wal2json',
          'left out by Patroni where PostgreSQL has no such setting',
        ),
      ),
      set('wal_log_hints', 'on', 'pg_rewind works without data checksums'),
      ...since(15, set('wal_compression', 'lz4')),
      set('max_worker_processes', ({ sizing }) => sizing.maxWorkerProcesses + 8),
      set('max_wal_senders', 50),
      set('max_replication_slots', 50),
    ],
  },
  {
    title: 'authentication',
    settings: [
      set('password_encryption', ({ host }) => host.params.pgPwdEnc),
      set('ssl', 'on'),
      set('ssl_cert_file', '/pg/cert/server.crt'),
      set('ssl_key_file', '/pg/cert/server.key'),
      set('ssl_ca_file', '/pg/cert/ca.crt'),
    ],
  },
  {
    title: 'resources',
    settings: [
      set('shared_buffers', ({ sizing }) => `${sizing.sharedBuffers}MB`, 'pg_shared_buffer_ratio of memory'),
      set('maintenance_work_mem', ({ sizing }) => `${sizing.maintenanceWorkMem}MB`),
      set('work_mem', ({ sizing }) => `${sizing.workMem}MB`),
      set('max_parallel_workers', ({ sizing }) => sizing.maxParallelWorkers),
      set('max_parallel_maintenance_workers', ({ sizing }) => sizing.maxParallelMaintenanceWorkers),
      set('max_parallel_workers_per_gather', ({ sizing }) => sizing.maxParallelWorkersPerGather),
      set('parallel_setup_cost', { oltp: 2000, crit: 2000 }, 'short transactions should not start workers'),
      set('parallel_tuple_cost', { oltp: 0.2, crit: 0.2 }),
      set('min_parallel_table_scan_size', { oltp: '32MB', crit: '32MB' }),
      set('min_parallel_index_scan_size', { oltp: '2MB', crit: '2MB' }),
      set('hash_mem_multiplier', 8),
      set('huge_pages', 'try'),
      ...since(
        18,
        set('io_method', ({ sizing }) => sizing.ioMethod),
        ...until(
          18,
          set('io_workers', ({ sizing }) => sizing.ioWorkers),
        ),
      ),
      set(
        'temp_file_limit',
        (c) => (c.sizing.profile === 'olap' ? share(4, 2000) : share(1, 200))(c),
        'keeps one query from filling the disk',
      ),
      set('vacuum_cost_delay', { oltp: '20ms', olap: '10ms', crit: '20ms', tiny: '20ms' }),
      set('vacuum_cost_limit', { oltp: 2000, olap: 10000, crit: 2000, tiny: 2000 }),
      set('bgwriter_delay', '10ms'),
      set('bgwriter_lru_maxpages', 800),
      set('bgwriter_lru_multiplier', 5),
    ],
  },
  {
    title: 'write-ahead log',
    settings: [
      set('min_wal_size', share(1, 200), '1/20 of the disk'),
      set('max_wal_size', share(4, 2000), '1/5 of the disk'),
      set('max_slot_wal_keep_size', share(6, 3000), '3/10 of the disk: an abandoned slot cannot fill it'),
      ...since(18, set('idle_replication_slot_timeout', { oltp: '7d', olap: '7d', crit: '3d', tiny: '7d' })),
      set('wal_buffers', '16MB'),
      set('wal_writer_delay', { oltp: '20ms', olap: '20ms', crit: '10ms', tiny: '20ms' }),
      set('wal_writer_flush_after', { oltp: '1MB', olap: '1MB', crit: 0, tiny: '1MB' }),
      set('commit_delay', 20),
      set('commit_siblings', 10),
      set('checkpoint_timeout', '15min'),
      set('checkpoint_completion_target', 0.95),
      ...when(
        ({ host }) => host.params.pgbackrestEnabled,
        set('archive_mode', 'on'),
        set('archive_timeout', 300),
        set('archive_command', ({ stanza }) => `pgbackrest --stanza=${stanza} archive-push %p`),
      ),
    ],
  },
  {
    title: 'replication',
    settings: [
      ...until(15, set('vacuum_defer_cleanup_age', { crit: 500000 })),
      ...since(17, set('sync_replication_slots', 'on')),
      set('max_standby_archive_delay', '10min'),
      set('max_standby_streaming_delay', '3min'),
      set('wal_receiver_status_interval', '1s'),
      set('hot_standby_feedback', 'on'),
      set('wal_receiver_timeout', '60s'),
      // https://github.com/patroni/patroni/pull/3372: a leader that is cut off stops its server; as long as the server
      // waits for replicas that do not answer, the next loop stops it a second time, and both start it again. The
      // senders have to be gone by then.
      ...when(
        ({ platform }) => !atLeast(platform.versions.patroni, 4, 0, 6),
        set(
          'wal_sender_timeout',
          ({ host }) => `${2 * rtoPlan(host.params).retryTimeout}s`,
          'a leader that is cut off stops before Patroni looks again',
        ),
      ),
      set('max_logical_replication_workers', 8),
      set('max_sync_workers_per_subscription', 6),
    ],
  },
  {
    title: 'planner',
    settings: [
      set('enable_partitionwise_join', { olap: 'on' }),
      set('enable_partitionwise_aggregate', { olap: 'on' }),
      ...when(
        ({ host }) => host.params.pgStorageType === 'SSD',
        set('random_page_cost', 1.1),
        set('effective_io_concurrency', 200),
        set('maintenance_io_concurrency', 100),
      ),
      set('effective_cache_size', ({ sizing }) => `${sizing.effectiveCacheSize}MB`),
      set('default_statistics_target', { oltp: 400, olap: 1000, crit: 400, tiny: 200 }),
    ],
  },
  {
    title: 'logging',
    settings: [
      ...when(({ host }) => host.params.pgMode !== 'polar', set('log_destination', 'csvlog')),
      set('logging_collector', 'on'),
      set('log_directory', ({ host }) => host.params.pgLogDir),
      set('log_timezone', 'UTC'),
      set('log_filename', 'postgresql-%a.log', 'a file per weekday, overwritten a week later'),
      set('log_file_mode', '0640'),
      set('log_rotation_age', '1d'),
      set('log_rotation_size', '0'),
      set('log_truncate_on_rotation', 'on'),
      set('log_checkpoints', 'on'),
      set('log_lock_waits', 'on'),
      ...since(18, set('log_lock_failures', { oltp: 'on', crit: 'on' })),
      set('log_temp_files', 1024),
      set('log_replication_commands', 'on'),
      set('log_statement', 'ddl'),
      set('log_min_duration_statement', { oltp: 100, olap: 1000, crit: 100, tiny: 100 }),
      ...since(
        18,
        set('log_connections', {
          oltp: 'authorization',
          olap: 'authorization',
          crit: 'receipt,authentication,authorization',
        }),
      ),
      ...until(17, set('log_connections', { crit: 'on' })),
      ...since(
        18,
        ...when(
          ({ host }) => host.params.pgMode !== 'ivory',
          set('file_copy_method', 'clone', 'instant copies on file systems with reflinks'),
        ),
      ),
      set('log_disconnections', { crit: 'on' }),
    ],
  },
  {
    title: 'statistics',
    settings: [
      set('track_io_timing', 'on'),
      ...since(18, set('track_cost_delay_timing', { olap: 'on', crit: 'on' })),
      set('track_functions', 'all'),
      set('track_activity_query_size', { oltp: 8192, olap: 8192, crit: 32768, tiny: 8192 }),
    ],
  },
  {
    title: 'autovacuum',
    settings: [
      set('log_autovacuum_min_duration', '1s'),
      set('autovacuum_max_workers', { oltp: 3, olap: 3, crit: 3, tiny: 2 }),
      set('autovacuum_naptime', '1min'),
      set('autovacuum_vacuum_threshold', { oltp: 500, olap: 1000, crit: 500, tiny: 500 }),
      set('autovacuum_analyze_threshold', { oltp: 250, olap: 500, crit: 250, tiny: 250 }),
      set('autovacuum_vacuum_scale_factor', { oltp: 0.08, olap: 0.08, crit: 0.08 }),
      set('autovacuum_analyze_scale_factor', { oltp: 0.04, olap: 0.04, crit: 0.04 }),
      set('autovacuum_vacuum_cost_delay', -1),
      set('autovacuum_vacuum_cost_limit', -1),
      set('autovacuum_freeze_max_age', 1000000000),
    ],
  },
  {
    title: 'clients',
    settings: [
      set('deadlock_timeout', '50ms'),
      set('idle_in_transaction_session_timeout', { oltp: '10min', olap: 0, crit: '1min', tiny: '10min' }),
    ],
  },
  {
    title: 'extensions',
    settings: [
      set('shared_preload_libraries', ({ host }) => host.params.pgLibs),
      set('auto_explain.log_min_duration', '1s'),
      set('auto_explain.log_analyze', 'on'),
      set('auto_explain.log_verbose', 'on'),
      set('auto_explain.log_timing', 'on'),
      set('auto_explain.log_nested_statements', 'on'),
      set('pg_stat_statements.max', { oltp: 10000, olap: 10000, crit: 10000, tiny: 2500 }),
      set('pg_stat_statements.track', 'all'),
      set('pg_stat_statements.track_utility', 'off'),
      set('pg_stat_statements.track_planning', 'off'),
      set('pg_wait_sampling.profile_pid', 'false'),
      set('pg_wait_sampling.profile_queries', 'all'),
      set('pg_wait_sampling.history_size', 100000),
      ...withLibrary(
        'timescaledb',
        set('timescaledb.telemetry_level', 'off'),
        set('timescaledb.max_background_workers', ({ sizing }) => sizing.maxWorkerProcesses),
      ),
      ...withLibrary(
        'pgsodium',
        set('pgsodium.getkey_script', `${PROGRAMS}/pgsodium_getkey`),
        set('pgsodium.enable_event_trigger', 'off'),
      ),
      ...withLibrary('pg_duckdb', set('duckdb.allow_community_extensions', { oltp: 'on', olap: 'on', tiny: 'on' })),
      ...when(
        ({ host }) => host.params.pgMode === 'polar',
        set('polar_resource_manager.enable_resource_manager', 'off'),
      ),
      set(
        'cron.database_name',
        ({ host }) => scalar(host.params.pgParameters.get('cron.database_name')) ?? host.params.pgPrimaryDb,
      ),
    ],
  },
];

function scalar(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function evaluate(setting: Setting, context: SettingContext): SettingValue | undefined {
  if (setting.when !== undefined && !setting.when(context)) return undefined;
  const { value } = setting;
  if (typeof value === 'function') return value(context);
  return typeof value === 'object' ? value[context.sizing.profile] : value;
}

export interface EvaluatedSetting {
  readonly name: string;
  readonly value: SettingValue;
  readonly note: string | undefined;
  /** Title of the section, on its first setting only. */
  readonly section: string | undefined;
}

/** The settings that apply to an instance, in file order. */
export function postgresParameters(context: SettingContext): readonly EvaluatedSetting[] {
  return SECTIONS.flatMap((section) => {
    const applicable = section.settings.flatMap((setting) => {
      const value = evaluate(setting, context);
      return value === undefined ? [] : [{ name: setting.name, value, note: setting.note }];
    });
    return applicable.map((setting, i) => ({ ...setting, section: i === 0 ? section.title : undefined }));
  });
}
