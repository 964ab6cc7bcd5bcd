import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, maps, text } from '../../nodes.ts';

/** Libraries a host's server loads when it starts. `pg_parameters` overrules `pg_libs`. */
export function startLibraries(context: CheckContext, host: InventoryHost): ReadonlySet<string> {
  const overruled = entries(context.of(host).pgParameters.node).find(
    (entry) => entry.key.text.toLowerCase() === 'shared_preload_libraries',
  );
  const libraries = names(text(overruled?.value) ?? context.of(host).pgLibs.value);
  // Patroni adds citus by itself on Citus clusters.
  return new Set(context.of(host).pgMode.value === 'citus' ? [...libraries, 'citus'] : libraries);
}

/** Libraries that some session of a host's server has: those of the server, of every session, and of single roles and databases. */
export function sessionLibraries(context: CheckContext, host: InventoryHost): ReadonlySet<string> {
  const owners = (['pg_default_roles', 'pg_users', 'pg_databases'] as const).flatMap((list) =>
    maps(context.parameter(host, list).node).map(
      (owner) => entries(owner).find((e) => e.key.text === 'parameters')?.value,
    ),
  );
  const preloaded = [context.of(host).pgParameters.node, ...owners]
    .flatMap(entries)
    .filter((entry) => /^(session|local)_preload_libraries$/i.test(entry.key.text));
  return new Set([...startLibraries(context, host), ...preloaded.flatMap((entry) => names(text(entry.value) ?? ''))]);
}

/** Names of a list of libraries, without path, quotes and ending. */
export function names(list: string): readonly string[] {
  return list.split(',').map((library) =>
    library
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replace(/^(\$libdir\/)?(plugins\/)?/, '')
      .replace(/\.so$/, ''),
  );
}

/** The first of the hosts that share a key. */
export function distinct<T>(hosts: readonly T[], key: (host: T) => string): readonly T[] {
  const seen = new Map<string, T>();
  for (const host of hosts) if (!seen.has(key(host))) seen.set(key(host), host);
  return [...seen.values()];
}
