import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Span } from '../../../../source/node.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const provider: Rule = {
  codes: ['service-provider-unknown', 'service-provider-disabled'],
  about: '`pg_service_provider` moves the services of a cluster to the load balancers of another group.',
  *check(context) {
    for (const use of context.uses('pg_service_provider')) {
      const name = text(use.node);
      if (name === undefined || name === '') continue;
      if (!context.groups.has(name)) {
        yield report(
          'service-provider-unknown',
          use.node.span,
          { name },
          { help: didYouMean(name, context.groups.keys()) },
        );
        continue;
      }
      const off = context.members(name).find((host) => !context.of(host).haproxyEnabled.value);
      if (off !== undefined) yield report('service-provider-disabled', use.node.span, { name, host: off.name });
    }
  },
};

export const providerPorts: Rule = {
  codes: ['service-provider-port'],
  about: 'Clusters that share a provider share its ports.',
  *check(context) {
    const taken = new Map<string, { readonly cluster: string; readonly span: Span }>();
    for (const cluster of context.clusters('pg_cluster')) {
      const host = cluster.members[0]!;
      const group = context.of(host).pgServiceProvider.value;
      if (group === '' || !context.groups.has(group)) continue;
      const { pgDefaultServices, pgServices } = context.of(host);
      for (const { fields } of [...pgDefaultServices.value, ...pgServices.value]) {
        const port = fields.port.value;
        if (port === undefined) continue;
        const key = `${group}:${port}`;
        const first = taken.get(key);
        if (first === undefined)
          taken.set(key, { cluster: cluster.name, span: context.of(host).pgServiceProvider.span });
        else if (first.cluster !== cluster.name) {
          yield report(
            'service-provider-port',
            context.of(host).pgServiceProvider.span,
            { port, cluster: cluster.name, first: first.cluster, group },
            {
              related: [{ span: first.span, message: 'the other cluster' }],
            },
          );
          break;
        }
      }
    }
  },
};
