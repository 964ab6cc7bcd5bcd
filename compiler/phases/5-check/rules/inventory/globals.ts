import { report } from '../../../../diagnostics/report.ts';
import { isNull } from '../../../../source/node.ts';
import { text } from '../../nodes.ts';
import { isIpv4 } from '../../network.ts';
import type { Rule } from '../../rule.ts';

/** What a complete inventory says about itself. */
export const globals: Rule = function* (context) {
  const admin = context.globals.get('admin_ip');
  const address = text(admin?.node);
  if (admin === undefined) {
    if (!context.fragment) yield report('admin-ip', context.rootSpan, { problem: '`admin_ip` is not set' });
  } else if (!isNull(admin.node) && (address === undefined || !isIpv4(address)))
    yield report('admin-ip', admin.node.span, { problem: `\`${address ?? ''}\` is not an IPv4 address` });
  if (!context.globals.has('version') && !context.fragment) yield report('version-missing', context.rootSpan, {});
};

/** Hosts are addressed by IPv4; another name is fine beside `ansible_host`. */
export const hostNames: Rule = function* (context) {
  for (const host of context.hosts) {
    if (isIpv4(host.name) || isIpv4(context.text(host, 'ansible_host'))) continue;
    yield report('host-not-ipv4', host.key.span, { host: host.name });
  }
};

export const emptyGroups: Rule = function* (context) {
  for (const group of context.groups.values()) {
    if (group.key === undefined || group.name === 'all' || group.hosts.length > 0 || group.children.length > 0)
      continue;
    yield report('empty-group', group.key.span, { name: group.name });
  }
};
