/** The parameters and objects an inventory may contain, as declared by schemas/. */
import type { Marks, Secrecy } from './secrecy.ts';
import type { ParameterName } from './parameter-names.gen.ts';
import { objectLines, parameterLines } from './table.gen.ts';

/** Where a parameter is meant to be set: globally, on a cluster, on an instance, or as an argument of one operation. */
export type Level = 'G' | 'C' | 'I' | 'A';

export interface ObjectRef {
  /** Name of the definition: `user`, `pgbackrest-repo`. */
  readonly name: string;
  readonly container: 'object' | 'list' | 'map';
}

/** What a new secret looks like: eight letters and digits, or 32 bytes in hexadecimal. */
export type Fresh = 'word8' | 'hex64';

/** Values of a secret that are in documentation and examples, or follow from names; as regular expressions. */
export interface Published {
  /** Words that are such passwords wherever they are written, also inside a URL. */
  readonly words?: readonly string[];
  /** Values in this place only. An empty one: what is not set follows from names. */
  readonly values?: readonly string[];
  /** Absent: 24 letters and digits. */
  readonly fresh?: Fresh;
  /** What is encrypted with it cannot be read with another one. */
  readonly fixed?: true;
}

/** A parameter or a field of an object. */
export interface FieldInfo {
  readonly name: string;
  /** Name of the property in the model's typed parameters. */
  readonly camel: string;
  /** Kind of value: `bool`, `int`, `port`, `enum`, `password`, `cidr`, `user[]` … */
  readonly type: string;
  readonly description: string;
  /** Absent when there is none: an empty string or list is a default. */
  readonly default?: unknown;
  /** The default in words, where it depends on something else. */
  readonly defaultNote?: string;
  /** Nothing is made from it: what there is instead, in words. */
  readonly noEffect?: string;
  /** A field not written takes the host's value of the parameter of the same name, before its own default. */
  readonly inherits?: true;
  readonly enum?: readonly unknown[];
  /** Common values of a string that is not limited to them. */
  readonly examples?: readonly unknown[];
  readonly object?: ObjectRef;
  /** Grammar of the text, see grammars.ts. */
  readonly grammar?: string;
  /** What of the value must not be shown; absent when all of it may be. */
  readonly secret?: Secrecy;
  /** Which values of the secret anyone can know. */
  readonly published?: Published;
  readonly since?: string;
  /** Names of earlier versions. */
  readonly aliases: readonly string[];
  /** Names that other tools have for it. */
  readonly elsewhere?: readonly string[];
}

export interface ParameterInfo extends FieldInfo {
  readonly name: ParameterName;
  readonly module: string;
  /** False for modules that are accepted and checked for shape but produce no file. */
  readonly emits: boolean;
  readonly section: string;
  readonly levels: readonly Level[];
  /** How far one value reaches, for parameters of a cluster: absent is the cluster. */
  readonly onePer?: 'member' | 'shard' | 'cluster';
  readonly identity: boolean;
  /** Required for hosts of the module. */
  readonly required: boolean;
  /** Required under this condition: `pg_mode=citus`, `vip_enabled`. */
  readonly requiredIf?: string;
}

export interface ObjectField extends FieldInfo {
  readonly required: boolean;
}

export interface ObjectInfo {
  readonly name: string;
  readonly description: string;
  /** Parameters and object fields that hold it. */
  readonly usedBy: readonly string[];
  /** Fields other than the listed are allowed. */
  readonly open: boolean;
  /** What of the object must not be shown. */
  readonly secret?: Marks;
  readonly fields: readonly ObjectField[];
}

let parameterTable: ReadonlyMap<string, ParameterInfo> | undefined;
let objectTable: ReadonlyMap<string, ObjectInfo> | undefined;

function parse<T extends { readonly name: string }>(lines: readonly string[]): ReadonlyMap<string, T> {
  return new Map((JSON.parse(`[${lines.join(',')}]`) as T[]).map((record) => [record.name, record]));
}

/** All active parameters, by name. Modules in order of name, sections in order of declaration. */
export function parameters(): ReadonlyMap<string, ParameterInfo> {
  return (parameterTable ??= parse<ParameterInfo>(parameterLines));
}

/** The active parameter of that name. Old names are in `renames.ts`. */
export function parameter(name: string): ParameterInfo | undefined {
  return parameters().get(name);
}

/** All object definitions, by name. */
export function objects(): ReadonlyMap<string, ObjectInfo> {
  return (objectTable ??= parse<ObjectInfo>(objectLines));
}

/** The definition of that name: `user`, `database`, `hba`, `service` … */
export function objectOf(name: string): ObjectInfo | undefined {
  return objects().get(name);
}

/** Defaults of all parameters that have one, as plain JSON values, shared: do not modify. */
export function schemaDefaults(): ReadonlyMap<string, unknown> {
  const defaults = new Map<string, unknown>();
  for (const info of parameters().values()) if (info.default !== undefined) defaults.set(info.name, info.default);
  return defaults;
}
