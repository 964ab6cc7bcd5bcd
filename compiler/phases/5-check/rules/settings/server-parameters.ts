import { report } from '../../../../diagnostics/report.ts';
import { entries } from '../../nodes.ts';
import { overruled } from './overruled.ts';
import { checkSetting, serversOf } from './setting.ts';
import type { CheckContext } from '../../context.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';

/** Entries of `pg_parameters`, each a line of postgresql.auto.conf. */
export function* serverParameters(context: CheckContext): Iterable<Diagnostic> {
  for (const use of context.uses('pg_parameters')) {
    const servers = serversOf(context, use);
    const patroni = use.hosts.some((host) => context.of(host).patroniEnabled.value);
    for (const entry of entries(use.node)) {
      const found = checkSetting(context, entry, servers, 'pg_parameters');
      yield* found;
      const elsewhere = patroni && found.length === 0 ? overruled(entry.key.text) : undefined;
      if (elsewhere !== undefined)
        yield report(
          'setting-no-effect',
          entry.key.span,
          { name: entry.key.text, reason: elsewhere.reason },
          { help: elsewhere.help },
        );
    }
  }
}
