import { report } from '../../../../diagnostics/report.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { listeners, type Listener } from '../../listeners.ts';
import type { Rule } from '../../rule.ts';
import { reach } from './connection.ts';

export const hostPorts: Rule = {
  codes: ['port-conflict'],
  about: 'No two programs on one host may listen on one port.',
  *check(context) {
    const reported = new Set<string>();
    for (const host of context.hosts) {
      const taken = new Map<number, Listener>(ssh(context, host));
      for (const listener of listeners(context, host)) {
        const first = taken.get(listener.port);
        if (first === undefined) {
          taken.set(listener.port, listener);
          continue;
        }
        const span = listener.span ?? first.span ?? host.key.span;
        const key = `${span.file.path}:${span.start}:${listener.port}`;
        if (reported.has(key)) continue;
        reported.add(key);
        const other = span === listener.span ? first : listener;
        const mine = span === listener.span ? listener : first;
        yield report(
          'port-conflict',
          span,
          { port: listener.port, host: host.name, what: nameOf(mine), other: nameOf(other) },
          other.span && { related: [{ span: other.span, message: nameOf(other) }] },
        );
      }
    }
  },
};

/** The server of ssh, where nothing stands between: another address may be that of a translation of ports. */
function ssh(context: CheckContext, host: InventoryHost): readonly (readonly [number, Listener])[] {
  const address = context.address(host);
  const { port, target } = reach(context, host).connection;
  const listener = {
    port,
    what: 'the server of ssh',
    module: 'NODE',
    parameter: undefined,
    span: undefined,
    traced: undefined,
  };
  return target === address ? [[port, listener]] : [];
}

/** The parameter that holds nothing but this port says most; in lists, what the entry is for. */
function nameOf({ what, parameter }: Listener): string {
  return parameter?.endsWith('_port') === true ? parameter : what;
}
