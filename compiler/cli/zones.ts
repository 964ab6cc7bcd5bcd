import type { Inventory } from '../phases/2-merge/inventory.ts';
import { UsageError } from '../diagnostics/usage-error.ts';
import { isSecret } from '../secrets/mask.ts';
import { suffixHint } from '../words/suggest.ts';

/** Values of a variable by host, which say what belongs together. A variable that no host has is an error of the command line. */
export function variableOfHosts(
  inventory: Inventory,
  variable: string,
  option: string,
): ReadonlyMap<string, string | undefined> {
  if (isSecret(variable)) throw new UsageError(`--${option}: \`${variable}\` is a secret`);
  const values = new Map(
    inventory.hosts.map(({ name, vars }) => {
      const node = vars.get(variable)?.node;
      return [name, node?.kind === 'scalar' && node.value !== null && node.secret !== true ? node.text : undefined];
    }),
  );
  if ([...values.values()].some((value) => value !== undefined)) return values;
  const known = inventory.hosts.flatMap(({ vars }) => [...vars.keys()]);
  throw new UsageError(`--${option}: no host has a variable \`${variable}\`${suffixHint(variable, known)}`);
}
