/**
 * What is secret in an inventory, by path, as `schemas/` marks it. The generator reads the marks once; everything that converts, masks,
 * expands or shows values asks here. Names that no schema knows are judged by how they sound.
 */
import { suggest } from '../words/suggest.ts';
import { renamedField, renamedParameter } from './renames.ts';
import { objectOf, objects, parameter, parameters } from './table.ts';

/** The marks below a place. Without any, nothing there is secret. */
export interface Marks {
  /** The value is such an object: its own marks count. */
  readonly object?: string;
  readonly items?: Secrecy;
  readonly fields?: Readonly<Record<string, Secrecy>>;
  /** Fields whose names match a pattern. */
  readonly patterns?: readonly (readonly [pattern: string, secrecy: Secrecy])[];
  /** All other fields. */
  readonly others?: Secrecy;
}

/** `true`: all of it is secret. `'guess'`: no schema knows it, its name sounds so. */
export type Secrecy = true | 'guess' | Marks;

/** A place that no schema knows: a variable of one's own, or what stands above the variables in a file. */
export type Place = Secrecy | undefined;

const NOTHING: Marks = {};

/** Names under which people keep secrets. `bypassrls` and `pg_pwd_enc` only look like it; an access key is the name of a user. */
export const SECRET_NAME = 'pass(?!rls)|pwd(?!_enc)|secret|token|private_key|s3_key|pgsodium_key|pgurl';
const SOUNDS_SECRET = new RegExp(SECRET_NAME, 'i');

/** True when a value under this name is better not shown, whatever it is. */
export function looksSecret(name: string): boolean {
  return SOUNDS_SECRET.test(name);
}

/** What is secret in the value of a variable; old names are as secret as the present ones. */
export function secrecyOf(name: string): Place {
  const info = parameter(name);
  if (info !== undefined) return info.secret ?? NOTHING;
  const now = renamedParameter(name)?.new;
  return (now == null ? undefined : parameter(now)?.secret) ?? guess(name);
}

/** The place of an item of a list. A list where something else was expected is as secret as that. */
export function secrecyOfItem(place: Place): Place {
  return typeof place === 'object' ? (place.items ?? place) : place;
}

/** The place of a field of a map. A map where a list was expected stands for its only item. */
export function secrecyOfField(place: Place, key: string): Place {
  if (place === undefined) return secrecyOf(key);
  if (typeof place !== 'object') return place;
  if (place.items !== undefined) return secrecyOfField(place.items, key);
  if (place.object !== undefined) return fieldOf(place.object, key);
  return marked(place, key) ?? guess(key) ?? NOTHING;
}

/** True when a value that stands here must not be shown. A text where a map of secrets was expected may well be one. */
export function hides(place: Place): boolean {
  return place === true || place === 'guess' || (place?.others !== undefined && hides(place.others));
}

/** True when the schema says that a secret may stand here. */
export function takesSecrets(place: Place): boolean {
  return place === true;
}

function fieldOf(name: string, key: string): Secrecy {
  const object = objectOf(name)!;
  const mark = object.secret === undefined ? undefined : marked(object.secret, key);
  if (mark !== undefined) return mark;
  if (object.fields.some((field) => field.name === key)) return NOTHING;
  const now = renamedField(name, key)?.new;
  if (now != null) return fieldOf(name, now);
  // Options that are handed through may be secrets nobody listed.
  return guess(key) === undefined ? NOTHING : object.open || 'guess';
}

function marked({ fields, patterns, others }: Marks, key: string): Secrecy | undefined {
  if (fields !== undefined && Object.hasOwn(fields, key)) return fields[key];
  return patterns?.find(([pattern]) => new RegExp(pattern).test(key))?.[1] ?? others;
}

/** Names nobody declared: they may sound secret, or be a secret's name with a typo. Better to hide too much. */
function guess(name: string): 'guess' | undefined {
  if (!/[a-z]/i.test(name)) return undefined;
  return looksSecret(name) || suggest(name, longSecretNames()) !== undefined ? 'guess' : undefined;
}

/** True when a name that no schema knows is better hidden. */
export function soundsSecret(name: string): boolean {
  let sounds = judged.get(name);
  if (sounds === undefined) {
    const known = parameter(name) !== undefined || fieldNames().has(name);
    judged.set(name, (sounds = !known && guess(name) !== undefined));
  }
  return sounds;
}

const judged = new Map<string, boolean>();
let names: ReadonlySet<string> | undefined;

function fieldNames(): ReadonlySet<string> {
  return (names ??= new Set([...objects().values()].flatMap(({ fields }) => fields.map(({ name }) => name))));
}

let secrets: ReadonlyMap<string, Secrecy> | undefined;

/** Parameters and fields, wherever they stand, that are secret or maps of secrets. */
export function secretFields(): ReadonlyMap<string, Secrecy> {
  return (secrets ??= new Map(
    [...parameters().values(), ...[...objects().values()].flatMap(({ fields }) => fields)]
      .flatMap(({ name, type, secret = NOTHING }): (readonly [string, Secrecy])[] => [
        [name, secret === true && type === 'object' ? { others: true } : secret],
        ...(typeof secret === 'object' ? Object.entries(secret.fields ?? {}) : []),
      ])
      .filter(([, secrecy]) => hides(secrecy)),
  ));
}

let longNames: readonly string[] | undefined;

function longSecretNames(): readonly string[] {
  return (longNames ??= [...parameters().values(), ...[...objects().values()].flatMap(({ fields }) => fields)]
    .filter(({ name, secret }) => secret === true && name.length >= 6)
    .map(({ name }) => name));
}
