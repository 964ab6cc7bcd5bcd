import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, items, maps, text, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Extensions that refuse CREATE EXTENSION or do nothing unless their library is loaded at start, with that library's name. */
const PRELOADED: ReadonlyMap<string, string> = new Map([
  ['timescaledb', 'timescaledb'], ['citus', 'citus'], ['pg_cron', 'pg_cron'], ['pg_duckdb', 'pg_duckdb'], ['pgaudit', 'pgaudit'],
  ['pg_net', 'pg_net'], ['pg_tle', 'pg_tle'], ['pg_documentdb', 'pg_documentdb'], ['documentdb', 'pg_documentdb'], ['pg_search', 'pg_search'],
  ['pgml', 'pgml'], ['pg_failover_slots', 'pg_failover_slots'], ['pg_stat_kcache', 'pg_stat_kcache'], ['pg_qualstats', 'pg_qualstats'],
  ['pg_wait_sampling', 'pg_wait_sampling'], ['pg_stat_monitor', 'pg_stat_monitor'], ['pg_squeeze', 'pg_squeeze'], ['pglogical', 'pglogical'],
  ['set_user', 'set_user'], ['pgsodium', 'pgsodium'], ['orioledb', 'orioledb'], ['spock', 'spock'], ['pg_tde', 'pg_tde'], ['credcheck', 'credcheck'], ['pg_stat_statements', 'pg_stat_statements'], ['vchord', 'vchord'], ['supautils', 'supautils'],
]);

export const preload: Rule = function* (context) {
  for (const use of context.uses('pg_databases')) {
    for (const host of distinct(use.hosts.filter((h) => context.text(h, 'pg_cluster') !== ''), (h) => context.text(h, 'pg_libs'))) {
      const libraries = startLibraries(context, host);
      const own = use.node.kind === 'seq' ? use.node.items : [];
      for (const extension of own.flatMap((database) => items(entries(database).find((e) => e.key.text === 'extensions')?.value))) {
        const name = text(extension) ?? textField(extension, 'name') ?? '';
        const library = PRELOADED.get(name);
        if (library !== undefined && !libraries.has(library) && textField(extension, 'state') !== 'absent') {
          yield report('libs-preload', extension.span, { extension: name, library }, { help: `add \`${library}\` to \`pg_libs\`` });
        }
      }
    }
  }
};

/** Libraries a host's server loads when it starts. `pg_parameters` overrules `pg_libs`. */
export function startLibraries(context: CheckContext, host: InventoryHost): ReadonlySet<string> {
  const overruled = entries(context.node(host, 'pg_parameters')).find((entry) => entry.key.text.toLowerCase() === 'shared_preload_libraries');
  const libraries = names(text(overruled?.value) ?? context.text(host, 'pg_libs'));
  // Patroni adds citus by itself on Citus clusters.
  return new Set(context.text(host, 'pg_mode') === 'citus' ? [...libraries, 'citus'] : libraries);
}

/** Libraries that some session of a host's server has: those of the server, of every session, and of single roles and databases. */
export function sessionLibraries(context: CheckContext, host: InventoryHost): ReadonlySet<string> {
  const owners = ['pg_default_roles', 'pg_users', 'pg_databases'].flatMap((list) => maps(context.node(host, list)).map((owner) => entries(owner).find((e) => e.key.text === 'parameters')?.value));
  const preloaded = [context.node(host, 'pg_parameters'), ...owners].flatMap(entries).filter((entry) => /^(session|local)_preload_libraries$/i.test(entry.key.text));
  return new Set([...startLibraries(context, host), ...preloaded.flatMap((entry) => names(text(entry.value) ?? ''))]);
}

/** Names of a list of libraries, without path, quotes and ending. */
function names(list: string): readonly string[] {
  return list.split(',').map((library) => library.trim().replace(/^"(.*)"$/, '$1').replace(/^(\$libdir\/)?(plugins\/)?/, '').replace(/\.so$/, ''));
}

/** The first of the hosts that share a key. */
export function distinct<T>(hosts: readonly T[], key: (host: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const host of hosts) if (!seen.has(key(host))) seen.set(key(host), host);
  return [...seen.values()];
}
