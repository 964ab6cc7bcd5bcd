import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const etcdMembers: Rule = {
  codes: ['etcd-seq', 'etcd-seq-duplicate', 'etcd-member-count'],
  about: 'Members of the group `etcd` are numbered; the numbers are their identities in the quorum.',
  *check(context) {
    const members = context.members('etcd');
    const seen = new Map<string, InventoryHost>();
    for (const host of members) {
      const seq = context.of(host).etcdSeq.text;
      if (!/^[0-9]+$/.test(seq)) {
        yield report('etcd-seq', context.of(host).etcdSeq.span, {
          host: host.name,
          ...(seq === '' ? { problem: 'missing' as const } : { problem: 'no-number' as const, seq }),
        });
        continue;
      }
      const first = seen.get(seq);
      if (first === undefined) seen.set(seq, host);
      else
        yield report(
          'etcd-seq-duplicate',
          context.of(host).etcdSeq.span,
          { seq, first: first.name },
          { related: [{ span: context.of(first).etcdSeq.span, message: 'first given here' }] },
        );
    }
    const count = members.length;
    if (count > 0 && (count % 2 === 0 || count > 7))
      yield report('etcd-member-count', context.groupSpan('etcd'), {
        count,
        advice: count > 7 ? 'at most 7' : 'an odd number',
      });
  },
};

export const etcdGroup: Rule = {
  codes: ['dcs-elsewhere', 'etcd-group-missing', 'etcd-cluster-name'],
  about: 'Patroni and the VIP manager find etcd by the group name `etcd`.',
  *check(context) {
    if (context.members('etcd').length === 0) {
      const cluster = context
        .clusters('pg_cluster')
        .find(({ members }) => members.some((host) => context.of(host).patroniEnabled.value));
      const slug = context.fragment ? 'dcs-elsewhere' : 'etcd-group-missing';
      if (cluster !== undefined)
        yield report(slug, context.groupSpan(cluster.name) ?? cluster.span, { cluster: cluster.name });
      return;
    }
    for (const use of context.uses('etcd_cluster')) {
      const name = text(use.node);
      if (name !== undefined && !context.groups.has(name)) {
        yield report(
          'etcd-cluster-name',
          use.node.span,
          { name },
          { help: didYouMean(name, context.groups.keys()) ?? 'the group must be called like `etcd_cluster`' },
        );
      }
    }
  },
};

export const etcdTiming: Rule = {
  codes: ['etcd-timing'],
  about: 'An election takes longer than a few heartbeats: etcd does not start otherwise.',
  *check(context) {
    const checked = new Set<string>();
    for (const host of context.members('etcd')) {
      const heartbeat = context.of(host).etcdHeartbeatInterval.value;
      const election = context.of(host).etcdElectionTimeout.value;
      if (heartbeat === undefined || election === undefined || election >= 5 * heartbeat) continue;
      const name =
        context.of(host).etcdElectionTimeout.traced === undefined ? 'etcd_heartbeat_interval' : 'etcd_election_timeout';
      const span = context.parameter(host, name).span;
      if (checked.has(`${span.file.path}:${span.start}`)) continue;
      checked.add(`${span.file.path}:${span.start}`);
      yield report('etcd-timing', span, { election, heartbeat });
    }
  },
};

export const etcdPorts: Rule = {
  codes: ['etcd-port-differs'],
  about: 'Endpoints of all members are built from the port one host knows.',
  *check(context) {
    const members = context.members('etcd');
    for (const name of ['etcd_port', 'etcd_peer_port'] as const) {
      const ports = members.map((host) => context.parameter(host, name).text);
      // The port of fewer members is the odd one; between equals the later.
      const odd = [...new Set(ports)].reverse().sort((a, b) => count(ports, a) - count(ports, b))[0];
      const other = members.find((_, at) => ports[at] === odd);
      const first = members.find((_, at) => ports[at] !== odd);
      if (other === undefined || first === undefined) continue;
      const [blamed, peer] = context.parameter(other, name).traced === undefined ? [first, other] : [other, first];
      yield report('etcd-port-differs', context.parameter(blamed, name).span, {
        name,
        port: context.parameter(blamed, name).text,
        other: context.parameter(peer, name).text,
        peer: peer.name,
      });
    }
  },
};

function count(list: readonly string[], word: string): number {
  return list.filter((item) => item === word).length;
}
