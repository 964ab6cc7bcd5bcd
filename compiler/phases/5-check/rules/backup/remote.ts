import { report } from '../../../../diagnostics/report.ts';
import type { Span } from '../../../../source/node.ts';
import { entries, textField, toInteger } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const remoteExporters: Rule = {
  codes: ['remote-exporter'],
  about: 'Exporters for databases managed elsewhere: one port each, and one instance name each.',
  *check(context) {
    for (const use of context.uses('pg_exporters')) {
      const names = new Map<string, Span>();
      for (const { key, value } of entries(use.node)) {
        const port = toInteger(key.value);
        if (port === undefined || port < 1 || port > 65535)
          yield report('remote-exporter', key.span, { problem: 'no-port', name: key.text });
        if (textField(value, 'pg_cluster') === undefined || textField(value, 'pg_seq') === undefined) continue;
        const name = `${textField(value, 'pg_cluster')}-${textField(value, 'pg_seq')}`;
        const first = names.get(name);
        if (first === undefined) names.set(name, key.span);
        else
          yield report(
            'remote-exporter',
            key.span,
            { problem: 'twice', name },
            { related: [{ span: first, message: 'first given here' }] },
          );
      }
    }
  },
};
