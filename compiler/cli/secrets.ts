import type { External } from '../diagnostics/external.ts';
import { looksSecret, MASK, maskText } from '../diagnostics/frame.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Inventory } from '../phases/2-merge/inventory.ts';
import { objectOf, objects, parameter, parameters, type FieldInfo } from '../schema/table.ts';
import type { Node, ScalarNode, Span } from '../source/node.ts';
import type { Traced } from '../source/traced.ts';

/** Every place of an inventory that holds a secret, so that no source line is quoted with it. */
export function secretSpans(inventory: Inventory | undefined): readonly Span[] {
  const spans: Span[] = [];
  if (inventory === undefined) return spans;
  const seen = new Set<Node>();
  const visit = (traced: Traced | undefined): void => {
    for (let at = traced; at !== undefined && !seen.has(at.node); at = at.shadows) {
      seen.add(at.node);
      collect(at.node, parameter(at.name), hidesUnknown(at.name), spans);
    }
  };
  for (const traced of inventory.globals.values()) visit(traced);
  for (const host of inventory.hosts) for (const traced of host.vars.values()) visit(traced);
  return spans;
}

/** Plain value of a variable with secrets masked, and all that came from outside the inventory. */
export function maskedValue(name: string, node: Node, external: External): unknown {
  return masked(node, parameter(name), hidesUnknown(name), external);
}

/** What the inventory says where the value is what a placeholder or expression became; secrets are masked. */
export function writtenValue(name: string, node: Node, external: External): unknown {
  const written = original(node);
  return written === node || decrypted(node) ? undefined : maskedValue(name, written, external);
}

/** JSON data with secrets masked that the model has as plain values: settings of programs pigstyc does not know. */
export function maskedData(value: unknown, key = ''): unknown {
  if (typeof value === 'string')
    return value.startsWith('<secret:') ? value : looksSecret(key) ? MASK : maskText(value);
  if (Array.isArray(value)) return value.map((item) => maskedData(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskedData(item, name)]));
}

/** Text of one word that is a variable's value, when all of it may be shown. */
export function isSecret(name: string): boolean {
  return parameter(name)?.secret === true || hidesUnknown(name);
}

/** Names nobody declared: they may sound secret, or be a secret's name with a typo. Better to hide too much. */
function suspicious(name: string): boolean {
  return looksSecret(name) || isSecretTypo(name);
}

/** For a variable: true when the schema does not know it and its name is suspicious. */
function hidesUnknown(name: string): boolean {
  return parameter(name) === undefined && suspicious(name);
}

let secretNames: readonly string[] | undefined;

function isSecretTypo(name: string): boolean {
  secretNames ??= [...parameters().values(), ...[...objects().values()].flatMap(({ fields }) => fields)]
    .filter(({ name: known, secret }) => secret === true && known.length >= 6)
    .map(({ name: known }) => known);
  return suggest(name, secretNames) !== undefined;
}

function collect(node: Node, info: FieldInfo | undefined, hidden: boolean, spans: Span[]): void {
  if (info?.secret === true || (info === undefined && hidden) || decrypted(node)) {
    spans.push(original(node).span);
    return;
  }
  if (node.kind === 'scalar') return;
  for (const [child, childInfo, childHidden] of children(node, info)) collect(child, childInfo, childHidden, spans);
}

function masked(node: Node, info: FieldInfo | undefined, hidden: boolean, external: External): unknown {
  if (info?.secret === true || (info === undefined && hidden) || decrypted(node))
    return node.kind === 'scalar' && node.value === null ? null : MASK;
  if (node.kind === 'scalar')
    return typeof node.value === 'string'
      ? maskText(external.text(node.value))
      : node.derivedFrom !== undefined && external.has(node.text)
        ? MASK
        : node.value;
  const values = children(node, info).map(([child, childInfo, childHidden]) =>
    masked(child, childInfo, childHidden, external),
  );
  return node.kind === 'seq' ? values : Object.fromEntries(node.entries.map((e, i) => [e.key.text, values[i]]));
}

/** `!vault` values are secret whatever they are called; what was written is only their cipher text. */
function decrypted(node: Node): boolean {
  return node.kind === 'scalar' && (node.tag === 'vault' || node.derivedFrom?.tag === 'vault');
}

/** Expansion makes new nodes; what is printed is the source they came from. */
function original(node: Node): Node {
  let at: Node = node;
  while (at.kind === 'scalar' && at.derivedFrom !== undefined) at = at.derivedFrom as ScalarNode;
  return at;
}

type Child = readonly [node: Node, info: FieldInfo | undefined, hidden: boolean];

/** Members of a collection, each with what the schema says about it. */
function children(node: Exclude<Node, ScalarNode>, info: FieldInfo | undefined): readonly Child[] {
  if (node.kind === 'seq') return node.items.map((item): Child => [item, itemInfo(info), false]);
  const object = info?.object;
  // A map of objects has names of the user's choice as keys; its values are the objects.
  if (object?.container === 'map')
    return node.entries.map((e): Child => [e.value, { ...info!, object: { ...object, container: 'object' } }, false]);
  const fields = object === undefined ? undefined : objectOf(object.name);
  const keys = Array.isArray(info?.secret) ? (info.secret as readonly string[]) : [];
  return node.entries.map((e): Child => {
    const field = fields?.fields.find(({ name }) => name === e.key.text);
    if (field !== undefined) return [e.value, field, false];
    // Below the top of a file, keys are groups and hosts, and then parameters.
    const nested = info === undefined ? parameter(e.key.text) : undefined;
    return [e.value, nested, keys.includes(e.key.text) || (nested === undefined && suspicious(e.key.text))];
  });
}

function itemInfo(info: FieldInfo | undefined): FieldInfo | undefined {
  return info?.object?.container === 'list'
    ? { ...info, object: { ...info.object, container: 'object' } }
    : info?.object === undefined
      ? undefined
      : info;
}
