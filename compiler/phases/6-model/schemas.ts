import { basename } from 'node:path';
import { packageFilesIn, readPackageFile } from '../../package/package-files.ts';

/** The parts of a JSON Schema node that decide how a written value becomes a typed one. */
export interface ValueSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: ValueSchema;
  readonly anyOf?: readonly ValueSchema[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: ValueSchema | boolean;
  readonly default?: unknown;
  readonly 'x-open-map'?: true;
  readonly 'x-grammar'?: string;
  /** Unset means: as the host's parameter of the same name. */
  readonly 'x-inherits'?: true;
}

export interface Schemas {
  /** Inventory name → schema of the parameter. */
  readonly params: ReadonlyMap<string, ValueSchema>;
  /** `user` → schema of the object. */
  readonly defs: ReadonlyMap<string, ValueSchema>;
}

let loaded: Schemas | undefined;

/** schemas/ as shipped with the package, read once. */
export function schemas(): Schemas {
  if (loaded !== undefined) return loaded;
  const params = new Map<string, ValueSchema>();
  for (const schema of readAll('schemas/params').values()) {
    for (const [name, value] of Object.entries(schema.properties ?? {})) params.set(name, value);
  }
  return (loaded = { params, defs: readAll('schemas/defs') });
}

/** `../defs/user.schema.json` → `user` */
export function refName(ref: string): string {
  return basename(ref, '.schema.json');
}

function readAll(directory: string): Map<string, ValueSchema> {
  const files = packageFilesIn(directory).filter((file) => file.endsWith('.schema.json'));
  return new Map(
    files.map((file) => [refName(file), JSON.parse(readPackageFile(`${directory}/${file}`)) as ValueSchema]),
  );
}
