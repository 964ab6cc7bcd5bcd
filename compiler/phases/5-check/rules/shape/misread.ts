import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { objectOf, parameter, type FieldInfo } from '../../../../schema/table.ts';
import type { Node } from '../../../../source/node.ts';
import type { Rule } from '../../rule.ts';

/** Kinds of values that are text, whatever they look like. Numbers in them are allowed as long as they print as written. */
const TEXT = new Set([
  'string',
  'password',
  'username',
  'identifier',
  'ip',
  'cidr',
  'path',
  'url',
  'csv',
  'enum',
  'size',
  'duration',
  'iplist',
  'date',
  'timestamp',
]);

/** Plain words that YAML 1.1 reads as something else: `0123` is 83, `1:30` is 90, `1.10` is 1.1 and `yes` is true. */
export const misread: Rule = function* (context) {
  for (const [name, uses] of context.variables) {
    const info = parameter(name);
    if (info !== undefined) for (const { node } of uses) yield* walk(node, info, name);
  }
};

function* walk(node: Node, info: FieldInfo, name: string): Iterable<Diagnostic> {
  if (node.kind === 'scalar') {
    if (
      !TEXT.has(info.type.replace(/\[\]$/, '')) ||
      typeof node.value === 'string' ||
      node.value === null ||
      String(node.value) === node.text
    )
      return;
    const read = typeof node.value === 'boolean' ? String(node.value) : 'another number';
    yield report('misread-text', node.span, { name, read }, { fix: { span: node.span, text: `'${node.text}'` } });
    return;
  }
  // A list or map of objects has one more level than the object itself; their fields decide what is text.
  const inside =
    info.object !== undefined && info.object.container !== 'object'
      ? { ...info, object: { ...info.object, container: 'object' as const } }
      : undefined;
  if (node.kind === 'seq') {
    for (const item of node.items)
      if (inside !== undefined || info.type.endsWith('[]')) yield* walk(item, inside ?? info, name);
    return;
  }
  const object = inside === undefined && info.object !== undefined ? objectOf(info.object.name) : undefined;
  for (const { key, value } of node.entries) {
    if (inside !== undefined) yield* walk(value, inside, key.text);
    else {
      const below = object?.fields.find((candidate) => candidate.name === key.text);
      if (below !== undefined) yield* walk(value, below, key.text);
    }
  }
}
