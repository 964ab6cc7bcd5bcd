import { report } from '../../../../diagnostics/report.ts';
import { field, has, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

const TARGETS = ['time', 'name', 'xid', 'lsn'] as const;

export const pointInTime: Rule = {
  codes: ['pitr-target'],
  about: 'Point-in-time recovery stops at one target, and the type says of which kind it is.',
  *check(context) {
    for (const use of context.uses('pg_pitr')) {
      if (use.node.kind !== 'map') continue;
      const given = TARGETS.filter((name) => has(use.node, name));
      const type = textField(use.node, 'type');
      if (given.length > 1)
        yield report('pitr-target', field(use.node, given[1]!)!.span, {
          problem: 'two',
          given: given[0]!,
          second: given[1]!,
        });
      const wanted = TARGETS.find((name) => name === type);
      if (wanted !== undefined && !given.includes(wanted))
        yield report('pitr-target', field(use.node, 'type')!.span, {
          problem: 'missing',
          wanted,
        });
      if (given.length === 1 && type !== undefined && type !== given[0])
        yield report('pitr-target', field(use.node, given[0]!)!.span, {
          problem: 'other-type',
          given: given[0]!,
          type,
        });
    }
  },
};
