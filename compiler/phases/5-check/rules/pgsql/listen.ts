import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import { isIpv4 } from '../../../../domain/ipv4.ts';
import { expandListen } from '../../../../domain/pgsql-cluster.ts';
import type { Rule } from '../../rule.ts';

export const listen: Rule = {
  codes: ['pg-listen', 'pg-listen-vip'],
  about: 'Replication, health checks and the pool reach an instance at the address of its host.',
  *check(context) {
    for (const use of context.uses('pg_listen')) {
      for (const host of use.hosts) {
        if (context.of(host).pgCluster.value === '') continue;
        const found = [...checkListen(context, host)];
        yield* found;
        if (found.length > 0) break;
      }
    }
  },
};

function* checkListen(context: CheckContext, host: InventoryHost): Iterable<Diagnostic> {
  const span = context.of(host).pgListen.span;
  const address = context.address(host);
  const vip = context.of(host).pgVipEnabled.value ? context.of(host).pgVipAddress.value.split('/')[0]! : '';
  const written = context.of(host).pgListen.value;
  if (vip === '' && written.includes('${vip}')) {
    yield report('pg-listen', span, { problem: 'no-vip' });
    return;
  }
  // Unknown placeholders were reported before.
  const parts = expandListen(written, address, vip);
  if (parts.some((part) => part.includes('${'))) return;
  const bad = parts.find((part) => part !== '*' && part !== 'localhost' && !isIpv4(part) && !part.includes(':'));
  const double = parts.find((part, index) => parts.indexOf(part) !== index);
  if (bad !== undefined) yield report('pg-listen', span, { problem: 'no-address', bad });
  else if (double !== undefined) yield report('pg-listen', span, { problem: 'twice', double });
  else if (!parts.some((part) => part === '*' || part === '0.0.0.0' || part === address || part === host.name)) {
    yield report('pg-listen', span, { problem: 'not-own', host: host.name });
  }
  if (vip !== '' && parts.includes(vip) && context.of(host).nodeTune.value === 'none') {
    yield report('pg-listen-vip', span, { vip });
  }
}
