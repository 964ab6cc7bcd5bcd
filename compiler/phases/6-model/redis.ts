import type { Host, RedisCluster, RedisInstance, RedisNode } from '../../model/site.ts';
import type { MapNode, Node } from '../../source/node.ts';
import type { Draft, HostDraft } from './build-site.ts';
import { scalarText } from './convert.ts';
import type { ParamsBuilder } from './params.ts';

/** Redis clusters by the value of redis_cluster; instances keep the order of redis_instances. */
export function buildRedis(drafts: readonly HostDraft[], builder: ParamsBuilder): readonly RedisCluster[] {
  const byName = new Map<string, HostDraft[]>();
  for (const draft of drafts) {
    const name = draft.host.params.redisCluster;
    if (name === undefined || name === '' || draft.host.params.redisNode === undefined) continue;
    const members = byName.get(name);
    if (members === undefined) byName.set(name, [draft]);
    else members.push(draft);
  }
  return [...byName].map(([name, members]) => {
    const first = members[0]!.host.params;
    const password = first.redisPassword;
    const cluster: Draft<RedisCluster> = {
      name,
      mode: first.redisMode,
      password: password !== undefined && password.expose() !== '' ? password : undefined,
      nodes: [],
    };
    cluster.nodes = members.map((draft) => buildNode(draft, cluster, builder));
    return Object.freeze(cluster);
  });
}

function buildNode({ host, source }: HostDraft, cluster: RedisCluster, builder: ParamsBuilder): RedisNode {
  const written = source.vars.get('redis_instances')?.node;
  const node = host.params.redisNode!;
  const instances =
    written?.kind === 'map'
      ? written.entries.map((e) =>
          buildInstance(`${cluster.name}-${node}-${e.key.text}`, Number(e.key.text), e.value, builder),
        )
      : [];
  const redisNode: RedisNode = Object.freeze({ host, cluster, node, instances });
  (host as Draft<Host>).redis = redisNode;
  return redisNode;
}

function buildInstance(name: string, port: number, options: Node, builder: ParamsBuilder): RedisInstance {
  const entries = options.kind === 'map' ? options.entries : [];
  const overrides = entries
    .map((e) => builder.override(e.key.text, e.value))
    .filter((override) => override !== undefined);
  return Object.freeze({
    name,
    port,
    replicaOf: replicaOf(options),
    overrides: Object.freeze(Object.fromEntries(overrides)),
  });
}

/** `replica_of: '10.10.10.10 6379'` */
function replicaOf(options: Node): RedisInstance['replicaOf'] {
  const written =
    options.kind === 'map' ? (options as MapNode).entries.find((e) => e.key.text === 'replica_of')?.value : undefined;
  if (written?.kind !== 'scalar') return undefined;
  const [host, port] = scalarText(written).trim().split(/\s+/);
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
}
