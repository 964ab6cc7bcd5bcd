import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { report } from '../../../../diagnostics/report.ts';
import { objects, parameter } from '../../../../schema/table.ts';
import { cutByComma, type WrittenEntry } from '../../../../source/comma.ts';
import { isNull, type Node } from '../../../../source/node.ts';
import type { InventoryHost } from '../../../2-merge/inventory.ts';
import type { CheckContext } from '../../context.ts';
import type { Rule } from '../../rule.ts';

export const commas: Rule = {
  codes: ['comma-in-value'],
  about:
    'Values without quotes that end at a comma of their own: what follows is no field, but the rest ' + 'of the value.',
  check(context) {
    const seen = new Set<Node>();
    const found: Diagnostic[] = [];
    for (const entries of variableMaps(context)) within(entries, seen, found);
    return found;
  },
};

/** Places of names that are the rest of a value before them, as `path:offset`. */
export function restsOfValues(context: CheckContext): ReadonlySet<string> {
  return new Set(
    variableMaps(context).flatMap((entries) =>
      entries.filter((_, i) => isRest(entries, i)).map(({ key }) => `${key.span.file.path}:${key.span.start}`),
    ),
  );
}

/** The variables of each group and each host as they are written. */
function variableMaps(context: CheckContext): readonly (readonly WrittenEntry[])[] {
  return context.once(variableMaps, () => [
    ...[...context.groups.values()].map((group) => group.vars),
    ...context.hosts.map(ownVariables),
  ]);
}

/** Variables of the host's own keys, as they are written. */
function ownVariables(host: InventoryHost): readonly WrittenEntry[] {
  const own: WrittenEntry[] = [];
  host.vars.forEach(({ name, node, origin }) => {
    if (origin.scope === 'host' && origin.key !== undefined)
      own.push({ key: { text: name, span: origin.key }, value: node });
  });
  return own.sort((a, b) => a.key.span.start - b.key.span.start);
}

function below(node: Node, seen: Set<Node>, found: Diagnostic[]): void {
  if (node.kind === 'scalar' || seen.has(node)) return;
  seen.add(node);
  if (node.kind === 'seq') for (const item of node.items) below(item, seen, found);
  else within(node.entries, seen, found);
}

function within(entries: readonly WrittenEntry[], seen: Set<Node>, found: Diagnostic[]): void {
  entries.forEach(({ value }, i) => {
    const before = isRest(entries, i) ? cutByComma(entries, i)! : undefined;
    // Further pieces belong to the same value.
    if (before !== undefined && entries[i - 1] === before)
      found.push(report('comma-in-value', before.value.span, { name: before.key.text }));
    below(value, seen, found);
  });
}

/** True when a name is the rest of the value before it. A known name without a value is just empty. */
export function isRest(entries: readonly WrittenEntry[], index: number): boolean {
  // Few values are empty.
  const { key, value } = entries[index]!;
  return isNull(value) && !isName(key.text) && cutByComma(entries, index) !== undefined;
}

let fields: ReadonlySet<string> | undefined;

function isName(name: string): boolean {
  fields ??= new Set([...objects().values()].flatMap((object) => object.fields.map((field) => field.name)));
  return parameter(name) !== undefined || fields.has(name);
}
