import { report } from '../../../../diagnostics/report.ts';
import { flagsProblem } from '../../../../programs/flags.ts';
import { METRICS_PROGRAMS } from '../../../../programs/metrics-programs.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const programOption: Rule = {
  codes: ['program-option'],
  about: 'A program of the monitoring that does not take its options ends at once, on every host that has it.',
  *check(context) {
    for (const [name, program] of Object.entries(METRICS_PROGRAMS)) {
      for (const { node } of context.variables.get(name) ?? []) {
        const problem = flagsProblem(program, text(node) ?? '');
        if (problem !== undefined) yield report('program-option', node.span, { name, ...problem.found }, problem);
      }
    }
  },
};
