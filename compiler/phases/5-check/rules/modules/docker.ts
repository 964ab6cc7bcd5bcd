import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import type { Span } from '../../../../source/node.ts';
import { entries, integer, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const application: Rule = {
  codes: ['app-without-docker', 'app-unknown'],
  about: 'An application runs in containers and is one of the definitions in `apps`, when there are any.',
  *check(context) {
    for (const use of context.uses('app')) {
      const name = text(use.node);
      const off = use.hosts.find((host) => !context.of(host).dockerEnabled.value);
      if (off !== undefined && use.traced.origin.scope !== 'all')
        yield report('app-without-docker', use.node.span, { name: name ?? '', host: off.name });
      const apps = context.of(use.hosts[0]!).apps.plain;
      if (name !== undefined && typeof apps === 'object' && apps !== null && !Object.hasOwn(apps, name)) {
        yield report('app-unknown', use.node.span, { name }, { help: didYouMean(name, Object.keys(apps)) });
      }
    }
  },
};

export const juiceInstances: Rule = {
  codes: ['juice-instance'],
  about: 'Mounted file systems of one host need a metrics port each.',
  *check(context) {
    for (const use of context.uses('juice_instances')) {
      const ports = new Map<number, Span>();
      for (const { key, value } of entries(use.node)) {
        const node = entries(value).find((e) => e.key.text === 'port')?.value;
        const port = integer(node) ?? 9567;
        const first = ports.get(port);
        if (first === undefined) ports.set(port, node?.span ?? key.span);
        else
          yield report(
            'juice-instance',
            node?.span ?? key.span,
            { name: key.text, port },
            { related: [{ span: first, message: 'first used here' }] },
          );
      }
    }
  },
};
