import type { ParameterName } from '../../../../schema/parameter-names.gen.ts';
import { maps, textField } from '../../nodes.ts';
import { checkSetting, parametersOf, serversOf, type Place } from './setting.ts';
import type { CheckContext } from '../../context.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';

const LISTS: readonly (readonly [parameter: ParameterName, place: Place])[] = [
  ['pg_default_roles', 'role'],
  ['pg_users', 'role'],
  ['pg_databases', 'database'],
];

/** `parameters` of roles and databases: what `ALTER ROLE … SET` and `ALTER DATABASE … SET` take. */
export function* sessionParameters(context: CheckContext): Iterable<Diagnostic> {
  for (const [parameter, place] of LISTS) {
    for (const use of context.uses(parameter)) {
      const settings = maps(use.node)
        .filter((owner) => textField(owner, 'state') !== 'absent')
        .flatMap(parametersOf);
      if (settings.length === 0) continue;
      const servers = serversOf(context, use);
      for (const entry of settings) yield* checkSetting(context, entry, servers, place);
    }
  }
}
