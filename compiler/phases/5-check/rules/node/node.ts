import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { field, scalar, toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const nodenames: Rule = {
  codes: ['nodename-duplicate', 'nodename-ignored'],
  about: 'Effective host names: `<pg_cluster>-<pg_seq>` wins over `nodename` while node_id_from_pg is on.',
  *check(context) {
    const seen = new Map<string, InventoryHost>();
    for (const host of context.hosts) {
      const [name, parameter] = nodename(context, host);
      if (name === '') continue;
      const first = seen.get(name);
      if (first === undefined) seen.set(name, host);
      // Two members with one number, and one name for a whole group, are reported as that.
      else if (
        context.parameter(first, parameter).node !== context.parameter(host, parameter).node &&
        !sameMember(context, first, host)
      ) {
        yield report(
          'nodename-duplicate',
          context.parameter(host, parameter).span,
          { name, host: host.name, first: first.name },
          {
            related: [{ span: context.parameter(first, nodename(context, first)[1]).span, message: 'the other host' }],
          },
        );
      }
      if (
        parameter === 'pg_seq' &&
        context.of(host).nodename.node !== undefined &&
        context.of(host).nodename.value !== name
      ) {
        yield report('nodename-ignored', context.of(host).nodename.span, {
          written: context.of(host).nodename.value,
          name,
        });
      }
    }
  },
};

function sameMember(context: CheckContext, a: InventoryHost, b: InventoryHost): boolean {
  return (['pg_cluster', 'pg_seq'] as const).every(
    (name) =>
      context.parameter(a, name).node !== undefined &&
      context.parameter(a, name).text === context.parameter(b, name).text,
  );
}

function nodename(context: CheckContext, host: InventoryHost): readonly [string, ParameterName] {
  const cluster = context.of(host).pgCluster.value;
  const seq = context.of(host).pgSeq.text;
  if (cluster !== '' && seq !== '' && context.of(host).nodeIdFromPg.value) return [`${cluster}-${seq}`, 'pg_seq'];
  return [context.of(host).nodename.value, 'nodename'];
}

export const hugepages: Rule = {
  codes: ['hugepage-limit'],
  about: 'Huge pages leave memory for everything else.',
  *check(context) {
    for (const use of context.uses('node_hugepage_count')) {
      const count = toInteger(scalar(use.node)?.value) ?? 0;
      const small = use.hosts.find(
        (host) =>
          count * 2 >
          0.9 * (context.facts(host)?.memoryMib ?? toInteger(context.variable(host, 'node_mem_mb')) ?? Infinity),
      );
      if (small !== undefined) yield report('hugepage-limit', use.node.span, { count, host: small.name });
    }
  },
};

/** Units raise the limit of open files to this; the kernel must allow it. */
const OPEN_FILES = 8388608;

export const openFiles: Rule = {
  codes: ['sysctl-nr-open'],
  about: 'Limits of open files fit each other.',
  *check(context) {
    for (const use of context.uses('node_sysctl_params')) {
      const limit = scalar(field(use.node, 'fs.nr_open'));
      if (limit !== undefined && Number(limit.value) < OPEN_FILES)
        yield report('sysctl-nr-open', limit.span, { value: String(limit.value), least: OPEN_FILES });
    }
  },
};
