import type { Names } from '../../model/reads.ts';
import { camelCase } from '../../schema/names.ts';
import type { Span } from '../../source/node.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';

export interface Place {
  readonly span: Span | undefined;
  readonly name: string;
}

/** So many parameters are named. */
const MOST = 3;

/**
 * Whom to blame for a file that cannot be written: the parameters that were read for it, as far as the inventory sets them, the last
 * one first. The checks find the value itself before it comes to that.
 */
export function blame(host: InventoryHost | undefined, reads: Names): Place {
  const names = new Map([...(host?.vars.keys() ?? [])].map((name) => [camelCase(name), name]));
  const written = [...reads].reverse().flatMap((name) => names.get(name) ?? []);
  const named = written.slice(0, MOST).map((name) => `\`${name}\``);
  return {
    span: host?.vars.get(written[0] ?? '')?.node.span ?? host?.key.span,
    name: named.length === 0 ? 'a value' : named.join(' or '),
  };
}
