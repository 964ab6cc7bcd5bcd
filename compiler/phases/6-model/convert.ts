/**
 * Written values → typed ones, driven by schemas/. The checks of phase 5 have reported what does not fit, so this is
 * lenient: it does what the author meant (a quoted 'false' is false, a lone string is a list of one).
 */
import { camelCase } from '../../codegen/names.ts';
import { Secret } from '../../model/secret.ts';
import { isNull, toValue, type MapNode, type Node, type ScalarNode } from '../../source/node.ts';
import { refName, schemas, type ValueSchema } from './schemas.ts';

/** Typed value of a parameter or field. `name` names secrets found in it, e.g. `pg_users.dbuser_meta.password`. */
export function convert(node: Node, schema: ValueSchema, name: string): unknown {
  if (schema['x-secret'] === true && node.kind === 'scalar')
    return node.value === null ? undefined : new Secret(name, scalarText(node));
  if (schema.$ref !== undefined) return convertObject(node, refName(schema.$ref), name);
  if (schema.anyOf !== undefined) return convertAlternative(node, schema.anyOf, name);
  switch (pickType(node, schema)) {
    case 'boolean':
      return node.kind === 'scalar' && isTrue(node);
    case 'integer':
    case 'number':
      return node.kind === 'scalar' ? toNumber(node) : undefined;
    case 'string':
      return node.kind === 'scalar' ? scalarText(node) : JSON.stringify(toValue(node));
    case 'array':
      return toList(node).map((item, i) => convert(item, schema.items ?? {}, `${name}.${nameOf(item) ?? i}`));
    case 'object':
      return convertMap(node, schema, name);
    default:
      return plain(node);
  }
}

/** Value of a schema default, with the same types `convert` gives. */
export function convertDefault(value: unknown, schema: ValueSchema, name: string): unknown {
  return convert(fromValue(value), schema, name);
}

function convertObject(node: Node, def: string, name: string): unknown {
  const schema = schemas().defs.get(def);
  if (schema === undefined) throw new Error(`schema defs/${def} does not exist`);
  if (schema['x-open-map']) return convertOpenMap(node, schema, name);
  const written = new Map(node.kind === 'map' ? node.entries.map((e) => [e.key.text, e.value]) : []);
  const object: Record<string, unknown> = {};
  for (const [field, fieldSchema] of Object.entries(schema.properties ?? {})) {
    const value = written.get(field);
    const path = `${name}.${field}`;
    if (value !== undefined && !isNull(value)) object[camelCase(field)] = convert(value, fieldSchema, path);
    else if (fieldSchema.default !== undefined)
      object[camelCase(field)] = convertDefault(fieldSchema.default, fieldSchema, path);
    else object[camelCase(field)] = undefined;
  }
  return Object.freeze(object);
}

/** An option map handed through in the order written; known secret options become secrets. */
function convertOpenMap(node: Node, schema: ValueSchema, name: string): ReadonlyMap<string, unknown> {
  const entries = node.kind === 'map' ? node.entries.filter((e) => !isNull(e.value)) : [];
  return new Map(
    entries.map((e) => {
      const known = schema.properties?.[e.key.text];
      const secret = known?.['x-secret'] === true && e.value.kind === 'scalar';
      return [
        e.key.text,
        secret ? new Secret(`${name}.${e.key.text}`, scalarText(e.value as ScalarNode)) : optionValue(e.value),
      ];
    }),
  );
}

/** YAML 1.1 turns an unquoted `y`-like word into a boolean; an option map wants the word that was written. */
function optionValue(node: Node): unknown {
  return node.kind === 'scalar' ? node.value : JSON.stringify(toValue(node));
}

function convertAlternative(node: Node, alternatives: readonly ValueSchema[], name: string): unknown {
  const wanted =
    node.kind === 'map'
      ? (s: ValueSchema) => s.$ref !== undefined || hasType(s, 'object')
      : node.kind === 'seq'
        ? (s: ValueSchema) => hasType(s, 'array')
        : (s: ValueSchema) => s.$ref === undefined && !hasType(s, 'object') && !hasType(s, 'array');
  return convert(node, alternatives.find(wanted) ?? {}, name);
}

function convertMap(node: Node, schema: ValueSchema, name: string): ReadonlyMap<string, unknown> {
  const entries = node.kind === 'map' ? node.entries : [];
  const secrets = Array.isArray(schema['x-secret']) ? (schema['x-secret'] as readonly string[]) : [];
  return new Map(
    entries.map((e) => {
      const key = e.key.text;
      const path = `${name}.${key}`;
      if ((secrets.includes(key) || secrets.includes('*')) && e.value.kind === 'scalar')
        return [key, new Secret(path, scalarText(e.value))];
      return [
        key,
        typeof schema.additionalProperties === 'object'
          ? convert(e.value, schema.additionalProperties, path)
          : plain(e.value),
      ];
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
