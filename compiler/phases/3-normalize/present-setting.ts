import type { Diagnostic, Fix } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import {
  carriedValue,
  fieldRenames,
  type ParameterRename,
  renamedField,
  renamedParameter,
  renamedValue,
} from '../../schema/renames.ts';
import { type ObjectRef, parameter } from '../../schema/table.ts';
import type { MapEntry, MapNode, Node, ScalarNode, Span } from '../../source/node.ts';

/** One setting under its present name and with its present value. */
export interface Setting {
  readonly name: string;
  readonly node: Node;
}

/** By kind of object. */
const verdicts = new Map(fieldRenames.map(({ object }) => [object, new WeakMap<Node, boolean>()]));

/** Whether a setting needs no change. Objects are judged once: most are shared by many hosts. */
export function isPresent(name: string, node: Node): boolean {
  if (renamedParameter(name) !== undefined) return false;
  if (node.kind === 'scalar') return renamedValue(name, node.value) === undefined;
  const object = parameter(name)?.object;
  const known = object === undefined ? undefined : verdicts.get(object.name);
  if (object === undefined || known === undefined) return true;
  let verdict = known.get(node);
  if (verdict === undefined)
    known.set(
      node,
      (verdict = objectNodes(object, node).every((map) => map.entries.every((e) => !isOldField(object.name, e)))),
    );
  return verdict;
}

function objectNodes(object: ObjectRef, node: Node): readonly MapNode[] {
  const items =
    object.container === 'list' && node.kind === 'seq'
      ? node.items
      : object.container === 'map' && node.kind === 'map'
        ? node.entries.map((e) => e.value)
        : [node];
  return items.filter((item) => item.kind === 'map');
}

function isOldField(object: string, { key, value }: MapEntry): boolean {
  if (renamedField(object, key.text) !== undefined) return true;
  return (
    value.kind === 'map' &&
    value.entries.some((inner) => renamedField(object, `${key.text}.${inner.key.text}`) !== undefined)
  );
}

/** What an old setting means now; undefined when nothing is left of it. */
export function presentSetting(
  name: string,
  node: Node,
  key: Span | undefined,
  problems: Diagnostic[],
): Setting | undefined {
  const rename = renamedParameter(name);
  const renamed = rename === undefined ? { name, node } : renameParameter(rename, node, key, problems);
  return renamed === undefined
    ? undefined
    : {
        name: renamed.name,
        node: presentFields(renamed.name, presentValue(renamed.name, renamed.node, problems), problems),
      };
}

function renameParameter(
  rename: ParameterRename,
  node: Node,
  key: Span | undefined,
  problems: Diagnostic[],
): Setting | undefined {
  const { old, since, note: help } = rename;
  if (rename.new === null) {
    problems.push(report('removed-parameter', key, { old, since }, { help }));
    return undefined;
  }
  const args = { old, name: rename.new, since };
  const carried = carriedValue(rename, node.kind === 'scalar' ? node.value : undefined);
  if (carried === undefined) {
    problems.push(report('rewrite-parameter', key, args, { help }));
    return undefined;
  }
  const same = rename.carries === 'value';
  const fix: Fix | undefined = same && key !== undefined ? { span: key, text: rename.new } : undefined;
  problems.push(report('renamed-parameter', key, args, { help, fix }));
  return { name: rename.new, node: same ? node : derived(node as ScalarNode, carried.value as string | boolean) };
}

function presentValue(name: string, node: Node, problems: Diagnostic[]): Node {
  const mapping = node.kind === 'scalar' ? renamedValue(name, node.value) : undefined;
  if (node.kind !== 'scalar' || mapping === undefined) return node;
  const fix = { span: node.span, text: typeof mapping.to === 'string' ? `'${mapping.to}'` : String(mapping.to) };
  problems.push(
    report(
      'old-value',
      node.span,
      { name, value: node.text, present: String(mapping.to) },
      { help: mapping.note, fix },
    ),
  );
  return derived(node, mapping.to);
}

function derived(node: ScalarNode, value: string | boolean): ScalarNode {
  return {
    ...node,
    value,
    text: String(value),
    style: typeof value === 'string' ? 'single' : 'plain',
    derivedFrom: node,
  };
}

function presentFields(name: string, node: Node, problems: Diagnostic[]): Node {
  const object = parameter(name)?.object;
  if (object === undefined || !verdicts.has(object.name)) return node;
  const fields = (item: Node): Node => (item.kind === 'map' ? presentObject(object.name, item, problems) : item);
  if (object.container === 'list') return node.kind === 'seq' ? { ...node, items: node.items.map(fields) } : node;
  if (object.container === 'map')
    return node.kind === 'map'
      ? { ...node, entries: node.entries.map((e) => ({ key: e.key, value: fields(e.value) })) }
      : node;
  return fields(node);
}

function presentObject(object: string, map: MapNode, problems: Diagnostic[]): MapNode {
  if (!map.entries.some((e) => isOldField(object, e))) return map;
  const entries = new Map(map.entries.filter((e) => !isOldField(object, e)).map((e) => [e.key.text, e]));
  const move = (old: string, e: MapEntry): void => {
    const rename = renamedField(object, old)!;
    const args = { object, old, since: rename.since };
    if (rename.new === null) problems.push(report('removed-field', e.key.span, args, { help: rename.note }));
    else if (entries.has(rename.new)) {
      const related = [{ span: entries.get(rename.new)!.key.span, message: 'this one counts' }];
      problems.push(report('old-and-new-name', e.key.span, { old, name: rename.new }, { related }));
    } else {
      const fix = old.includes('.') ? undefined : { span: e.key.span, text: rename.new };
      problems.push(report('renamed-field', e.key.span, { ...args, name: rename.new }, { help: rename.note, fix }));
      entries.set(rename.new, {
        key: { ...e.key, value: rename.new, text: rename.new, derivedFrom: e.key },
        value: e.value,
      });
    }
  };
  for (const e of map.entries) {
    if (renamedField(object, e.key.text) !== undefined) move(e.key.text, e);
    else if (isOldField(object, e) && e.value.kind === 'map') moveInner(object, e.key.text, e.value, move);
  }
  return { ...map, entries: [...entries.values()] };
}

/** Fields of a nested map that moved up; what has not moved is unknown there and left out with the map. */
function moveInner(object: string, outer: string, map: MapNode, move: (old: string, e: MapEntry) => void): void {
  for (const inner of map.entries)
    if (renamedField(object, `${outer}.${inner.key.text}`) !== undefined) move(`${outer}.${inner.key.text}`, inner);
}
