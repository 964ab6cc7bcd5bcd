import { isPgbouncerName } from '../../../../../emitters/toolkit/quote/pgbouncer.ts';
import { report } from '../../../../diagnostics/report.ts';
import { field, flag, has, maps, textField } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

export const poolNames: Rule = {
  codes: ['pool-name'],
  about: "PostgreSQL has names that PgBouncer's files have no spelling for: what would be there is left out.",
  *check(context) {
    for (const { node, hosts } of context.uses('pg_databases')) {
      if (!hosts.some((host) => context.of(host).pgbouncerEnabled.value)) continue;
      for (const database of maps(node)) {
        const name = textField(database, 'name') ?? '';
        if (flag(database, 'pgbouncer') === false || textField(database, 'state') === 'absent') continue;
        if (!isPgbouncerName(name) && name !== '')
          yield report(
            'pool-name',
            field(database, 'name')!.span,
            { kind: 'database', name, problem: 'not-in-pool' },
            { help: 'write `pgbouncer: false`' },
          );
      }
    }
    for (const { node } of context.uses('pg_users')) {
      for (const user of maps(node)) {
        const name = textField(user, 'name') ?? '';
        const options = ['pool_mode', 'pool_connlimit'].filter((option) => has(user, option));
        if (options.length === 0 || isPgbouncerName(name) || name === '') continue;
        const words = options.map((option) => `\`${option}\``).join(' and ');
        yield report('pool-name', field(user, 'name')!.span, {
          kind: 'user',
          name,
          problem: 'left-out',
          options: words,
        });
      }
    }
  },
};
