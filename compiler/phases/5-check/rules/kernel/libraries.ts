import { report } from '../../../../diagnostics/report.ts';
import { entries, items, text, textField } from '../../nodes.ts';
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
    for (const host of distinctLibs(use.hosts.filter((h) => context.text(h, 'pg_cluster') !== ''), (h) => context.text(h, 'pg_libs'))) {
      const libs = context.text(host, 'pg_libs').split(',').map((lib) => lib.trim().replace(/^\$libdir\//, '').replace(/\.so$/, ''));
      // Patroni adds citus by itself on Citus clusters.
      if (context.text(host, 'pg_mode') === 'citus') libs.push('citus');
      const own = use.node.kind === 'seq' ? use.node.items : [];
      for (const extension of own.flatMap((database) => items(entries(database).find((e) => e.key.text === 'extensions')?.value))) {
        const name = text(extension) ?? textField(extension, 'name') ?? '';
        const library = PRELOADED.get(name);
        if (library !== undefined && !libs.includes(library) && textField(extension, 'state') !== 'absent') {
          yield report('libs-preload', extension.span, { extension: name, library }, { help: `add \`${library}\` to \`pg_libs\`` });
        }
      }
    }
  }
};

function distinctLibs<T>(hosts: readonly T[], key: (host: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const host of hosts) if (!seen.has(key(host))) seen.set(key(host), host);
  return [...seen.values()];
}
