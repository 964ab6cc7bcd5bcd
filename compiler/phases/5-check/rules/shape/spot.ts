import { placeOf } from '../../../4-resolve/places.ts';
import { objectOf, parameter, type FieldInfo } from '../../../../schema/table.ts';
import { hides, secrecyOf, secrecyOfField, secrecyOfItem, type Place } from '../../../../schema/secrecy.ts';
import { entry, type Node, type Span } from '../../../../source/node.ts';

/** Where an error is: the tree, its name for people, the span of its key, and what the schema says about it. */
export interface Spot {
  readonly node: Node;
  readonly name: string;
  readonly key: Span;
  readonly info: FieldInfo | undefined;
  /** Whether it is secret. */
  readonly place: Place;
  /** Definition of the object the error is in, for the fields it may have. */
  readonly object: string | undefined;
  /** The value may be left out: it is a field that is not required, or an option of a map of options. */
  readonly optional: boolean;
}

/** The spot a path of the validator leads to, such as `/0/name`. */
export function locate(parameterName: string, root: Node, path: string): Spot {
  let info: FieldInfo | undefined = parameter(parameterName);
  let object = info?.object?.container === 'object' ? info.object.name : undefined;
  const place = secrecyOf(parameterName);
  let spot: Spot = { node: root, name: parameterName, key: root.span, info, place, object, optional: false };
  for (const part of path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const { node } = spot;
    const below =
      node.kind === 'seq' ? node.items[Number(part)] : node.kind === 'map' ? entry(node, part)?.value : undefined;
    if (below === undefined) return spot;
    const key = node.kind === 'map' ? entry(node, part)!.key.span : below.span;
    let optional = object === undefined && info?.object === undefined && node.kind === 'map';
    if (object === undefined) object = info?.object?.name;
    else {
      const field = objectOf(object)?.fields.find((candidate) => candidate.name === part);
      optional = field !== undefined && !field.required;
      info = field;
      object = info?.object?.container === 'object' ? info.object.name : undefined;
    }
    // An item of a list is talked about by the name of the list.
    const name = node.kind === 'map' ? part : spot.name;
    const inner = node.kind === 'map' ? secrecyOfField(spot.place, part) : secrecyOfItem(spot.place);
    spot = { node: below, name, key, info, place: inner, object, optional };
  }
  return spot;
}

/** The value of a tree, with the numbers at some paths as text. */
export function withText(node: Node, paths: ReadonlySet<string>, path = ''): unknown {
  if (node.kind === 'scalar') return paths.has(path) ? String(node.value) : node.value;
  const below = (value: Node, part: string | number): unknown =>
    withText(value, paths, `${path}/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return node.kind === 'seq'
    ? node.items.map(below)
    : Object.fromEntries(node.entries.map(({ key, value }) => [key.text, below(value, key.text)]));
}

/** True for text that is not the final one: an expression that could not be evaluated, a reference that could not be read. */
export function isUnresolved(node: Node): boolean {
  return node.kind === 'scalar' && typeof node.value === 'string' && /\$\{(?:env|file):|\{\{|\{%/.test(node.value);
}

/** Whether a text at a path of the parameter fits once its placeholders, which a later phase fills in, are names. */
export function fitsWhenFilled(parameterName: string, path: string, node: Node, pattern: string): boolean {
  const place = placeOf(parameterName);
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || place === undefined) return false;
  if (place.field !== undefined && !path.split('/').includes(place.field)) return false;
  return new RegExp(pattern, 'u').test(node.value.replace(/\$(?:\{\w+\}|<\w+>)/g, 'x'));
}

/** Value for a message; never one that is a secret. */
export function shown({ node, place }: Spot): string {
  if (node.kind !== 'scalar') return kindOf(node);
  return hides(place) ? '…' : String(node.value);
}

/** What a text has to be, by the kind of value. */
export const FORMATS: ReadonlyMap<string, string> = new Map([
  ['ip', 'an IPv4 address or a host name'],
  ['cidr', 'an IPv4 address with mask'],
  ['ip[]', 'an IPv4 address'],
  ['cidr[]', 'an IPv4 network'],
  ['identifier', 'a name of lower-case letters, digits, `_`, `@`, `.` and `-` that begins with a letter or `_`'],
  ['date', 'a date (YYYY-MM-DD) or `infinity`'],
  ['port', 'a port'],
  ['int', 'a number'],
  ['duration', 'a duration such as `1h`'],
  ['size', 'a size such as `1GB`'],
  ['int_or_auto', 'a number or `auto`'],
  ['username', 'a user name'],
]);

/** Types of JSON Schema in words. */
export const TYPES: ReadonlyMap<string, string> = new Map([
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['string', 'text'],
  ['array', 'a list'],
  ['object', 'a map'],
  ['null', 'empty'],
]);

/** What was written, in words. */
export function kindOf(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'seq' ? 'a list' : 'a map';
  if (node.value === null) return 'empty';
  return typeof node.value === 'string' ? 'text' : typeof node.value === 'boolean' ? 'true or false' : 'a number';
}
