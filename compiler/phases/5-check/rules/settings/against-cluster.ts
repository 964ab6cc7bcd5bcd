import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, integer, scalar, toBoolean, toInteger } from '../../nodes.ts';
import { names } from '../pgsql/libraries.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';

/** What a setting of postgresql.auto.conf takes from the cluster; undefined when it takes nothing there. */
type Against = (value: string, context: CheckContext, host: InventoryHost) => string | undefined;

const archives = (context: CheckContext, host: InventoryHost): boolean => context.of(host).pgbackrestEnabled.value;
const synchronous = (context: CheckContext, host: InventoryHost): boolean =>
  context.of(host).pgConf.value === 'crit.yml' || context.of(host).pgRpo.value === 0;
const shipped = (context: CheckContext, host: InventoryHost): boolean => context.of(host).vectorEnabled.value;

const isOff = (value: string): boolean => toBoolean(value) === false;

/** Settings that the cluster is run by. postgresql.auto.conf wins over what Patroni keeps for all members. */
const AGAINST: Readonly<Record<string, Against>> = {
  archive_mode: (value, context, host) =>
    archives(context, host) && !['on', 'always', 'true', 'yes', '1'].includes(value.toLowerCase())
      ? 'pgBackRest gets no WAL, so backups and point-in-time recovery stop (`pgbackrest_enabled: false` if that is meant)'
      : undefined,
  archive_command: (value, context, host) =>
    archives(context, host) && !value.includes('pgbackrest')
      ? 'pgBackRest gets no WAL, so backups and point-in-time recovery stop'
      : undefined,
  synchronous_standby_names: () =>
    'Patroni chooses synchronous members and no longer knows who they are (`pg_rpo: 0` or `pg_conf: crit.yml`)',
  synchronous_commit: (value, context, host) =>
    synchronous(context, host) && ['off', 'local', 'false', 'no', '0'].includes(value.toLowerCase())
      ? 'commits no longer wait for a second member, which this cluster is declared to do'
      : undefined,
  hba_file: () => 'the rules of `pg_hba_rules` are written to another file and are not read',
  ident_file: () => 'the file in the data directory is not read',
  unix_socket_directories: (value, context, host) => {
    const directory = context.of(host).pgLocalhost.value;
    return directory.startsWith('/') && !value.split(',').some((one) => one.trim() === directory)
      ? `pool, exporters and apply.sh connect in \`${directory}\` (\`pg_localhost\`)`
      : undefined;
  },
  shared_preload_libraries: (value, context, host) => {
    const lost = names(context.of(host).pgLibs.value).filter((library) => !names(value).includes(library));
    return lost.join('') === '' ? undefined : `${lost.join(', ')} of \`pg_libs\` is not loaded: write the list there`;
  },
  log_directory: (value, context, host) =>
    shipped(context, host) && value !== context.of(host).pgLogDir.value
      ? `the log shipper reads \`${context.of(host).pgLogDir.value}\` (\`pg_log_dir\`)`
      : undefined,
  fsync: (value) => (isOff(value) ? 'a crash of a host can destroy its data' : undefined),
  full_page_writes: (value) => (isOff(value) ? 'a crash of a host can destroy its data' : undefined),
  autovacuum: (value) => (isOff(value) ? 'dead rows are never removed, and statistics grow old' : undefined),
  ssl: (value) => (isOff(value) ? 'access rules that ask for TLS never match' : undefined),
  default_transaction_read_only: (value) =>
    isOff(value) ? undefined : 'apply.sh can make neither users nor databases, and clients cannot write',
  logging_collector: (value, context, host) =>
    shipped(context, host) && isOff(value) ? 'no log file is written, and the log shipper reads files' : undefined,
  log_destination: (value, context, host) =>
    shipped(context, host) && !/\bcsvlog\b/.test(value) ? 'the log shipper reads `csvlog`' : undefined,
};

/** Entries of `pg_parameters` that work against what the rest of the inventory declares. */
export function* againstCluster(context: CheckContext): Iterable<Diagnostic> {
  for (const use of context.uses('pg_parameters')) {
    const hosts = use.hosts.filter((host) => context.of(host).pgCluster.value !== '');
    for (const { key, value } of entries(use.node)) {
      const name = key.text.toLowerCase();
      const written = scalar(value)?.value;
      if (written === undefined) continue;
      const word = typeof written === 'boolean' ? (written ? 'on' : 'off') : String(written);
      const against = Object.hasOwn(AGAINST, name) ? AGAINST[name] : undefined;
      const loss = hosts.map((host) => against?.(word, context, host)).find((found) => found !== undefined);
      if (loss !== undefined) yield report('setting-against-cluster', key.span, { name: key.text, loss });
      if (name !== 'superuser_reserved_connections' && name !== 'reserved_connections') continue;
      const reserved = integer(value);
      const most = Math.min(...hosts.map((host) => maxConnections(context, host)));
      if (reserved !== undefined && reserved >= most)
        yield report('setting-range', value.span, {
          name: key.text,
          value: word,
          problem: 'reserved',
          most,
        });
    }
  }
}

/** What `pg_max_conn: auto` comes to, by the tuning template and whether services lead to the pool. */
function maxConnections(context: CheckContext, host: InventoryHost): number {
  const given = toInteger(context.of(host).pgMaxConn.plain);
  if (given !== undefined && given >= 20) return given;
  const template = context.of(host).pgConf.value;
  if (template === 'tiny.yml') return 250;
  return template === 'olap.yml' || context.of(host).pgDefaultServiceDest.value === 'pgbouncer' ? 500 : 1000;
}
