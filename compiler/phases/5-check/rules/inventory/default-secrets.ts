import { report } from '../../../../diagnostics/report.ts';
import { parameters } from '../../../../schema/table.ts';
import type { CheckContext } from '../../context.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Passwords that anyone can read in the distribution's documentation. One note per inventory, with all names. */
export const defaultSecrets: Rule = function* (context) {
  const used = publishedSecrets(context)
    .map(({ name }) => name)
    .sort((a, b) => (a < b ? -1 : 1));
  if (used.length > 0)
    yield report(
      'default-secret',
      context.rootSpan,
      { count: used.length },
      { help: `pigstyc secrets gen, or set ${used.join(', ')}` },
    );
};

/** Parameters whose published password is in use; `written` where the inventory says so, else because nothing else is set. */
export function publishedSecrets(
  context: CheckContext,
): readonly { readonly name: string; readonly written: boolean }[] {
  return [...parameters().values()].flatMap((info) => {
    if (info.secret !== true || typeof info.default !== 'string' || info.default === '' || !info.emits) return [];
    if (!isPresent(context, info.module)) return [];
    const uses = context.uses(info.name);
    const written = uses.some((use) => text(use.node) === info.default);
    const unset = uses.length === 0 && context.hosts.some((host) => context.traced(host, info.name) === undefined);
    return written || unset ? [{ name: info.name, written }] : [];
  });
}

/** Whether any host takes the module; every host takes those without a group or cluster of their own. */
function isPresent(context: CheckContext, module: string): boolean {
  if (module === 'MINIO') return context.clusters('minio_cluster').length > 0;
  if (module === 'PGSQL') return context.clusters('pg_cluster').length > 0;
  return (module !== 'INFRA' && module !== 'ETCD') || context.members(module.toLowerCase()).length > 0;
}
