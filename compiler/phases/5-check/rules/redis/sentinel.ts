import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { parseAddress } from '../../../../domain/address.ts';
import type { MapNode, Span } from '../../../../source/node.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { entries, field, flag, has, integer, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const sentinel: Rule = {
  codes: [
    'sentinel-mode',
    'sentinel-duplicate',
    'sentinel-placement',
    'sentinel-quorum',
    'sentinel-remove',
    'sentinel-target',
    'sentinel-target-unknown',
    'sentinel-watches-replica',
  ],
  about: 'Sentinels are apart from each other and from what they watch, and agree on what that is.',
  *check(context) {
    for (const cluster of context.clusters('redis_cluster')) {
      const host = cluster.members[0]!;
      const monitored = maps(context.of(host).redisSentinelMonitor.node);
      if (context.of(host).redisMode.value !== 'sentinel') {
        const traced = context.of(host).redisSentinelMonitor.traced;
        if (monitored.length > 0 && traced?.origin.scope !== 'all')
          yield report('sentinel-mode', context.of(host).redisSentinelMonitor.span, { cluster: cluster.name });
        continue;
      }
      const count = cluster.members.reduce(
        (sum, member) => sum + entries(context.of(member).redisInstances.node).length,
        0,
      );
      yield* placement(cluster, count);
      const seen = new Map<string, Span>();
      for (const master of monitored) {
        yield* checkMaster(context, master, count);
        const name = textField(master, 'name');
        if (name === undefined || flag(master, 'remove') === true) continue;
        const span = field(master, 'name')!.span;
        const first = seen.get(name);
        if (first === undefined) seen.set(name, span);
        else
          yield report(
            'sentinel-duplicate',
            span,
            { name },
            { related: [{ span: first, message: 'first watched here' }] },
          );
      }
    }
  },
};

function* placement(cluster: ClusterView, count: number): Iterable<Diagnostic> {
  if (count < 3)
    yield report('sentinel-placement', cluster.span, {
      problem: 'too-few',
      sentinels: `${count} sentinel${count === 1 ? '' : 's'}`,
    });
  else if (count % 2 === 0)
    yield report('sentinel-placement', cluster.span, {
      problem: 'even',
      count,
      fewer: count - 1,
      more: count + 1,
    });
  else if (cluster.members.length < 3)
    yield report('sentinel-placement', cluster.span, {
      problem: 'few-hosts',
      count,
      machines: `${cluster.members.length} host${cluster.members.length === 1 ? '' : 's'}`,
    });
}

function* checkMaster(context: CheckContext, master: MapNode, count: number): Iterable<Diagnostic> {
  const quorum = integer(field(master, 'quorum')) ?? 1;
  if (quorum < 1 || quorum > count)
    yield report('sentinel-quorum', field(master, 'quorum')?.span ?? master.span, { quorum, count });
  if (flag(master, 'remove') === true) {
    if (has(master, 'password')) yield report('sentinel-remove', field(master, 'password')!.span, {});
    return;
  }
  const address = textField(master, 'host');
  const host = address === undefined ? undefined : context.host(address);
  const port = integer(field(master, 'port')) ?? 6379;
  if (address === undefined) return;
  if (parseAddress(address) === undefined) {
    yield report('sentinel-target', field(master, 'host')!.span, {
      problem: 'name',
      address,
    });
    return;
  }
  if (host === undefined || context.of(host).redisCluster.value === '') {
    yield report('sentinel-target-unknown', field(master, 'host')!.span, { address });
    return;
  }
  const instance = entries(context.of(host).redisInstances.node).find((e) => e.key.text === String(port));
  if (instance === undefined) {
    yield report('sentinel-target', (field(master, 'port') ?? field(master, 'host'))!.span, {
      problem: 'no-instance',
      address,
      port,
    });
    return;
  }
  const source = textField(instance.value, 'replica_of');
  if (source !== undefined)
    yield report('sentinel-watches-replica', field(master, 'host')!.span, { instance: `${address} ${port}`, source });
  const password = textField(instance.value, 'redis_password') ?? context.of(host).redisPassword.value;
  if ((textField(master, 'password') ?? '') !== password) {
    yield report('sentinel-target', (field(master, 'password') ?? master).span, {
      problem: 'password',
      cluster: context.of(host).redisCluster.value,
    });
  }
}
