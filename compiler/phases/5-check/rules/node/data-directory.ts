import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { Module } from '../../../../../emitters/module.ts';
import { MODULES } from '../../../../../emitters/modules.ts';
import type { CheckContext } from '../../context.ts';
import { hasModule } from '../../module-hosts.ts';
import type { Rule } from '../../rule.ts';

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
  const used = MODULES.filter((module) => hasModule(context, host, module))
    .flatMap(({ directories = [] }: Module) => directories)
    .filter(({ when }) => when === undefined || context.parameter(host, when).plain === true)
    .map(({ parameter }) => parameter);
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
