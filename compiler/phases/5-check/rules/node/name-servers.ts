import type { Span } from '../../../../source/node.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';

export const nameServers: Rule = {
  codes: ['dns-own-server', 'dns-no-server'],
  about: 'Hosts ask name servers that answer, and a name server does not ask itself. Each list once.',
  *check(context) {
    const said = new Set<string>();
    for (const host of context.hosts) {
      const method = context.of(host).nodeDnsMethod.value;
      const servers = method === 'none' ? [] : serversOf(context, host);
      if (method === 'overwrite' && isServer(context, host) && asksItself(context, host, servers))
        yield report('dns-own-server', context.of(host).nodeDnsMethod.span, { host: host.name });
      for (const server of servers) {
        const why = silence(context, server);
        if (why === undefined || said.has(`${server} ${method}`)) continue;
        said.add(`${server} ${method}`);
        yield report('dns-no-server', blamed(context, host), { server, why });
      }
    }
  },
};

/** The default names the administration host. */
function serversOf(context: CheckContext, host: InventoryHost): readonly string[] {
  const admin = context.of(host).adminIp.value;
  return context.of(host).nodeDnsServers.value.map((server) => String(server).replaceAll('${admin_ip}', admin));
}

/** Where the servers were written, or what makes the default one silent. */
function blamed(context: CheckContext, host: InventoryHost): Span {
  const name = (['node_dns_servers', 'dns_enabled', 'dns_port'] as const).find((one) => context.uses(one).length > 0);
  if (name === undefined || name === 'node_dns_servers') return context.of(host).nodeDnsServers.span;
  return context.uses(name)[0]!.node.span;
}

function isServer(context: CheckContext, host: InventoryHost): boolean {
  return host.groups.includes('infra') && context.of(host).dnsEnabled.value;
}

function asksItself(context: CheckContext, host: InventoryHost, servers: readonly string[]): boolean {
  const own = [context.address(host), '127.0.0.1', '::1'];
  return servers.length > 0 && servers.every((server) => own.includes(server));
}

/** Why a host of the inventory does not answer; nothing is known of other servers. */
function silence(context: CheckContext, server: string): string | undefined {
  const host = context.host(server);
  if (host === undefined || context.members('infra').length === 0) return undefined;
  if (!host.groups.includes('infra')) return 'is in no group `infra`, whose hosts are name servers';
  if (!context.of(host).dnsEnabled.value) return 'has `dns_enabled: false`';
  const port = context.of(host).dnsPort.value;
  return port === 53 ? undefined : `answers on port ${port}, and resolvers ask on 53`;
}
