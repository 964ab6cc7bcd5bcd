import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { isIpv4, parseCidr, reservedIn } from '../../../../domain/ipv4.ts';
import { isNull } from '../../../../source/node.ts';
import type { Rule } from '../../rule.ts';
import { inSegment } from '../../segment.ts';

const NOT_SET = '127.0.0.1/24';

export const clusterVip: Rule = {
  codes: ['pg-vip-address', 'pg-vip-invalid', 'pg-vip-no-mask', 'pg-vip-conflict', 'pg-vip-network', 'pg-vip-members'],
  about: 'The address that follows the primary of a cluster.',
  *check(context) {
    const owners = new Map<string, ClusterView>();
    for (const cluster of context.clusters('pg_cluster')) {
      const host = cluster.members[0]!;
      const enabled = context.of(host).pgVipEnabled.value;
      const written = context.of(host).pgVipAddress.value;
      const given = context.of(host).pgVipAddress.traced;
      if (given === undefined ? !enabled : isNull(given.node)) continue;
      const span = context.of(host).pgVipAddress.span;
      if (written === '' || written === NOT_SET) {
        if (enabled) yield report('pg-vip-address', context.of(host).pgVipEnabled.span, { cluster: cluster.name });
        continue;
      }
      const vip = parseCidr(written);
      const reserved = vip?.mask === undefined ? undefined : reservedIn(vip.address, vip.mask);
      if (vip === undefined || vip.mask === 0) yield report('pg-vip-invalid', span, { value: written });
      else if (reserved !== undefined)
        yield report(
          'pg-vip-invalid',
          span,
          { value: written },
          { help: `it is the ${reserved} address of its network` },
        );
      else if (enabled) yield* placement(context, cluster, vip, owners);
    }
  },
};

function* placement(
  context: CheckContext,
  cluster: ClusterView,
  vip: NonNullable<ReturnType<typeof parseCidr>>,
  owners: Map<string, ClusterView>,
): Iterable<Diagnostic> {
  const span = context.of(cluster.members[0]!).pgVipAddress.span;
  const other = owners.get(vip.address);
  const host = context.host(vip.address);
  if (vip.mask === undefined) yield report('pg-vip-no-mask', span, { address: vip.address });
  if (other !== undefined) {
    yield report(
      'pg-vip-conflict',
      span,
      { address: vip.address, owner: `cluster ${other.name}` },
      { related: [{ span: context.of(other.members[0]!).pgVipAddress.span, message: 'the other cluster' }] },
    );
  } else owners.set(vip.address, cluster);
  if (host !== undefined)
    yield report(
      'pg-vip-conflict',
      span,
      { address: vip.address, owner: `host ${host.name}` },
      { related: [{ span: host.key.span, message: 'the host' }] },
    );
  const mask = vip.mask ?? 24;
  const outside = cluster.members.filter((member) => inSegment(context, member, vip.address, mask) === false);
  if (outside.length > 0 && outside.length === cluster.members.length)
    yield report('pg-vip-network', span, { address: `${vip.address}/${mask}`, cluster: cluster.name });
  else if (outside.length > 0)
    yield report('pg-vip-members', span, { address: `${vip.address}/${mask}`, host: outside[0]!.name });
}

export const dnsNames: Rule = {
  codes: ['dns-name-conflict', 'dns-target', 'dns-target-vip'],
  about: 'The DNS name of a cluster is its name and suffix; names of instances are made of cluster and ' + 'number.',
  *check(context) {
    const instances = new Map<string, ClusterView>();
    for (const cluster of context.clusters('pg_cluster'))
      for (const host of cluster.members) instances.set(`${cluster.name}-${context.of(host).pgSeq.text}`, cluster);
    const names = new Map<string, ClusterView>();
    for (const cluster of context.clusters('pg_cluster')) {
      const host = cluster.members[0]!;
      const owner = instances.get(cluster.name);
      if (owner !== undefined)
        yield report('dns-name-conflict', cluster.span, {
          name: cluster.name,
          other: `an instance of cluster ${owner.name}`,
        });
      const name = `${cluster.name}${context.of(host).pgDnsSuffix.value}`;
      const same = names.get(name);
      if (same !== undefined) yield report('dns-name-conflict', cluster.span, { name, other: `cluster ${same.name}` });
      names.set(name, cluster);
      yield* target(context, cluster);
    }
  },
};

function* target(context: CheckContext, cluster: ClusterView): Iterable<Diagnostic> {
  const host = cluster.members[0]!;
  const value = context.of(host).pgDnsTarget.value;
  if (!['auto', 'primary', 'vip', 'none', ''].includes(value) && !isIpv4(value))
    yield report('dns-target', context.of(host).pgDnsTarget.span, { value });
  if (value === 'vip' && !context.of(host).pgVipEnabled.value)
    yield report('dns-target-vip', context.of(host).pgDnsTarget.span, { cluster: cluster.name });
}
