/** The schema of inventories in one document, for editors. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { fieldRenames, parameterRenames } from './renames.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/**
 * JSON Schema (draft 07) of an inventory file, self-contained: parameters and objects are under `definitions`, old
 * names are accepted as deprecated ones. `x-` keywords carry module, section, level and version.
 */
export function inventorySchema(): JsonObject {
  const root = join(packageRoot(), 'schemas');
  const inventory = read(join(root, 'inventory.schema.json'));
  const definitions = inventory.definitions as { readonly [name: string]: JsonObject };
  const { allOf: modules, ...vars } = definitions.vars!;
  const properties: Record<string, Json> = {};
  for (const { $ref } of modules as readonly { readonly $ref: string }[]) {
    const module = read(join(root, $ref));
    for (const [name, schema] of Object.entries(module.properties as JsonObject)) properties[name] = embed({ ...schema as JsonObject, 'x-module': module.title! });
  }
  for (const rename of parameterRenames) properties[rename.old] = deprecated(rename.new, rename.note);
  const objects: Record<string, Json> = {};
  for (const path of readdirSync(join(root, 'defs')).filter((name) => name.endsWith('.schema.json')).sort()) {
    const { $schema: _schema, $id: _id, ...schema } = read(join(root, 'defs', path));
    const name = basename(path, '.schema.json');
    objects[name] = embed({ ...schema, properties: { ...schema.properties as JsonObject, ...oldFields(name) } });
  }
  return { ...inventory, definitions: { ...definitions, vars: { ...vars, properties, additionalProperties: false }, ...objects } };
}

function oldFields(object: string): JsonObject {
  const renames = fieldRenames.filter((rename) => rename.object === object && !rename.old.includes('.'));
  return Object.fromEntries(renames.map((rename) => [rename.old, deprecated(rename.new, rename.note)]));
}

function read(path: string): JsonObject {
  return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
}

function deprecated(replacement: string | null, note: string): JsonObject {
  return { deprecated: true, description: replacement === null ? `Removed. ${note}` : `Old name of \`${replacement}\`. ${note}` };
}

/** Points references into the document and spells out `x-lenient`. */
function embed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(embed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref, 'x-lenient': lenient, default: fallback, ...rest } = schema as JsonObject;
  const result: Record<string, Json> = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, embed(value)]));
  if (fallback !== undefined) result.default = fallback;
  const reference = typeof $ref === 'string' ? { $ref: `#/definitions/${basename($ref, '.schema.json')}` } : undefined;
  if (lenient !== undefined) Object.assign(result, lenientTypes(schema as JsonObject, reference, lenient as string));
  // Draft 07 ignores what stands beside a reference.
  else if (reference !== undefined) Object.assign(result, Object.keys(result).length > 0 ? { allOf: [reference] } : reference);
  return result;
}

function lenientTypes(schema: JsonObject, reference: JsonObject | undefined, lenient: string): JsonObject {
  if (reference !== undefined) return { anyOf: [reference, { type: 'null' }] };
  switch (lenient) {
    case 'number': return { type: [schema.type!, 'number'] };
    case 'null': return { type: [schema.type!, 'null'] };
    case 'numeric-string': return { type: [schema.type!, 'string'], pattern: '^[0-9]+$' };
    default: throw new Error(`unknown x-lenient: ${lenient}`);
  }
}
