import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { ScalarNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, field, scalar, toInteger } from '../../nodes.ts';
import { circles } from '../../circles.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import type { Rule } from '../../rule.ts';
import { instances } from './instances.ts';

export const replicas: Rule = {
  codes: ['redis-replica-mode', 'redis-replica-of', 'redis-replica-unknown'],
  about:
    'Replication is declared only between standalone instances, and leads to one that receives ' +
    'changes; sentinels and native clusters arrange their own.',
  *check(context) {
    yield* declared(context);
    yield* closed(context);
  },
};

/** `replica_of: '<ip> <port>'` of every instance, by `<ip> <port>`. */
function replicaTable(context: CheckContext): ReadonlyMap<string, ScalarNode | undefined> {
  return context.once(replicaTable, () => new Map(instances(context).map(({ at, replicaOf }) => [at, replicaOf])));
}

/** Replication is declared only between standalone instances; sentinels and native clusters arrange their own. */
function* declared(context: CheckContext): Iterable<Diagnostic> {
  for (const use of context.uses('redis_instances')) {
    for (const host of use.hosts) {
      for (const { value } of entries(use.node)) {
        const source = scalar(field(value, 'replica_of'));
        if (source !== undefined) yield* checkReplica(context, host, source);
      }
    }
  }
}

function* checkReplica(context: CheckContext, host: InventoryHost, source: ScalarNode): Iterable<Diagnostic> {
  const mode = context.of(host).redisMode.value;
  if (mode !== 'standalone') yield report('redis-replica-mode', source.span, { mode });
  const [address, number] = String(source.value).trim().split(/\s+/);
  const sourcePort = toInteger(number);
  // The grammar of the field has told of another form.
  if (address === undefined || sourcePort === undefined) return;
  if (!isIpv4(address)) {
    yield report('redis-replica-of', source.span, { problem: 'no-address', value: String(source.value) });
    return;
  }
  const table = replicaTable(context);
  if (context.host(address) !== undefined && !table.has(`${address} ${sourcePort}`)) {
    yield report('redis-replica-of', source.span, { problem: 'no-instance', address, port: sourcePort });
  } else if (context.host(address) === undefined) yield report('redis-replica-unknown', source.span, { address });
}

/** Instances that replicate from each other all the way round. */
function* closed(context: CheckContext): Iterable<Diagnostic> {
  const table = replicaTable(context);
  const next = (instance: string): string | undefined => {
    const source = table.get(instance);
    return source === undefined ? undefined : String(source.value).trim().replace(/\s+/, ' ');
  };
  for (const path of circles([...table.keys()], next)) {
    yield report('redis-replica-of', table.get(path[0]!)!.span, {
      problem: 'circle',
      circle: [...path, path[0]].join(' → '),
    });
  }
}
