/**
 * schemas/ as the generators read it. JSON Schema draft 07 and these keywords:
 * - parameters: `x-section`, `x-level` (G global, C cluster, I instance, A argument), `x-one-per` (`member` or `shard`: what a member of a cluster may
 *   have of its own, what all clusters of a shard have in common; else a cluster has one), `x-identity`, `x-required`, `x-required-if`;
 * - parameters and fields: `x-type` (kind of value), `x-secret` (true, or the secret keys of a map), `x-since`, `x-aliases`,
 *   `x-default-note` (the default in words: it depends on something, or nothing is done without the field), `x-lenient` (see shape.ts);
 * - objects: `x-used-by`, `x-container`, `x-open-map` (options are handed through), `x-overrides-prefix` (parameters with this
 *   prefix are fields too); their fields: `x-inherits` (the host's parameter of the same name comes before the default).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface JsonSchema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly [extension: `x-${string}`]: unknown;
}

export interface SchemaFile {
  /** File name without `.schema.json`. */
  readonly name: string;
  readonly schema: JsonSchema;
}

/** The files of schemas/params or schemas/defs, by name. */
export function schemaFiles(root: string, directory: 'params' | 'defs'): readonly SchemaFile[] {
  const path = join(root, 'schemas', directory);
  return readdirSync(path)
    .filter((file) => file.endsWith('.schema.json'))
    .sort()
    .map((file) => ({
      name: basename(file, '.schema.json'),
      schema: JSON.parse(readFileSync(join(path, file), 'utf8')) as JsonSchema,
    }));
}

/** `../defs/hba.schema.json` → `hba` */
export function refName(ref: string): string {
  return basename(ref, '.schema.json');
}
