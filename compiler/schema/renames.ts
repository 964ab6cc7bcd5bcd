/** Names and values of earlier versions (v1 to v4.4) and what became of them: schemas/renames.json. */
import data from '../../schemas/renames.json' with { type: 'json' };

/** An old parameter. `new` is always an active parameter, chains of renames are already followed; null when it was removed. */
export interface ParameterRename {
  readonly old: string;
  readonly new: string | null;
  readonly since: string;
  /**
   * What happens to the value: `value` is used as it is under the new name, `mapped` goes through `values` (a value not
   * listed there is not carried over), `nothing` must be rewritten by hand.
   */
  readonly carries: 'value' | 'mapped' | 'nothing';
  readonly values?: readonly ValueMapping[];
  /** One sentence for the user. */
  readonly note: string;
}

/** An old field of an object. `haproxy.maxconn` is the field `maxconn` of a nested map `haproxy`. */
export interface FieldRename {
  /** Name of the object's definition, as in `objectOf()`. */
  readonly object: string;
  readonly old: string;
  readonly new: string | null;
  readonly since: string;
  readonly note: string;
}

export interface ValueMapping {
  readonly from: string | number | boolean;
  readonly to: string | boolean;
}

/** A parameter that kept its name and changed its values. */
export interface ValueRename {
  readonly parameter: string;
  readonly since: string;
  readonly values?: readonly ValueMapping[];
  /** For integers: the first range whose `max` is not below the value; the last one has none. */
  readonly ranges?: readonly { readonly max?: number; readonly to: string }[];
  readonly note: string;
}

export const parameterRenames = data.parameters as readonly ParameterRename[];
export const fieldRenames = data.fields as readonly FieldRename[];
export const valueRenames = data.values as readonly ValueRename[];

const byOldName = new Map(parameterRenames.map((rename) => [rename.old, rename]));
const byField = new Map(fieldRenames.map((rename) => [`${rename.object} ${rename.old}`, rename]));
const byParameter = new Map(valueRenames.map((rename) => [rename.parameter, rename]));

/** What became of an old parameter; undefined for active and unknown names. */
export function renamedParameter(old: string): ParameterRename | undefined {
  return byOldName.get(old);
}

/** What became of an old field of an object (`service`, `database`, `haproxy-service` …). */
export function renamedField(object: string, old: string): FieldRename | undefined {
  return byField.get(`${object} ${old}`);
}

/** The present value for an old one of a parameter that kept its name; undefined when the value needs no change. */
export function renamedValue(
  parameter: string,
  value: unknown,
): { readonly to: string | boolean; readonly note: string } | undefined {
  const rename = byParameter.get(parameter);
  if (rename === undefined) return undefined;
  const mapping =
    rename.values?.find(({ from }) => from === value) ??
    (typeof value === 'number' ? rename.ranges?.find(({ max }) => max === undefined || value <= max) : undefined);
  return mapping === undefined ? undefined : { to: mapping.to, note: rename.note };
}

/** The value under the new name of a renamed parameter; undefined when it is not carried over. */
export function carriedValue(rename: ParameterRename, value: unknown): { readonly value: unknown } | undefined {
  switch (rename.carries) {
    case 'value':
      return { value };
    case 'nothing':
      return undefined;
    case 'mapped': {
      const mapping = rename.values?.find(({ from }) => from === value);
      return mapping === undefined ? undefined : { value: mapping.to };
    }
  }
}
