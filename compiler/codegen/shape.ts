/** What a schema says about the shape of a written value, without documentation, and as lenient as the inventory's readers are. */
import { refName, type JsonSchema } from './schemas.ts';

export type Shape = { readonly [keyword: string]: unknown };

/** Keywords copied as they are. */
const copied = ['enum', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'required'] as const;

/**
 * - `x-lenient: number` (a string value): also a number, which stands for its text (`version: 1.5`, a password of digits);
 * - `x-lenient: numeric-string` (an integer): also its digits as text (`pg_seq: '01'`);
 * - `x-lenient: null` (a map): also nothing at all (`6379:` without settings);
 * - alternatives of a text and an object become one shape without a branch, so that errors say what is wrong with the object.
 */
export function shapeOf(schema: JsonSchema): Shape {
  if (schema.anyOf !== undefined) return merge(schema.anyOf.map(shapeOf));
  const shape: Record<string, unknown> = {};
  const types = schema.$ref === undefined ? typesOf(schema) : ['object'];
  if (schema['x-lenient'] === 'number') types.push('number');
  if (schema['x-lenient'] === 'null') types.push('null');
  if (schema['x-lenient'] === 'numeric-string') {
    types.push('string');
    shape['pattern'] = '^[0-9]+$';
  }
  if (types.length > 0) shape['type'] = types.length === 1 ? types[0] : types;
  if (schema.$ref !== undefined) shape['$ref'] = `object-${refName(schema.$ref)}`;
  for (const keyword of copied)
    if (schema[keyword as keyof JsonSchema] !== undefined) shape[keyword] = schema[keyword as keyof JsonSchema];
  if (schema.items !== undefined) shape['items'] = shapeOf(schema.items);
  if (schema.properties !== undefined) shape['properties'] = shapesOf(schema.properties);
  if (schema.patternProperties !== undefined) shape['patternProperties'] = shapesOf(schema.patternProperties);
  if (schema.additionalProperties !== undefined) {
    shape['additionalProperties'] =
      typeof schema.additionalProperties === 'object'
        ? shapeOf(schema.additionalProperties)
        : schema.additionalProperties;
  }
  return shape;
}

function typesOf(schema: JsonSchema): string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : [...schema.type];
}

function shapesOf(properties: Readonly<Record<string, JsonSchema>>): Shape {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, shapeOf(property)]));
}

/** Keywords apply to values of their own type only, so alternatives of different types can share one shape. */
function merge(shapes: readonly Shape[]): Shape {
  return Object.assign({}, ...shapes, { type: shapes.flatMap((shape) => shape['type']) }) as Shape;
}
