import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { field, scalar, toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Effective host names: `<pg_cluster>-<pg_seq>` wins over `nodename` while node_id_from_pg is on. */
export const nodenames: Rule = function* (context) {
  const seen = new Map<string, InventoryHost>();
  for (const host of context.hosts) {
    const [name, parameter] = nodename(context, host);
    if (name === '') continue;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, host);
    // Two members with one number, and one name for a whole group, are reported as that.
    else if (context.node(first, parameter) !== context.node(host, parameter) && !sameMember(context, first, host)) {
      yield report(
        'nodename-duplicate',
        context.span(host, parameter),
        { name, host: host.name, first: first.name },
        {
          related: [{ span: context.span(first, nodename(context, first)[1]), message: 'the other host' }],
        },
      );
    }
    if (
      parameter === 'pg_seq' &&
      context.node(host, 'nodename') !== undefined &&
      context.text(host, 'nodename') !== name
    ) {
      yield report('nodename-ignored', context.span(host, 'nodename'), {
        written: context.text(host, 'nodename'),
        name,
      });
    }
  }
};

function sameMember(context: CheckContext, a: InventoryHost, b: InventoryHost): boolean {
  return ['pg_cluster', 'pg_seq'].every(
    (name) => context.node(a, name) !== undefined && context.text(a, name) === context.text(b, name),
  );
}

function nodename(context: CheckContext, host: InventoryHost): readonly [string, string] {
  const cluster = context.text(host, 'pg_cluster');
  const seq = context.text(host, 'pg_seq');
  if (cluster !== '' && seq !== '' && context.flag(host, 'node_id_from_pg')) return [`${cluster}-${seq}`, 'pg_seq'];
  return [context.text(host, 'nodename'), 'nodename'];
}

export const hugepages: Rule = function* (context) {
  for (const use of context.uses('node_hugepage_count')) {
    const count = toInteger(scalar(use.node)?.value) ?? 0;
    const small = use.hosts.find(
      (host) => count * 2 > 0.9 * (context.facts(host)?.memoryMib ?? context.integer(host, 'node_mem_mb') ?? Infinity),
    );
    if (small !== undefined) yield report('hugepage-limit', use.node.span, { count, host: small.name });
  }
};

/** Units raise the limit of open files to this; the kernel must allow it. */
const OPEN_FILES = 8388608;

export const openFiles: Rule = function* (context) {
  for (const use of context.uses('node_sysctl_params')) {
    const limit = scalar(field(use.node, 'fs.nr_open'));
    if (limit !== undefined && Number(limit.value) < OPEN_FILES)
      yield report('sysctl-nr-open', limit.span, { value: String(limit.value), least: OPEN_FILES });
  }
};
