import { entry, toValue, type MapEntry, type MapNode, type Node, type ScalarNode } from '../../source/node.ts';

/** Readers of untyped trees: each returns undefined where the tree has another shape (the shape check reports that). */

const values = new WeakMap<Node, unknown>();

/** Plain value of a node, computed once per node: nodes are shared by every host that inherits them. */
export function valueOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  let value = values.get(node);
  if (value === undefined) values.set(node, (value = toValue(node)));
  return value;
}

/** Value of a field of a map, or undefined when the node is no map or has no such field. */
export function field(node: Node | undefined, name: string): Node | undefined {
  return node?.kind === 'map' ? entry(node, name)?.value : undefined;
}

export function fieldEntry(node: Node | undefined, name: string): MapEntry | undefined {
  return node?.kind === 'map' ? entry(node, name) : undefined;
}

/** True when the field is there and not null. */
export function has(node: Node | undefined, name: string): boolean {
  const value = field(node, name);
  return value !== undefined && !(value.kind === 'scalar' && value.value === null);
}

export function items(node: Node | undefined): readonly Node[] {
  return node?.kind === 'seq' ? node.items : [];
}

/** The maps of a list. */
export function maps(node: Node | undefined): readonly MapNode[] {
  return items(node).filter((item): item is MapNode => item.kind === 'map');
}

export function entries(node: Node | undefined): readonly MapEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function scalar(node: Node | undefined): ScalarNode | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node : undefined;
}

/** Text of a scalar, as an upstream template would print a string or number. */
export function text(node: Node | undefined): string | undefined {
  const found = scalar(node);
  return found === undefined ? undefined : String(found.value);
}

export function textField(node: Node | undefined, name: string): string | undefined {
  return text(field(node, name));
}

/** An integer written as one or quoted. */
export function integer(node: Node | undefined): number | undefined {
  return toInteger(scalar(node)?.value);
}

/** An integer of a plain value, or undefined. */
export function toInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  return typeof value === 'string' && /^-?[0-9]{1,15}$/.test(value.trim()) ? Number(value) : undefined;
}

/** A boolean as the person who wrote it means it: quoted words count. */
export function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  if (typeof value !== 'string') return undefined;
  const word = value.toLowerCase();
  if (word === 'true' || word === 'yes' || word === 'on' || word === '1') return true;
  if (word === 'false' || word === 'no' || word === 'off' || word === '0') return false;
  return undefined;
}

export function flag(node: Node | undefined, name: string): boolean | undefined {
  return toBoolean(scalar(field(node, name))?.value);
}
