import { report } from '../../../../diagnostics/report.ts';
import { sysctlNameProblem, sysctlValueProblem } from '../../../../programs/sysctl.ts';
import { entries, valueOf } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const sysctlValue: Rule = {
  codes: ['sysctl-value'],
  about: 'What the kernel refuses stays as it was on the host, with no more than a note.',
  *check(context) {
    for (const use of context.uses('node_sysctl_params')) {
      for (const { key, value } of entries(use.node)) {
        const name = sysctlNameProblem(key.text);
        if (name !== undefined) yield report('sysctl-value', key.span, { name: key.text, ...name.found }, name);
        const setting = valueOf(value);
        if (typeof setting !== 'string' && typeof setting !== 'number' && typeof setting !== 'boolean') continue;
        const problem = sysctlValueProblem(key.text, setting);
        if (problem !== undefined)
          yield report('sysctl-value', value.span, { name: key.text, ...problem.found }, problem);
      }
    }
  },
};
