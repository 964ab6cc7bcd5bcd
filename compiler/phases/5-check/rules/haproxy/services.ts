import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { MapNode, Span } from '../../../../source/node.ts';
import { field, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const haproxyServices: Rule = {
  codes: ['haproxy-service-name', 'haproxy-server-duplicate'],
  about:
    'Each service is a file `<name>.cfg`; files `<pg_cluster>-*` belong to the database services of ' + 'the host.',
  *check(context) {
    for (const use of context.uses('haproxy_services')) {
      const seen = new Map<string, Span>();
      const clusters = new Set(use.hosts.map((host) => context.of(host).pgCluster.value).filter((name) => name !== ''));
      for (const service of maps(use.node)) {
        const name = textField(service, 'name');
        if (name !== undefined) {
          const span = field(service, 'name')!.span;
          const first = seen.get(name);
          const cluster = [...clusters].find((prefix) => name.startsWith(`${prefix}-`));
          if (first !== undefined)
            yield report(
              'haproxy-service-name',
              span,
              { name, problem: 'twice' },
              { related: [{ span: first, message: 'first used here' }] },
            );
          else seen.set(name, span);
          if (cluster !== undefined)
            yield report('haproxy-service-name', span, {
              name,
              problem: 'of-cluster',
              cluster,
            });
        }
        yield* servers(service, name ?? '');
      }
    }
  },
};

function* servers(service: MapNode, serviceName: string): Iterable<Diagnostic> {
  const seen = new Map<string, Span>();
  for (const server of maps(field(service, 'servers'))) {
    const name = textField(server, 'name');
    if (name === undefined) continue;
    const span = field(server, 'name')!.span;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, span);
    else
      yield report(
        'haproxy-server-duplicate',
        span,
        { name, service: serviceName },
        { related: [{ span: first, message: 'first listed here' }] },
      );
  }
}
