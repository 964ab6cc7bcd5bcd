import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { entries, field, has, integer, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** Keys the distribution computes for every node. */
const RESERVED = [
  'node.id',
  'process.roles',
  'controller.quorum.voters',
  'controller.quorum.bootstrap.servers',
  'controller.listener.names',
  'listeners',
  'advertised.listeners',
  'listener.security.protocol.map',
  'inter.broker.listener.name',
  'log.dirs',
  'broker.rack',
];
const SYSTEM_DIRECTORIES = [
  '/',
  '/bin',
  '/boot',
  '/data',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
];

export const kafka: Rule = {
  codes: ['kafka-identity', 'kafka-topology', 'kafka-controllers', 'kafka-setting'],
  about: 'Members of a Kafka cluster have numbers, roles and settings that go together.',
  *check(context) {
    for (const cluster of context.clusters('kafka_cluster')) {
      if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(cluster.name))
        yield report('kafka-identity', cluster.span, { problem: 'bad-name', cluster: cluster.name });
      yield* numbers(context, cluster);
      yield* topology(context, cluster);
      yield* paths(context, cluster);
      yield* objects(context, cluster);
    }
  },
};

function* numbers(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const seen = new Map<string, InventoryHost>();
  for (const host of cluster.members) {
    const seq = context.of(host).kafkaSeq.text;
    const first = seen.get(seq);
    if (!/^[0-9]+$/.test(seq))
      yield report('kafka-identity', context.of(host).kafkaSeq.span, {
        problem: 'no-number',
        host: host.name,
      });
    else if (first !== undefined)
      yield report('kafka-identity', context.of(host).kafkaSeq.span, {
        problem: 'same-number',
        host: host.name,
        first: first.name,
      });
    else seen.set(seq, host);
  }
}

function* topology(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const roles = cluster.members.map((host) => context.of(host).kafkaRole.value || 'combined');
  const written = cluster.members.filter((host) => context.of(host).kafkaRole.node !== undefined);
  const controllers = roles.filter((role) => role !== 'broker').length;
  if (written.length > 0 && written.length < cluster.members.length) {
    yield report('kafka-topology', cluster.members.find((host) => !written.includes(host))!.key.span, {
      cluster: cluster.name,
      problem: 'some-roles',
    });
  } else if (
    controllers === 0 ||
    (controllers === roles.filter((role) => role === 'controller').length && controllers === roles.length)
  ) {
    yield report('kafka-topology', cluster.span, {
      cluster: cluster.name,
      ...(controllers === 0 ? { problem: 'no-controller' as const } : { problem: 'no-broker' as const }),
    });
  } else if (controllers % 2 === 0)
    yield report('kafka-controllers', cluster.span, { cluster: cluster.name, count: controllers });
  const racked = cluster.members.filter(
    (host, index) => roles[index] !== 'controller' && context.of(host).kafkaRack.node !== undefined,
  ).length;
  if (racked > 0 && racked < roles.filter((role) => role !== 'controller').length)
    yield report('kafka-topology', cluster.span, {
      cluster: cluster.name,
      problem: 'some-racks',
    });
}

function* paths(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const host = cluster.members[0]!;
  const data = context.of(host).kafkaData.value.replace(/(.)\/+$/, '$1');
  if (!data.startsWith('/') || SYSTEM_DIRECTORIES.includes(data))
    yield report('kafka-setting', context.of(host).kafkaData.span, {
      problem: 'data',
      data,
    });
  for (const { key } of entries(context.of(host).kafkaParameters.node)) {
    if (RESERVED.includes(key.text)) yield report('kafka-setting', key.span, { problem: 'computed', name: key.text });
  }
}

function* objects(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const host = cluster.members[0]!;
  const users = maps(context.of(host).kafkaUsers.node);
  const brokers = cluster.members.filter((member) => context.of(member).kafkaRole.value !== 'controller').length;
  if (users.length > 0 && context.of(host).kafkaSecurity.value !== 'scram')
    yield report('kafka-setting', context.of(host).kafkaUsers.span, {
      problem: 'users-need-scram',
    });
  for (const list of [users, maps(context.of(host).kafkaTopics.node)]) {
    const seen = new Set<string>();
    for (const object of list) {
      const name = textField(object, 'name');
      if (name === undefined) continue;
      if (seen.has(name)) yield report('kafka-setting', field(object, 'name')!.span, { problem: 'twice', name });
      seen.add(name);
      const password = has(object, 'password') ? textField(object, 'password') : undefined;
      const copies = integer(field(object, 'replication_factor'));
      if (copies !== undefined && copies > brokers)
        yield report('kafka-setting', field(object, 'replication_factor')!.span, {
          problem: 'replicas',
          name,
          copies,
          brokers: `${brokers} broker${brokers === 1 ? '' : 's'}`,
        });
      if (password !== undefined && password.length < 12)
        yield report('kafka-setting', field(object, 'password')!.span, {
          problem: 'short-password',
          name,
        });
    }
  }
}
