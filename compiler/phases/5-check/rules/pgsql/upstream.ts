import { didYouMean } from '../../../../words/suggest.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext, ClusterView } from '../../context.ts';
import { circles } from '../../circles.ts';
import { upstreamHost } from '../../clusters.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import type { Rule } from '../../rule.ts';

export const upstream: Rule = {
  codes: [
    'pg-upstream-invalid',
    'pg-upstream-wrong-cluster',
    'pg-upstream-unknown',
    'pg-upstream-differs',
    'pg-upstream-password',
  ],
  about:
    'On a primary pg_upstream makes a standby cluster of another one; on other members it selects ' +
    'whom they replicate from.',
  *check(context) {
    for (const cluster of context.clusters('pg_cluster')) {
      for (const host of cluster.members) {
        const address = context.of(host).pgUpstream.value;
        if (address !== '') yield* checkUpstream(context, cluster, host, address);
      }
    }
  },
};

function* checkUpstream(
  context: CheckContext,
  cluster: ClusterView,
  host: InventoryHost,
  address: string,
): Iterable<Diagnostic> {
  const span = context.of(host).pgUpstream.span;
  if (!isIpv4(address)) {
    yield report('pg-upstream-invalid', span, { address });
    return;
  }
  const source = upstreamHost(context, address);
  const sourceCluster = source && context.of(source).pgCluster.value;
  const primary = context.of(host).pgRole.value === 'primary';
  if (
    address === host.name ||
    (primary ? sourceCluster === cluster.name : source !== undefined && sourceCluster !== cluster.name)
  ) {
    const wanted = primary ? 'another cluster' : `cluster ${cluster.name}`;
    yield report('pg-upstream-wrong-cluster', span, { host: host.name, address, wanted });
  } else if (source === undefined || sourceCluster === '') {
    const help = didYouMean(
      address,
      context.clusters('pg_cluster').flatMap((c) => (primary === (c !== cluster) ? c.members.map((m) => m.name) : [])),
    );
    yield report('pg-upstream-unknown', span, { address }, { help });
  } else if (primary) {
    yield* standbySettings(context, host, source, sourceCluster!);
  }
}

/** A standby leader connects with its own port and credentials, and its data directory is a copy of the upstream's. */
function* standbySettings(
  context: CheckContext,
  host: InventoryHost,
  source: InventoryHost,
  cluster: string,
): Iterable<Diagnostic> {
  for (const name of ['pg_port', 'pg_version', 'pg_mode', 'pg_replication_username', 'pg_encoding'] as const) {
    const mine = context.parameter(host, name).text;
    const theirs = context.parameter(source, name).text;
    if (mine !== theirs) {
      const span = context.parameter(host, name).traced?.node.span ?? context.of(host).pgUpstream.span;
      yield report(
        'pg-upstream-differs',
        span,
        { name, mine: mine === '' ? 'nothing' : mine, cluster, theirs },
        {
          related: [{ span: context.parameter(source, name).span, message: 'the upstream' }],
        },
      );
    }
  }
  if (context.of(host).pgReplicationPassword.value !== context.of(source).pgReplicationPassword.value) {
    yield report(
      'pg-upstream-password',
      context.of(host).pgReplicationPassword.traced?.node.span ?? context.of(host).pgUpstream.span,
      { cluster },
    );
  }
}

export const upstreamCycle: Rule = {
  codes: ['pg-upstream-cycle'],
  about:
    'Follows upstream addresses: coming back to the start means that nobody receives changes from ' +
    'outside the circle.',
  *check(context) {
    const next = (name: string): string | undefined => {
      const host = context.host(name);
      return host === undefined ? undefined : context.of(host).pgUpstream.value;
    };
    for (const path of circles(
      context.uses('pg_upstream').flatMap((use) => use.hosts.map((host) => host.name)),
      next,
    )) {
      if (path.length < 2) continue;
      yield report('pg-upstream-cycle', context.of(context.host(path[0]!)!).pgUpstream.span, {
        path: [...path, path[0]].join(' → '),
      });
    }
  },
};

export const delay: Rule = {
  codes: ['pg-delay-ignored'],
  about: 'A delay is for a standby cluster; elsewhere it changes nothing.',
  *check(context) {
    for (const use of context.uses('pg_delay')) {
      if (
        use.node.kind !== 'scalar' ||
        use.node.value === 0 ||
        use.node.value === null ||
        use.node.value === '' ||
        use.node.value === '0'
      )
        continue;
      const host = use.hosts.find(
        (h) =>
          context.of(h).pgCluster.value !== '' &&
          (context.of(h).pgRole.value !== 'primary' || context.of(h).pgUpstream.value === ''),
      );
      if (host !== undefined) yield report('pg-delay-ignored', use.node.span, { host: host.name });
    }
  },
};
