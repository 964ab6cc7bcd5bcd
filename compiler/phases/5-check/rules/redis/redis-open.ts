import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { entries, field, has, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

/** An instance that others reach has a password. Once per cluster. */
export const redisOpen: Rule = function* (context) {
  for (const { name, members, span } of context.clusters('redis_cluster')) {
    const [address] = members.flatMap((host) => openAddresses(context, host));
    if (address !== undefined) yield report('redis-open', span, { cluster: name, address });
  }
};

/** Where instances without a password listen for other hosts. */
function openAddresses(context: CheckContext, host: InventoryHost): readonly string[] {
  return entries(context.node(host, 'redis_instances')).flatMap(({ value }) => {
    const own = (name: string): string =>
      (has(value, name) ? text(field(value, name)) : undefined) ?? context.text(host, name);
    const address = own('redis_bind_address');
    const isLocal = address.split(/\s+/).every((part) => /^-?(127\.|::1$)/.test(part));
    if (own('redis_password') !== '' || (address !== '' && isLocal)) return [];
    return [address === '' ? host.name : address === '0.0.0.0' ? 'every address of the host' : address];
  });
}
