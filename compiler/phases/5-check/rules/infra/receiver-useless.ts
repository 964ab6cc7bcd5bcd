import type { Arguments } from '../../../../diagnostics/catalog.gen.ts';
import { report } from '../../../../diagnostics/report.ts';
import type { MapNode, Node } from '../../../../source/node.ts';
import { field, has, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const receiverUseless: Rule = {
  codes: ['receiver-useless'],
  about: 'A receiver of alerts has a way to be told, mail has a server, and a name means one receiver.',
  *check(context) {
    for (const use of context.uses('alertmanager_receivers')) {
      const names = new Set<string>(['none']);
      const hasServer = use.hosts.every(
        (host) => !host.groups.includes('infra') || context.of(host).alertmanagerSmtp.traced !== undefined,
      );
      for (const receiver of maps(use.node)) {
        const name = textField(receiver, 'name') ?? '';
        for (const [node, problem] of problems(receiver, name, names, hasServer))
          yield report('receiver-useless', node.span, { name, problem });
        names.add(name);
      }
    }
  },
};

function* problems(
  receiver: MapNode,
  name: string,
  names: ReadonlySet<string>,
  hasServer: boolean,
): Iterable<readonly [Node, Arguments['receiver-useless']['problem']]> {
  const mail = field(receiver, 'mail');
  if (name === 'none') yield [field(receiver, 'name')!, 'reserved'];
  else if (names.has(name)) yield [field(receiver, 'name')!, 'twice'];
  if (!['webhook', 'mail', 'pagerduty'].some((way) => has(receiver, way))) yield [receiver, 'no-way'];
  if (mail !== undefined && !hasServer) yield [mail, 'no-server'];
}
