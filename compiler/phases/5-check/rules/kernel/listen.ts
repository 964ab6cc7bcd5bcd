import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import type { Rule } from '../../rule.ts';

/** Replication, health checks and the pool reach an instance at the address of its host. */
export const listen: Rule = function* (context) {
  for (const use of context.uses('pg_listen')) {
    for (const host of use.hosts) {
      if (context.text(host, 'pg_cluster') === '') continue;
      const found = [...checkListen(context, host)];
      yield* found;
      if (found.length > 0) break;
    }
  }
};

function* checkListen(context: CheckContext, host: InventoryHost): Iterable<Diagnostic> {
  const span = context.span(host, 'pg_listen');
  const address = context.text(host, 'ansible_host') || host.name;
  const vip = context.flag(host, 'pg_vip_enabled') ? context.text(host, 'pg_vip_address').split('/')[0]! : '';
  const written = context.text(host, 'pg_listen');
  if (vip === '' && written.includes('${vip}')) {
    yield report('pg-listen', span, { problem: 'has `${vip}`, but the cluster has no VIP' });
    return;
  }
  // Placeholders of addresses are replaced when files are written; unknown ones were reported before.
  const expanded = written.replaceAll('${ip}', address).replaceAll('${lo}', '127.0.0.1').replaceAll('${vip}', vip);
  const parts = expanded.split(',').map((part) => part.trim());
  if (expanded.includes('${')) return;
  const bad = parts.find((part) => part !== '*' && part !== 'localhost' && !isIpv4(part) && !part.includes(':'));
  const double = parts.find((part, index) => parts.indexOf(part) !== index);
  if (bad !== undefined) yield report('pg-listen', span, { problem: `has \`${bad}\`, which is not an address` });
  else if (double !== undefined) yield report('pg-listen', span, { problem: `has \`${double}\` twice` });
  else if (!parts.some((part) => part === '*' || part === '0.0.0.0' || part === address || part === host.name)) {
    yield report('pg-listen', span, { problem: `does not include the address of ${host.name}` });
  }
  if (vip !== '' && parts.includes(vip) && context.text(host, 'node_tune') === 'none') {
    yield report('pg-listen-vip', span, { vip });
  }
}
