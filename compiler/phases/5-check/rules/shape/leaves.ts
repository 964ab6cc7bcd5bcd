import { objectOf, parameter, type FieldInfo } from '../../../../schema/table.ts';
import type { Node, ScalarNode } from '../../../../source/node.ts';
import type { CheckContext } from '../../context.ts';

/** A scalar of a parameter, with what the schema says about the field or parameter it belongs to. */
export interface Leaf {
  readonly node: ScalarNode;
  readonly name: string;
  readonly info: FieldInfo;
}

/** Every scalar the schema describes, of every value that reaches a host. */
export function* leaves(context: CheckContext): Iterable<Leaf> {
  for (const [name, uses] of context.variables) {
    const info = parameter(name);
    if (info !== undefined) for (const { node } of uses) yield* below(node, info, name);
  }
}

function* below(node: Node, info: FieldInfo, name: string): Iterable<Leaf> {
  if (node.kind === 'scalar') {
    yield { node, name, info };
    return;
  }
  // A list or map of objects has one more level than the object itself; their fields decide what is text.
  const inside =
    info.object !== undefined && info.object.container !== 'object'
      ? { ...info, object: { ...info.object, container: 'object' as const } }
      : undefined;
  if (node.kind === 'seq') {
    for (const item of node.items)
      if (inside !== undefined || info.type.endsWith('[]')) yield* below(item, inside ?? info, name);
    return;
  }
  const object = inside === undefined && info.object !== undefined ? objectOf(info.object.name) : undefined;
  for (const { key, value } of node.entries) {
    if (inside !== undefined) yield* below(value, inside, key.text);
    else {
      const field = object?.fields.find((candidate) => candidate.name === key.text);
      if (field !== undefined) yield* below(value, field, key.text);
    }
  }
}
