import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { entries, has, text, toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const redisIdentity: Rule = {
  codes: ['redis-identity', 'redis-node-duplicate'],
  about: 'A Redis host names its cluster, its number and its instances.',
  *check(context) {
    for (const cluster of context.clusters('redis_cluster')) {
      const seen = new Map<number, InventoryHost>();
      for (const host of cluster.members) {
        const missing = (['redis_node', 'redis_instances'] as const).filter(
          (name) => context.parameter(host, name).node === undefined,
        );
        if (missing.length > 0)
          yield report('redis-identity', host.key.span, {
            host: host.name,
            problem: 'missing',
            missing: missing.map((name) => `\`${name}\``).join(' and '),
          });
        const node = context.of(host).redisNode.value;
        if (context.of(host).redisNode.node !== undefined && (node === undefined || node < 1))
          yield report('redis-identity', context.of(host).redisNode.span, {
            host: host.name,
            problem: 'no-number',
          });
        if (node === undefined) continue;
        const first = seen.get(node);
        if (first === undefined) seen.set(node, host);
        else
          yield report(
            'redis-node-duplicate',
            context.of(host).redisNode.span,
            { node, cluster: cluster.name, first: first.name },
            { related: [{ span: context.of(first).redisNode.span, message: 'first given here' }] },
          );
      }
    }
    for (const use of context.uses('redis_instances')) {
      const host = use.hosts.find((h) => context.of(h).redisCluster.value === '');
      if (host !== undefined)
        yield report('redis-identity', use.node.span, {
          host: host.name,
          problem: 'no-cluster',
        });
    }
  },
};

export const redisSettings: Rule = {
  codes: ['redis-directory', 'redis-port', 'redis-exporter-password'],
  about: 'Ports, directories and exporters of Redis instances.',
  *check(context) {
    for (const use of context.uses('redis_fs_main'))
      if (text(use.node)?.replace(/\/+$/, '') === '/data') yield report('redis-directory', use.node.span, {});
    for (const use of context.uses('redis_instances')) {
      for (const { key, value } of entries(use.node)) {
        const port = toInteger(key.value);
        if (port === undefined || port < 1024 || port > 65535) yield report('redis-port', key.span, { port: key.text });
        else if (port > 55535 && use.hosts.some((h) => context.of(h).redisMode.value === 'cluster'))
          yield report('redis-port', key.span, { port: key.text });
        if (has(value, 'redis_password'))
          yield report(
            'redis-exporter-password',
            entries(value).find((e) => e.key.text === 'redis_password')!.key.span,
            {
              port: key.text,
            },
          );
      }
    }
  },
};

export const nativeCluster: Rule = {
  codes: ['redis-cluster-size', 'redis-cluster-uneven', 'redis-cluster-hosts'],
  about: 'A native cluster needs three primaries, each with its replicas, on three hosts to survive one.',
  *check(context) {
    for (const cluster of context.clusters('redis_cluster')) {
      const host = cluster.members[0]!;
      if (context.of(host).redisMode.value !== 'cluster') continue;
      const replicas = context.of(host).redisClusterReplicas.value ?? 1;
      const count = cluster.members.reduce(
        (sum, member) => sum + entries(context.of(member).redisInstances.node).length,
        0,
      );
      const least = 3 * (1 + replicas);
      if (count < least)
        yield report('redis-cluster-size', cluster.span, { cluster: cluster.name, count, least, replicas });
      else if (count % (1 + replicas) !== 0)
        yield report('redis-cluster-uneven', cluster.span, { cluster: cluster.name, count, replicas });
      if (cluster.members.length < 3)
        yield report('redis-cluster-hosts', cluster.span, { cluster: cluster.name, hosts: cluster.members.length });
    }
  },
};
