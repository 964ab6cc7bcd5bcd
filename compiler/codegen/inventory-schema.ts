/** schemas/ → schemas/pigsty.schema.json: the schema of inventories in one document, for editors. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fieldRenames, parameterRenames } from '../schema/renames.ts';
import { refName, schemaFiles } from './schemas.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/**
 * JSON Schema (draft 07) of an inventory file, self-contained: parameters and objects are under `definitions`, old
 * names are accepted as deprecated ones. `x-` keywords carry module, section, level and version.
 */
export function generateInventorySchema(root: string): string {
  const inventory = JSON.parse(readFileSync(join(root, 'schemas/inventory.schema.json'), 'utf8')) as JsonObject;
  const definitions = inventory['definitions'] as { readonly [name: string]: JsonObject };
  const { allOf: modules, ...vars } = definitions['vars']!;
  const listed = (modules as readonly { readonly $ref: string }[]).map(({ $ref }) => refName($ref));
  const properties: Record<string, Json> = {};
  for (const { name: module, schema } of schemaFiles(root, 'params')) {
    if (!listed.includes(module))
      throw new Error(`schemas/inventory.schema.json does not refer to params/${module}.schema.json`);
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      properties[name] = embed({ ...(property as JsonObject), 'x-module': schema.title! });
  }
  for (const rename of parameterRenames) properties[rename.old] = deprecated(rename.new, rename.note);
  const objects: Record<string, Json> = {};
  for (const { name, schema } of schemaFiles(root, 'defs')) {
    const { $schema: _schema, $id: _id, ...object } = schema as JsonObject;
    objects[name] = embed({ ...object, properties: { ...(object['properties'] as JsonObject), ...oldFields(name) } });
  }
  const bundle = {
    ...inventory,
    $id: 'pigsty.schema.json',
    definitions: { ...definitions, vars: { ...vars, properties, additionalProperties: false }, ...objects },
  };
  return `${JSON.stringify(bundle, undefined, 2)}\n`;
}

function oldFields(object: string): JsonObject {
  const renames = fieldRenames.filter((rename) => rename.object === object && !rename.old.includes('.'));
  return Object.fromEntries(renames.map((rename) => [rename.old, deprecated(rename.new, rename.note)]));
}

function deprecated(replacement: string | null, note: string): JsonObject {
  return {
    deprecated: true,
    description: replacement === null ? `Removed. ${note}` : `Old name of \`${replacement}\`. ${note}`,
  };
}

/** Points references into the document and spells out `x-lenient`. */
function embed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(embed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, 'x-lenient': lenient, default: fallback, ...rest } = schema as JsonObject;
  const result: Record<string, Json> = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, embed(value)]),
  );
  if (fallback !== undefined) result['default'] = fallback;
  const reference = typeof $ref === 'string' ? { $ref: `#/definitions/${basename($ref, '.schema.json')}` } : undefined;
  if (lenient !== undefined) Object.assign(result, lenientTypes(schema as JsonObject, reference, lenient as string));
  // Draft 07 ignores what stands beside a reference.
  else if (reference !== undefined)
    Object.assign(result, Object.keys(result).length > 0 ? { allOf: [reference] } : reference);
  return result;
}

function lenientTypes(schema: JsonObject, reference: JsonObject | undefined, lenient: string): JsonObject {
  if (reference !== undefined) return { anyOf: [reference, { type: 'null' }] };
  switch (lenient) {
    case 'number':
      return { type: [schema['type']!, 'number'] };
    case 'null':
      return { type: [schema['type']!, 'null'] };
    case 'numeric-string':
      return { type: [schema['type']!, 'string'], pattern: '^[0-9]+$' };
    default:
      throw new Error(`unknown x-lenient: ${lenient}`);
  }
}
