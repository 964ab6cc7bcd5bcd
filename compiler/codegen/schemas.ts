/**
 * schemas/ as the generators read it. JSON Schema draft 07 and these keywords:
 * - parameters: `x-section`, `x-level` (G global, C cluster, I instance, A argument), `x-one-per` (`member` or `shard`:
 *   what a member of a cluster may have of its own, what all clusters of a shard have in common; else a cluster has
 *   one), `x-identity`, `x-required`, `x-required-if`;
 * - parameters and fields: `x-type` (kind of value), `x-secret` (true, or the secret keys of a map), `x-published`
 *   (values of the secret that anyone can know: `words` anywhere, `values` in this place; `fresh` says how a new one
 *   looks, `fixed` that data are encrypted with it), `x-no-effect` (what there is
 *   instead, in words), `x-since`, `x-aliases`, `x-default-note` (the default in words: it
 *   depends on something, or nothing is done without the field), `x-lenient` (see shape.ts); `x-grammar` (the grammar
 *   of a text, and of the items of a list, see ../schema/grammars.ts), `x-key-grammar` (that of the keys of a map);
 * - objects: `x-used-by`, `x-container`, `x-open-map` (options are handed through), `x-overrides` (parameters that are fields too,
 *   for the one object); their fields: `x-inherits` (the host's parameter of the same name comes before the default).
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
  readonly const?: unknown;
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

/** The files of one of the directories, by name. */
export function schemaFiles(root: string, directory: 'params' | 'defs' | 'output'): readonly SchemaFile[] {
  const path = join(root, 'schemas', directory);
  const files = readdirSync(path)
    .filter((file) => file.endsWith('.schema.json'))
    .sort()
    .map((file) => ({
      name: basename(file, '.schema.json'),
      schema: JSON.parse(readFileSync(join(path, file), 'utf8')) as JsonSchema,
    }));
  return directory !== 'defs' ? files : files.map((file) => withOverrides(root, file));
}

/** The parameters of `x-overrides` as fields: the same values, without a default, for what is not written is the host's. */
function withOverrides(root: string, file: SchemaFile): SchemaFile {
  const names = file.schema['x-overrides'] as readonly string[] | undefined;
  if (names === undefined) return file;
  const parameters = Object.assign(
    {},
    ...schemaFiles(root, 'params').map(({ schema }) => schema.properties ?? {}),
  ) as Readonly<Record<string, JsonSchema>>;
  const fields = names.map((name) => {
    const { default: _, 'x-section': _section, 'x-level': _level, ...field } = parameters[name]!;
    return [name, { ...field, 'x-inherits': true }] as const;
  });
  const properties = { ...file.schema.properties, ...Object.fromEntries(fields) };
  return { name: file.name, schema: { ...file.schema, properties } };
}

/** `../defs/hba.schema.json` → `hba` */
export function refName(ref: string): string {
  return basename(ref, '.schema.json');
}
