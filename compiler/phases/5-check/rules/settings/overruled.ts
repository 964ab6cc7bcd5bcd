/** Settings whose value comes from Patroni, whatever postgresql.auto.conf says. */

export interface Overruled {
  readonly reason: string;
  readonly help: string;
}

/** Settings Patroni gives on the command line, which wins over every file, with the parameter that reaches it. */
const COMMAND_LINE: ReadonlyMap<string, string | undefined> = new Map([
  ['listen_addresses', 'pg_listen'],
  ['port', 'pg_port'],
  ['max_connections', 'pg_max_conn'],
  ...[
    'cluster_name',
    'hot_standby',
    'max_locks_per_transaction',
    'max_prepared_transactions',
    'max_replication_slots',
    'max_wal_senders',
    'max_worker_processes',
    'track_commit_timestamp',
    'wal_level',
    'wal_log_hints',
  ].map((name) => [name, undefined] as const),
]);

/** Settings Patroni takes out of postgresql.auto.conf whenever the server starts: they follow from the member's role. */
const TAKEN_OUT = new RegExp(
  '^(archive_cleanup_command|primary_conninfo|primary_slot_name|promote_trigger_file|recovery_end_command|' +
    String.raw`recovery_min_apply_delay|recovery_target(_\w+)?|restore_command)$`,
);

const DCS = 'change it in the DCS: `patronictl edit-config`';

/** Why a setting in postgresql.auto.conf does nothing under Patroni, and where to set it; undefined when it does something. */
export function overruled(setting: string): Overruled | undefined {
  const name = setting.toLowerCase();
  const parameter = COMMAND_LINE.get(name);
  if (COMMAND_LINE.has(name))
    return {
      reason: 'Patroni gives it on the command line, which wins',
      help: parameter === undefined ? DCS : `use \`${parameter}\``,
    };
  if (TAKEN_OUT.test(name)) return { reason: 'Patroni takes it out of postgresql.auto.conf', help: DCS };
  if (name === 'data_directory')
    return { reason: 'the server does not read it from postgresql.auto.conf', help: 'the data directory is `pg_data`' };
  return undefined;
}
