import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';

/** Where modules keep data, and which hosts have the module. */
const DIRECTORIES: readonly (readonly [ParameterName, (context: CheckContext, host: InventoryHost) => boolean])[] = [
  ['pg_fs_main', (context, host) => context.of(host).pgCluster.value !== ''],
  ['pg_fs_backup', (context, host) => context.of(host).pgCluster.value !== ''],
  ['etcd_data', (_, host) => host.groups.includes('etcd')],
  ['minio_data', (context, host) => context.of(host).minioCluster.value !== ''],
  ['redis_fs_main', (context, host) => context.of(host).redisCluster.value !== ''],
  ['infra_data', (_, host) => host.groups.includes('infra')],
  ['vector_data', (context, host) => context.of(host).vectorEnabled.value],
];

export const dataDirectory: Rule = {
  codes: ['data-directory'],
  about: 'Each has its owner, and that of PostgreSQL is closed to others; `/pg` is a link into it.',
  *check(context) {
    const seen = new Set<string>();
    for (const host of context.hosts) {
      for (const [name, problem] of problems(context, host)) {
        const span = context.parameter(host, name).span;
        const key = `${span.file.path}:${span.start}`;
        if (!seen.has(key))
          yield report('data-directory', span, { name, path: pathOf(context, host, name), ...problem });
        seen.add(key);
      }
    }
  },
};

type Problem =
  | { readonly problem: 'in-pg' }
  | { readonly problem: 'shared' | 'in-closed'; readonly other: string }
  | { readonly problem: 'closes'; readonly inside: string; readonly at: string };

function* problems(context: CheckContext, host: InventoryHost): Iterable<readonly [ParameterName, Problem]> {
  const used = DIRECTORIES.filter(([, on]) => on(context, host)).map(([name]) => name);
  const isWritten = (name: ParameterName): boolean => context.parameter(host, name).traced !== undefined;
  for (const name of used) {
    const path = pathOf(context, host, name);
    if (path === '') continue;
    if (isIn(path, '/pg') && isWritten(name) && used.includes('pg_fs_main')) yield [name, { problem: 'in-pg' }];
    for (const other of used.filter((one) => one !== name)) {
      const theirs = pathOf(context, host, other);
      // A default is never the one to blame.
      if (path === theirs && isWritten(name)) yield [name, { problem: 'shared', other }];
      else if (path !== theirs && isIn(path, theirs) && isClosed(context, host, other, name)) {
        if (isWritten(name)) yield [name, { problem: 'in-closed', other }];
        else if (isWritten(other)) yield [other, { problem: 'closes', inside: name, at: path }];
      }
    }
  }
}

/** Only PostgreSQL gets into its directories, and root, which the log shipper runs as. `node_data` stays open to all. */
function isClosed(
  context: CheckContext,
  host: InventoryHost,
  directory: ParameterName,
  inside: ParameterName,
): boolean {
  if (pathOf(context, host, directory) === pathOf(context, host, 'node_data')) return false;
  return directory.startsWith('pg_') && !inside.startsWith('pg_') && inside !== 'vector_data';
}

function pathOf(context: CheckContext, host: InventoryHost, name: ParameterName): string {
  return context.parameter(host, name).text.replace(/(.)\/+$/, '$1');
}

function isIn(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
