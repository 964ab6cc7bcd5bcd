/** schemas/ → compiler/schema/table.gen.ts: what the compiler knows about parameters, as lines of JSON parsed on first use. */
import { MODULES } from '../../emitters/modules.ts';
import { camelCase } from '../schema/names.ts';
import type { ParameterName } from '../schema/parameter-names.gen.ts';
import { refName, schemaFiles, type JsonSchema } from './schemas.ts';
import type { Marks, Secrecy } from '../schema/secrecy.ts';
import type { FieldInfo, ObjectInfo, ObjectRef, ParameterInfo, Published, Level } from '../schema/table.ts';

/** Modules whose parameters lead to files; the others are checked for shape only. */
const emitting: ReadonlySet<string> = new Set(['ANSIBLE', ...MODULES.map(({ name }) => name.toUpperCase())]);

/** Source text of table.gen.ts. */
export function generateTable(root: string): string {
  const parameters = schemaFiles(root, 'params').flatMap(({ schema }) =>
    Object.entries(schema.properties ?? {}).map(([name, property]) =>
      parameterInfo(name, property, schema.title ?? ''),
    ),
  );
  const objects = schemaFiles(root, 'defs').map(({ name, schema }) => objectInfo(name, schema));
  return [
    '// Generated from schemas/ by `npm run gen`. Do not edit.',
    `export const parameterLines: readonly string[] = ${lines(parameters)};`,
    `export const objectLines: readonly string[] = ${lines(objects)};`,
    '',
  ].join('\n');
}

function lines(records: readonly unknown[]): string {
  return `[\n${records.map((record) => `  ${literal(JSON.stringify(record))},\n`).join('')}]`;
}

function literal(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}

/** What the table says about a parameter. */
export function parameterInfo(name: string, schema: JsonSchema, module: string): ParameterInfo {
  return {
    ...fieldInfo(name, schema),
    name: name as ParameterName,
    module,
    emits: emitting.has(module),
    section: String(schema['x-section']),
    levels: (schema['x-level'] ?? []) as readonly Level[],
    ...(schema['x-one-per'] === undefined ? {} : { onePer: schema['x-one-per'] as 'member' | 'shard' | 'cluster' }),
    identity: schema['x-identity'] === true,
    required: schema['x-required'] === true,
    ...(schema['x-required-if'] === undefined ? {} : { requiredIf: String(schema['x-required-if']) }),
  };
}

/** What the table says about an object. */
export function objectInfo(name: string, schema: JsonSchema): ObjectInfo {
  const required = schema.required ?? [];
  const secret = marks(schema);
  return {
    name,
    description: schema.description ?? '',
    usedBy: (schema['x-used-by'] ?? []) as readonly string[],
    open: schema['x-open-map'] === true || typeof schema.additionalProperties === 'object',
    ...(secret === undefined ? {} : { secret }),
    fields: Object.entries(schema.properties ?? {}).map(([field, property]) => ({
      ...fieldInfo(field, property),
      required: required.includes(field),
    })),
  };
}

function fieldInfo(name: string, schema: JsonSchema): FieldInfo {
  const object = objectRef(schema);
  const grammar = schema['x-grammar'] ?? schema.items?.['x-grammar'];
  const secret = secrecy(schema);
  return {
    name,
    camel: camelCase(name),
    type: String(schema['x-type'] ?? 'string'),
    description: schema.description ?? '',
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema['x-no-effect'] === undefined ? {} : { noEffect: String(schema['x-no-effect']) }),
    ...(schema['x-default-note'] === undefined ? {} : { defaultNote: String(schema['x-default-note']) }),
    ...(schema['x-inherits'] === true ? { inherits: true as const } : {}),
    ...(schema.enum === undefined ? {} : { enum: schema.enum }),
    ...(schema.examples === undefined ? {} : { examples: schema.examples }),
    ...(object === undefined ? {} : { object }),
    ...(grammar === undefined ? {} : { grammar: String(grammar) }),
    ...(secret === undefined ? {} : { secret }),
    ...(schema['x-published'] === undefined ? {} : { published: schema['x-published'] as Published }),
    ...(schema['x-since'] === undefined ? {} : { since: String(schema['x-since']) }),
    aliases: (schema['x-aliases'] ?? []) as readonly string[],
    ...(schema['x-elsewhere'] === undefined ? {} : { elsewhere: schema['x-elsewhere'] as readonly string[] }),
  };
}

/** Which object a value is made of, and how it holds it. */
function objectRef(schema: JsonSchema): ObjectRef | undefined {
  if (schema.$ref !== undefined) return { name: refName(schema.$ref), container: 'object' };
  const list = refOf(schema.items);
  if (list !== undefined) return { name: list, container: 'list' };
  const map = typeof schema.additionalProperties === 'object' ? refOf(schema.additionalProperties) : undefined;
  return map === undefined ? undefined : { name: map, container: 'map' };
}

function refOf(schema: JsonSchema | undefined): string | undefined {
  const ref = schema?.$ref ?? schema?.anyOf?.find((option) => option.$ref !== undefined)?.$ref;
  return ref === undefined ? undefined : refName(ref);
}

/** The marks `x-secret` of a schema and of all below it; undefined where there are none. */
export function secrecy(schema: JsonSchema): Secrecy | undefined {
  if (schema['x-secret'] === true) return true;
  if (schema.$ref !== undefined) return { object: refName(schema.$ref) };
  const alternatives = (schema.anyOf ?? []).map(secrecy).filter((mark) => mark !== undefined);
  return alternatives.includes(true) ? true : (alternatives[0] ?? marks(schema));
}

function marks(schema: JsonSchema): Marks | undefined {
  const listed = Array.isArray(schema['x-secret']) ? (schema['x-secret'] as readonly string[]) : [];
  const fields = Object.fromEntries([
    ...listed.map((name): [string, Secrecy] => [name, true]),
    ...marksOf(schema.properties),
  ]);
  const patterns = marksOf(schema.patternProperties);
  const items = schema.items === undefined ? undefined : secrecy(schema.items);
  const others = typeof schema.additionalProperties === 'object' ? secrecy(schema.additionalProperties) : undefined;
  const found: Marks = {
    ...(items === undefined ? {} : { items }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(patterns.length === 0 ? {} : { patterns }),
    ...(others === undefined ? {} : { others }),
  };
  return Object.keys(found).length === 0 ? undefined : found;
}

function marksOf(schemas: Readonly<Record<string, JsonSchema>> = {}): (readonly [string, Secrecy])[] {
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const mark = secrecy(schema);
    return mark === undefined ? [] : [[name, mark] as const];
  });
}
