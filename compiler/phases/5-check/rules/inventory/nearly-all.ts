import { report } from '../../../../diagnostics/report.ts';
import { distance } from '../../../../words/suggest.ts';
import type { Rule } from '../../rule.ts';

export const nearlyAll: Rule = {
  codes: ['nearly-all'],
  about:
    'A top-level group whose name is one letter from `all`: everything below it would be read as a ' +
    'part of an inventory.',
  *check(context) {
    if (context.groups.get('all')?.key !== undefined) return;
    for (const { name, key, children, parents } of context.groups.values()) {
      const top = parents.every((parent) => parent === 'all');
      if (key !== undefined && top && children.length > 0 && name !== 'all' && distance(name, 'all', 1) === 1) {
        yield report(
          'nearly-all',
          key.span,
          { name },
          { help: 'did you mean `all`?', fix: { span: key.span, text: 'all' } },
        );
      }
    }
  },
};
