import { report } from '../../../../diagnostics/report.ts';
import { parameters } from '../../../../schema/table.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Passwords that anyone can read in the distribution's documentation. One note per inventory, with all names. */
export const defaultSecrets: Rule = function* (context) {
  if (context.fragment) return;
  const used = new Set<string>();
  for (const info of parameters().values()) {
    if (info.secret !== true || typeof info.default !== 'string' || info.default === '' || !info.emits) continue;
    if (info.module === 'MINIO' && context.clusters('minio_cluster').length === 0) continue;
    if (info.module === 'PGSQL' && context.clusters('pg_cluster').length === 0) continue;
    const uses = context.uses(info.name);
    const written = uses.some((use) => text(use.node) === info.default);
    const unset = context.hosts.some((host) => context.traced(host, info.name) === undefined);
    if (written || (unset && uses.length === 0)) used.add(info.name);
  }
  if (used.size > 0) yield report('default-secret', context.rootSpan, { count: used.size }, { help: `set ${[...used].sort((a, b) => (a < b ? -1 : 1)).join(', ')}` });
};
