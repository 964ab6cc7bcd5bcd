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
export function leaves(context: CheckContext): readonly Leaf[] {
  return context.once(leaves, () => {
    const found: Leaf[] = [];
    for (const [name, uses] of context.variables) {
      const info = parameter(name);
      if (info !== undefined) for (const { node } of uses) collect(node, info, name, found);
    }
    return found;
  });
}

function collect(node: Node, info: FieldInfo, name: string, found: Leaf[]): void {
  if (node.kind === 'scalar') {
    found.push({ node, name, info });
    return;
  }
  const inside = insideOf(info);
  if (node.kind === 'seq') {
    if (inside !== undefined || info.type.endsWith('[]'))
      for (const item of node.items) collect(item, inside ?? info, name, found);
    return;
  }
  const fields = inside === undefined && info.object !== undefined ? fieldsOf(info.object.name) : undefined;
  for (const { key, value } of node.entries) {
    const field = inside ?? fields?.get(key.text);
    if (field !== undefined) collect(value, field, key.text, found);
  }
}

const insides = new WeakMap<FieldInfo, FieldInfo>();

/** A list or map of objects has one more level than the object itself; their fields decide what is text. */
function insideOf(info: FieldInfo): FieldInfo | undefined {
  if (info.object === undefined || info.object.container === 'object') return undefined;
  let inside = insides.get(info);
  if (inside === undefined) insides.set(info, (inside = { ...info, object: { ...info.object, container: 'object' } }));
  return inside;
}

const fieldTables = new Map<string, ReadonlyMap<string, FieldInfo>>();

function fieldsOf(object: string): ReadonlyMap<string, FieldInfo> {
  let fields = fieldTables.get(object);
  if (fields === undefined)
    fieldTables.set(object, (fields = new Map(objectOf(object)?.fields.map((field) => [field.name, field]))));
  return fields;
}
