import { renamedField, renamedParameter } from '../../schema/renames.ts';
import { objectOf, parameter, type FieldInfo } from '../../schema/table.ts';
import type { MapNode, Node, ScalarNode, VarsOwner } from '../../source/node.ts';

/** Whose variables a place sets: `all`, a group, or the hosts of a key (`10.10.10.[11:13]`). */
export interface Scope {
  readonly kind: 'all' | 'group' | 'host';
  readonly name: string;
}

/** A value of a parameter, or a part of it. */
export interface ValueSlot {
  readonly kind: 'value';
  readonly scope: Scope;
  readonly parameter: string;
  /** Name of the parameter or of the innermost field. */
  readonly field: string;
  /** Definition of the object that has the field; undefined for the parameter itself. */
  readonly object: string | undefined;
  /** What the schema says about the value; undefined where it says nothing. */
  readonly info: FieldInfo | undefined;
}

/** What the grammar of an inventory has at a place. */
export type Slot =
  /** `within` is the group whose children they are; none at the top of a file. */
  | { readonly kind: 'groups'; readonly within: string | undefined }
  | { readonly kind: 'sections'; readonly group: string }
  | { readonly kind: 'hosts'; readonly group: string }
  | { readonly kind: 'vars'; readonly scope: Scope }
  | ValueSlot
  | { readonly kind: 'nothing' };

/** A scalar of the tree and what it is. */
export interface Spot {
  /** Of a key: the slot of its map. Of a value: its own. */
  readonly slot: Slot;
  readonly role: 'key' | 'value';
  readonly token: ScalarNode;
  /** The value of a key. */
  readonly value?: Node | undefined;
  /** The map around a key, or the one whose value this is. */
  readonly map: MapNode | undefined;
}

/** What a file holds: groups, or the variables of whose file it is. */
function rootSlot(owner: VarsOwner | undefined): Slot {
  return owner === undefined ? { kind: 'groups', within: undefined } : { kind: 'vars', scope: scopeOf(owner) };
}

function scopeOf({ kind, name }: Pick<VarsOwner, 'kind' | 'name'>): Scope {
  return { kind: kind === 'group' && name === 'all' ? 'all' : kind, name };
}

/** The slot of a map's entry. */
function entrySlot(slot: Slot, key: string): Slot {
  switch (slot.kind) {
    case 'groups':
      return { kind: 'sections', group: key };
    case 'sections':
      if (key === 'children') return { kind: 'groups', within: slot.group };
      if (key === 'hosts') return { kind: 'hosts', group: slot.group };
      return key === 'vars'
        ? { kind: 'vars', scope: scopeOf({ kind: 'group', name: slot.group }) }
        : { kind: 'nothing' };
    case 'hosts':
      return { kind: 'vars', scope: { kind: 'host', name: key } };
    case 'vars':
      return parameterSlot(slot.scope, renamedParameter(key)?.new ?? key);
    case 'value':
      return fieldSlot(slot, key);
    case 'nothing':
      return slot;
  }
}

function parameterSlot(scope: Scope, name: string): ValueSlot {
  return { kind: 'value', scope, parameter: name, field: name, object: undefined, info: parameter(name) };
}

function fieldSlot(slot: ValueSlot, written: string): ValueSlot {
  const { info } = slot;
  const object = info?.object;
  const key = (object && renamedField(object.name, written)?.new) ?? written;
  if (holdsSettings(slot)) return { ...slot, field: key, object: SETTING, info: undefined };
  // A map of objects has names of the user's choice as keys.
  if (object?.container === 'map') return { ...slot, info: { ...info!, object: { ...object, container: 'object' } } };
  const found = object === undefined ? undefined : objectOf(object.name);
  return { ...slot, field: key, object: object?.name, info: found?.fields.find(({ name }) => name === key) };
}

/** As `object` of a slot: the value of a PostgreSQL setting, whose name is the field. */
export const SETTING = 'server setting';

/** True for a map whose keys are settings of PostgreSQL. */
export function holdsSettings({ parameter: name, object, field }: ValueSlot): boolean {
  return object === undefined
    ? name === 'pg_parameters' && field === name
    : field === 'parameters' && /^(user|role|database)$/.test(object);
}

function itemSlot(slot: Slot): Slot {
  if (slot.kind !== 'value') return { kind: 'nothing' };
  const { info } = slot;
  if (info?.object === undefined)
    return { ...slot, info: info && { ...info, type: info.type.replace(/\[\]$/, ''), default: undefined } };
  return { ...slot, info: { ...info, object: { ...info.object, container: 'object' } } };
}

/** The scalar at an offset, its ends included. */
export function locate(tree: Node, offset: number): Spot | undefined {
  const inside = ({ span }: Node): boolean => span.start <= offset && offset <= span.end;
  let found: Spot | undefined;
  walk(tree, (spot) => (found ??= inside(spot.token) ? spot : undefined), inside);
  return found;
}

/**
 * Calls `visit` for every scalar in file order, keys before their values. Values for which `enter` is false are left out with
 * all they hold. What an alias or a merge key stands for is visited where it is written only.
 */
export function walk(tree: Node, visit: (spot: Spot) => void, enter: (node: Node) => boolean = () => true): void {
  const seen = new Set<Node>();
  const go = (node: Node, slot: Slot, map: MapNode | undefined): void => {
    if (seen.has(node) || !enter(node)) return;
    seen.add(node);
    if (node.kind === 'scalar') visit({ slot, role: 'value', token: node, map });
    else if (node.kind === 'seq') for (const item of node.items) go(item, itemSlot(slot), map);
    else {
      for (const { key, value } of node.entries) {
        if (!seen.has(key)) visit({ slot, role: 'key', token: key, value, map: node });
        seen.add(key);
        go(value, entrySlot(slot, key.text), node);
      }
    }
  };
  go(tree, rootSlot(tree.span.file?.owner), undefined);
}
