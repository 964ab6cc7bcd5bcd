import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import { objects, parameter } from '../../../../schema/table.ts';
import { cutByComma, type WrittenEntry } from '../../../../source/comma.ts';
import type { Node } from '../../../../source/node.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';

/** Values without quotes that end at a comma of their own: what follows is no field, but the rest of the value. */
export const commas: Rule = function* (context) {
  const seen = new Set<Node>();
  for (const entries of variableMaps(context)) yield* within(entries, seen);
};

/** Places of names that are the rest of a value before them, as `path:offset`. */
export function restsOfValues(context: CheckContext): ReadonlySet<string> {
  return new Set(
    [...variableMaps(context)].flatMap((entries) =>
      entries.filter((_, i) => isRest(entries, i)).map(({ key }) => `${key.span.file.path}:${key.span.start}`),
    ),
  );
}

/** The variables of each group and each host as they are written. */
function* variableMaps({ groups, hosts }: CheckContext): Iterable<readonly WrittenEntry[]> {
  for (const group of groups.values()) yield group.vars;
  for (const host of hosts)
    yield [...host.vars.values()]
      .filter(({ origin }) => origin.scope === 'host' && origin.key !== undefined)
      .map(({ name, node, origin }) => ({ key: { text: name, span: origin.key! }, value: node }))
      .sort((a, b) => a.key.span.start - b.key.span.start);
}

function* below(node: Node, seen: Set<Node>): Iterable<Diagnostic> {
  if (node.kind === 'scalar' || seen.has(node)) return;
  seen.add(node);
  if (node.kind === 'seq') for (const item of node.items) yield* below(item, seen);
  else yield* within(node.entries, seen);
}

function* within(entries: readonly WrittenEntry[], seen: Set<Node>): Iterable<Diagnostic> {
  for (const [i, { value }] of entries.entries()) {
    const before = isRest(entries, i) ? cutByComma(entries, i)! : undefined;
    // Further pieces belong to the same value.
    if (before !== undefined && entries[i - 1] === before)
      yield report('comma-in-value', before.value.span, { name: before.key.text });
    yield* below(value, seen);
  }
}

/** True when a name is the rest of the value before it. A known name without a value is just empty. */
export function isRest(entries: readonly WrittenEntry[], index: number): boolean {
  return !isName(entries[index]!.key.text) && cutByComma(entries, index) !== undefined;
}

let fields: ReadonlySet<string> | undefined;

function isName(name: string): boolean {
  fields ??= new Set([...objects().values()].flatMap((object) => object.fields.map((field) => field.name)));
  return parameter(name) !== undefined || fields.has(name);
}
