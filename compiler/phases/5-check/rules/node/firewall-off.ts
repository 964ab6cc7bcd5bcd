import { report } from '../../../../diagnostics/report.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

const EFFECTS: Readonly<Record<string, string>> = {
  off: 'the firewall is stopped',
  none: 'the firewall is left to others',
};

export const firewallOff: Rule = {
  codes: ['firewall-off'],
  about: 'Monitoring asks nobody who they are; the firewall does. Once for each value that reaches hosts.',
  *check(context) {
    for (const { node } of context.uses('node_firewall_mode')) {
      const effect = EFFECTS[text(node) ?? ''];
      if (effect !== undefined) yield report('firewall-off', node.span, { effect });
    }
  },
};
