import { report } from '../../../../diagnostics/report.ts';
import type { CheckContext } from '../../context.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import { entries, field, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { knowsName } from '../node/known-names.ts';

export const portalEndpointName: Rule = {
  codes: ['portal-endpoint-name'],
  about:
    'The server behind a site of the portal has a name that the inventory tells: nginx looks it up ' +
    'when it starts, and does not start without.',
  *check(context) {
    const own = ownNames(context);
    for (const use of context.fragment ? [] : context.uses('infra_portal')) {
      const servers = use.hosts.filter(
        (host) => context.of(host).nginxEnabled.value && context.members('infra').includes(host),
      );
      for (const { value } of entries(use.node)) {
        const node = field(value, 'endpoint');
        const name = text(node)?.replace(/:[0-9]+$/, '') ?? '';
        if (!/^[A-Za-z0-9_.-]+$/.test(name) || isIpv4(name) || own.has(name)) continue;
        const host = servers.find((server) => !knowsName(context, server, name));
        if (host !== undefined) yield report('portal-endpoint-name', node!.span, { name, host: host.name });
      }
    }
  },
};

/** What our own name server answers, and what every machine knows. */
function ownNames(context: CheckContext): ReadonlySet<string> {
  const clusters = context.clusters('pg_cluster');
  const members = clusters.flatMap(({ name, members }) =>
    members.map((host) => `${name}-${context.of(host).pgSeq.text}`),
  );
  const hosts = context.hosts.flatMap((host) => [host.name, context.of(host).nodename.value]);
  return new Set(['localhost', ...clusters.map(({ name }) => name), ...members, ...hosts]);
}
