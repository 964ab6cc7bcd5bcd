import type { JsonSchema } from '../../compiler/codegen/schemas.ts';

/** Schemas are open for what later releases add; here they are closed. */
export function closed(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, closed(one)])),
      additionalProperties: additionalProperties ?? false,
    }),
    ...(items !== undefined && { items: closed(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: closed(additionalProperties) }),
  };
}
