import { report } from '../../../../diagnostics/report.ts';
import { parameters } from '../../../../schema/table.ts';
import type { CheckContext } from '../../context.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Passwords that anyone can read in the distribution's documentation. One note per inventory, with all names. */
export const defaultSecrets: Rule = function* (context) {
  if (context.fragment) return;
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
    if (info.module === 'MINIO' && context.clusters('minio_cluster').length === 0) return [];
    if (info.module === 'ETCD' && context.members('etcd').length === 0) return [];
    if (info.module === 'PGSQL' && context.clusters('pg_cluster').length === 0) return [];
    const uses = context.uses(info.name);
    const written = uses.some((use) => text(use.node) === info.default);
    const unset = uses.length === 0 && context.hosts.some((host) => context.traced(host, info.name) === undefined);
    return written || unset ? [{ name: info.name, written }] : [];
  });
}
