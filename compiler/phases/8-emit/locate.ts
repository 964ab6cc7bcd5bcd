import type { Node, Span } from '../../source/node.ts';
import type { InventoryHost } from '../2-merge/inventory.ts';

/** The variable of a host, and the place in it, that holds a value; the whole value is looked for first, then a part of one. */
export function locateValue(
  host: InventoryHost | undefined,
  value: string,
): { readonly span: Span; readonly name: string } | undefined {
  const vars = [...(host?.vars.values() ?? [])];
  for (const same of [
    (text: string) => text === value,
    (text: string) => value !== '' && (text.includes(value) || (text.length > 3 && value.includes(text))),
  ]) {
    for (const { name, node } of vars) {
      const span = find(node, same);
      if (span !== undefined) return { span, name: `\`${name}\`` };
    }
  }
  return undefined;
}

function find(node: Node, same: (text: string) => boolean): Span | undefined {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && same(node.value) ? node.span : undefined;
    case 'seq':
      return first(node.items, same);
    case 'map':
      return first(
        node.entries.flatMap((e) => [e.value, e.key]),
        same,
      );
  }
}

function first(nodes: readonly Node[], same: (text: string) => boolean): Span | undefined {
  for (const node of nodes) {
    const span = find(node, same);
    if (span !== undefined) return span;
  }
  return undefined;
}
