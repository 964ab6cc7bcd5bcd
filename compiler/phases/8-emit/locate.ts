import type { Span } from '../../source/node.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';

export interface Place {
  readonly span: Span | undefined;
  readonly name: string;
}

/**
 * Whom to blame for a file that cannot be written: the parameters it is made from, as far as the inventory sets them. The checks find the
 * value itself before it comes to that.
 */
export function blame(host: InventoryHost | undefined, parameters: readonly string[]): Place {
  const written = parameters.filter((name) => host?.vars.has(name));
  const named = written.length > 0 ? written : parameters;
  return {
    span: host?.vars.get(written[0] ?? '')?.node.span ?? host?.key.span,
    name: named.length === 0 ? 'a value' : named.map((name) => `\`${name}\``).join(' or '),
  };
}
