import { connectionOf, isOfConnection, SSH_ARGUMENTS, type LeftOut } from '../../../4-resolve/connection.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { CheckContext } from '../../context.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { Node } from '../../../../source/node.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const connections: Rule = {
  codes: ['connection-left-out', 'connection-password'],
  about: 'What the inventory says about connections and the bundle does not take over; each value once.',
  *check(context) {
    const seen = new Set<Node>();
    for (const host of context.hosts) {
      for (const left of reach(context, host).leftOut) {
        if (seen.has(left.node)) continue;
        seen.add(left.node);
        yield tell(left);
      }
    }
  },
};

function tell({ name, node, password, reason }: LeftOut): ReturnType<typeof report> {
  if (!password) return report('connection-left-out', node.span, { name, reason });
  const help = /become|sudo/.test(name)
    ? 'let the login become root without a password'
    : 'give the hosts a key, or the Makefile a program that asks: `make SSH="sshpass -e ssh -F ssh_config"`, SCP likewise';
  return report('connection-password', node.span, { name }, { help });
}

/** Options of ssh that take whoever answers for the host. Once for each place. */
const UNCHECKED = /\b(?:StrictHostKeyChecking[\s="']+(?:no|off)\b|UserKnownHostsFile[\s="']+\/dev\/null)/i;

export const hostKeys: Rule = {
  codes: ['host-key-unchecked'],
  about: 'SSH checks the key of the host it deploys to.',
  *check(context) {
    for (const name of SSH_ARGUMENTS)
      for (const { node } of context.variables.get(name) ?? []) {
        const [option] = UNCHECKED.exec(text(node) ?? '') ?? [];
        if (option !== undefined) yield report('host-key-unchecked', node.span, { option });
      }
  },
};

export const sshPort: Rule = {
  codes: ['ssh-port-closed'],
  about:
    'A firewall that opens some ports closes the one that the deployment comes by, unless it comes ' +
    'from the intranet.',
  *check(context) {
    const seen = new Set<string>();
    for (const host of context.hosts) {
      if (context.of(host).nodeFirewallMode.value !== 'zone') continue;
      const { port } = reach(context, host).connection;
      if (context.of(host).nodeFirewallPublicPort.value.map(Number).includes(port)) continue;
      const span = context.parameter(
        host,
        context.of(host).ansiblePort.traced ? 'ansible_port' : 'node_firewall_public_port',
      ).span;
      const key = `${span.file.path}:${span.start}:${port}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield report(
        'ssh-port-closed',
        span,
        { port, host: host.name },
        { help: `add ${port} to \`node_firewall_public_port\`` },
      );
    }
  },
};

/** How a host is reached. */
export function reach(context: CheckContext, host: InventoryHost): ReturnType<typeof connectionOf> {
  const known = context.once(connectionOf, () => new Map<InventoryHost, ReturnType<typeof connectionOf>>());
  let found = known.get(host);
  if (found === undefined) known.set(host, (found = connectionFrom(context, host)));
  return found;
}

/** Most sites say nothing about connections: then all hosts have the same, but for the address. */
function connectionFrom(context: CheckContext, host: InventoryHost): ReturnType<typeof connectionOf> {
  const address = context.address(host);
  const isSaid = context.once(isOfConnection, () => [...context.variables.keys()].some(isOfConnection));
  if (isSaid) return connectionOf(host.vars, address);
  const { connection, leftOut } = context.once(connectionFrom, () => connectionOf(new Map(), address));
  return { connection: { ...connection, target: address }, leftOut };
}
