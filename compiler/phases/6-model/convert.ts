/**
 * Written values → typed ones, driven by schemas/. The checks of phase 5 have reported what does not fit, so this is
 * lenient: it does what the author meant (a quoted 'false' is false, a lone string is a list of one).
 */
import { camelCase } from '../../schema/names.ts';
import { Secret } from '../../model/secret.ts';
import { secrecyOf, secrecyOfField, secrecyOfItem, takesSecrets, type Place } from '../../schema/secrecy.ts';
import { isNull, toValue, type MapNode, type Node, type ScalarNode } from '../../source/node.ts';
import { refName, schemas, type ValueSchema } from './schemas.ts';

/** Typed value of a parameter. `name` also names secrets found in it, e.g. `pg_users.dbuser_meta.password`. */
export function convert(node: Node, schema: ValueSchema, name: string): unknown {
  return convertAt(node, schema, name, secrecyOf(name));
}

/** Typed value of what stands at a place; whatever is secret there becomes a secret. */
function convertAt(node: Node, schema: ValueSchema, name: string, place: Place): unknown {
  if (takesSecrets(place)) return isNull(node) ? undefined : secrets(node, name);
  if (schema.$ref !== undefined) return convertObject(node, refName(schema.$ref), name, place);
  if (schema.anyOf !== undefined) return convertAlternative(node, schema.anyOf, name, place);
  switch (pickType(node, schema)) {
    case 'boolean':
      return node.kind === 'scalar' && isTrue(node);
    case 'integer':
    case 'number':
      return node.kind === 'scalar' ? toNumber(node) : undefined;
    case 'string':
      return node.kind === 'scalar' ? asWritten(scalarText(node), schema) : JSON.stringify(toValue(node));
    case 'array':
      return toList(node).map((item, i) =>
        convertAt(item, schema.items ?? {}, `${name}.${nameOf(item) ?? i}`, secrecyOfItem(place)),
      );
    case 'object':
      return convertMap(node, schema, name, place);
    default:
      return plain(node);
  }
}

/** A slash at the end of a path says nothing, and would stand in the middle of the paths below it. */
function asWritten(text: string, schema: ValueSchema): string {
  const isPath = /^path(?:-|$)/.test(schema['x-grammar'] ?? '');
  return isPath && text.length > 1 ? text.replace(/[/]$/, '') : text;
}

/** Value of a schema default, with the same types `convert` gives. */
export function convertDefault(value: unknown, schema: ValueSchema, name: string): unknown {
  return convert(fromValue(value), schema, name);
}

function convertObject(node: Node, def: string, name: string, place: Place): unknown {
  const schema = schemas().defs.get(def);
  if (schema === undefined) throw new Error(`schema defs/${def} does not exist`);
  if (schema['x-open-map']) return convertOpenMap(node, name, place);
  const written = new Map(node.kind === 'map' ? node.entries.map((e) => [e.key.text, e.value]) : []);
  const object: Record<string, unknown> = {};
  for (const [field, fieldSchema] of Object.entries(schema.properties ?? {})) {
    const value = written.get(field);
    const given =
      value !== undefined && !isNull(value)
        ? value
        : fieldSchema.default === undefined
          ? undefined
          : fromValue(fieldSchema.default);
    object[camelCase(field)] = given && convertAt(given, fieldSchema, `${name}.${field}`, secrecyOfField(place, field));
  }
  return Object.freeze(object);
}

/** An option map handed through in the order written; secret options become secrets. */
function convertOpenMap(node: Node, name: string, place: Place): ReadonlyMap<string, unknown> {
  const entries = node.kind === 'map' ? node.entries.filter((e) => !isNull(e.value)) : [];
  return new Map(
    entries.map(({ key: { text: key }, value }) => [
      key,
      takesSecrets(secrecyOfField(place, key)) ? secrets(value, `${name}.${key}`) : optionValue(value),
    ]),
  );
}

/** All texts of a value as secrets. */
function secrets(node: Node, name: string): unknown {
  switch (node.kind) {
    case 'scalar':
      return new Secret(name, scalarText(node));
    case 'seq':
      return node.items.map((item, i) => secrets(item, `${name}.${i}`));
    case 'map':
      return new Map(node.entries.map(({ key, value }) => [key.text, secrets(value, `${name}.${key.text}`)]));
  }
}

/** YAML 1.1 turns an unquoted `y`-like word into a boolean; an option map wants the word that was written. */
function optionValue(node: Node): unknown {
  return node.kind === 'scalar' ? node.value : JSON.stringify(toValue(node));
}

function convertAlternative(node: Node, alternatives: readonly ValueSchema[], name: string, place: Place): unknown {
  const wanted =
    node.kind === 'map'
      ? (s: ValueSchema) => s.$ref !== undefined || hasType(s, 'object')
      : node.kind === 'seq'
        ? (s: ValueSchema) => hasType(s, 'array')
        : (s: ValueSchema) => s.$ref === undefined && !hasType(s, 'object') && !hasType(s, 'array');
  return convertAt(node, alternatives.find(wanted) ?? {}, name, place);
}

function convertMap(node: Node, schema: ValueSchema, name: string, place: Place): ReadonlyMap<string, unknown> {
  const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return new Map(
    (node.kind === 'map' ? node.entries : []).map(({ key: { text: key }, value }) => {
      const [path, below] = [`${name}.${key}`, secrecyOfField(place, key)];
      if (takesSecrets(below)) return [key, secrets(value, path)];
      return [key, values === undefined ? plain(value) : convertAt(value, values, path, below)];
    }),
  );
}

function hasType(schema: ValueSchema, type: string): boolean {
  return schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type));
}

/** Of several allowed types, the one the value was written in; strings where nothing else fits. */
function pickType(node: Node, schema: ValueSchema): string | undefined {
  if (schema.type === undefined) return schema.enum === undefined ? undefined : typeof schema.enum[0];
  if (typeof schema.type === 'string') return schema.type;
  const types = schema.type;
  const written =
    node.kind === 'map'
      ? 'object'
      : node.kind === 'seq'
        ? 'array'
        : typeof node.value === 'number'
          ? 'number'
          : typeof node.value;
  if (written === 'number') return types.find((type) => type === 'integer' || type === 'number') ?? 'string';
  if (written === 'string' && !types.includes('string')) return types[0];
  return types.includes(written) ? written : types[0];
}

/** Text as the author wrote it: `1.10` stays `1.10`, `off` stays `off`. */
export function scalarText(node: ScalarNode): string {
  return node.value === null
    ? ''
    : node.style === 'plain'
      ? typeof node.value === 'string'
        ? node.value
        : node.text
      : String(node.value);
}

/** Ansible's `bool` filter: true, 1, and the words yes, on, true, 1. */
export function isTrue(node: ScalarNode): boolean {
  if (typeof node.value === 'boolean') return node.value;
  return (
    node.value === 1 ||
    (typeof node.value === 'string' && ['yes', 'on', 'true', '1'].includes(node.value.toLowerCase()))
  );
}

function toNumber(node: ScalarNode): number | undefined {
  if (typeof node.value === 'number') return node.value;
  const number = Number(node.value);
  return typeof node.value === 'string' && node.value.trim() !== '' && !Number.isNaN(number) ? number : undefined;
}

function toList(node: Node): readonly Node[] {
  if (node.kind === 'seq') return node.items;
  return isNull(node) ? [] : [node];
}

/** The `name` of a list item: a stabler part of a secret's name than its position. */
function nameOf(node: Node): string | undefined {
  if (node.kind !== 'map') return undefined;
  const named = (node as MapNode).entries.find((e) => e.key.text === 'name' || e.key.text === 'access_key');
  return named?.value.kind === 'scalar' ? scalarText(named.value) : undefined;
}

/** Untyped value: maps keep their order. */
function plain(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value ?? undefined;
    case 'seq':
      return node.items.map(plain);
    case 'map':
      return new Map(node.entries.map((e) => [e.key.text, plain(e.value)]));
  }
}

const NOWHERE = { file: undefined as never, start: 0, end: 0 };

/** A source tree for a value that was never written, so that defaults take the same path as input. */
function fromValue(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'seq', items: value.map(fromValue), span: NOWHERE };
  if (typeof value === 'object' && value !== null) {
    return {
      kind: 'map',
      entries: Object.entries(value).map(([k, v]) => ({ key: fromValue(k) as ScalarNode, value: fromValue(v) })),
      span: NOWHERE,
    };
  }
  const scalar = value as ScalarNode['value'];
  return {
    kind: 'scalar',
    value: scalar,
    text: String(scalar),
    style: typeof scalar === 'string' ? 'double' : 'plain',
    span: NOWHERE,
  };
}
