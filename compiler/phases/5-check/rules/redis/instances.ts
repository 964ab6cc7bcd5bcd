import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import type { Node, ScalarNode } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, field, has, maps, scalar, text, textField } from '../../nodes.ts';

/** One Redis server of the inventory. */
export interface Instance {
  readonly host: InventoryHost;
  /** `ADDRESS PORT`, as others name it. */
  readonly at: string;
  readonly cluster: string;
  readonly mode: string;
  /** What the instance itself says. */
  readonly node: Node;
  readonly replicaOf: ScalarNode | undefined;
}

/** Every instance in inventory order. */
export function instances(context: CheckContext): readonly Instance[] {
  return context.once(instances, () =>
    context.clusters('redis_cluster').flatMap(({ name, members }) =>
      members.flatMap((host) =>
        entries(context.of(host).redisInstances.node).map(({ key, value }) => ({
          host,
          at: `${context.address(host)} ${key.text}`,
          cluster: name,
          mode: context.of(host).redisMode.value,
          node: value,
          replicaOf: scalar(field(value, 'replica_of')),
        })),
      ),
    ),
  );
}

/** A setting of an instance: its own, else the host's; undefined where nobody wrote one. */
export function settingOf(context: CheckContext, { host, node }: Instance, name: ParameterName): Node | undefined {
  return has(node, name) ? field(node, name) : context.parameter(host, name).node;
}

/** Text of a setting, the default where nobody wrote one. */
export function textOf(context: CheckContext, instance: Instance, name: ParameterName): string {
  return text(settingOf(context, instance, name)) ?? context.parameter(instance.host, name).text;
}

/** The primary an instance was declared a replica of, as `ADDRESS PORT`. */
export function sourceOf({ replicaOf, mode }: Instance): string | undefined {
  return replicaOf === undefined || mode !== 'standalone'
    ? undefined
    : String(replicaOf.value).trim().replace(/\s+/, ' ');
}

/** What sentinels watch, as `ADDRESS PORT`, with the hosts of those sentinels. */
export function watched(context: CheckContext): ReadonlyMap<string, readonly InventoryHost[]> {
  return context.once(watched, () => {
    const found = new Map<string, readonly InventoryHost[]>();
    for (const { members } of context.clusters('redis_cluster')) {
      if (context.of(members[0]!).redisMode.value !== 'sentinel') continue;
      for (const master of maps(context.of(members[0]!).redisSentinelMonitor.node)) {
        const address = textField(master, 'host');
        const host = address === undefined ? undefined : context.host(address);
        if (host !== undefined) found.set(`${context.address(host)} ${textField(master, 'port') ?? '6379'}`, members);
      }
    }
    return found;
  });
}

/** Words of a text with blanks between them. */
export function wordsOf(value: string): readonly string[] {
  return value.split(/\s+/).filter((word) => word !== '');
}
