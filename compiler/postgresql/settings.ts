/**
 * What servers of each major know of their settings: schemas/postgresql/settings.json, made by compiler/codegen/pg-settings.ts.
 * A name has one entry per run of majors that agree: [first, last, type, context, unit, min, max, values, hidden, since]. The file
 * is read when the first setting is looked up.
 */
import { readPackageFile } from '../package/package-files.ts';

/** `list` is a string of words between commas, `names` one of names, each quoted where an identifier would be. */
export type SettingType = 'bool' | 'integer' | 'real' | 'string' | 'enum' | 'list' | 'names';

/** Who may change a setting, and when; the names of `pg_settings.context`. */
export type SettingContext =
  | 'internal'
  | 'postmaster'
  | 'sighup'
  | 'superuser-backend'
  | 'backend'
  | 'superuser'
  | 'user';

/** A setting as the majors from `first` to `last` know it. */
export interface ServerSetting {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly type: SettingType;
  readonly context: SettingContext;
  /** What a number without a unit counts. */
  readonly unit: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Values of an enumeration. */
  readonly values: readonly string[];
  /** Further spellings that the server accepts. */
  readonly hidden: readonly string[];
  /** The minor of each major that brought the setting; a major that is not named had it from its first release. */
  readonly since: Readonly<Record<number, number>>;
}

type Run = readonly [
  first: number,
  last: number,
  type: SettingType,
  context: SettingContext,
  unit?: string | null,
  min?: number | null,
  max?: number | null,
  values?: readonly string[] | null,
  hidden?: readonly string[] | null,
  since?: Readonly<Record<number, number>>,
];

/** Majors the catalog describes. Nothing is known, and nothing said, about others. */
export const FIRST_MAJOR = 14;
export const LAST_MAJOR = 18;

export function isKnownMajor(major: number): boolean {
  return major >= FIRST_MAJOR && major <= LAST_MAJOR;
}

let catalog: ReadonlyMap<string, readonly [name: string, runs: readonly Run[]]> | undefined;

function settings(): NonNullable<typeof catalog> {
  return (catalog ??= new Map(
    Object.entries(
      JSON.parse(readPackageFile('schemas/postgresql/settings.json')) as Record<string, readonly Run[]>,
    ).map((entry) => [entry[0].toLowerCase(), entry]),
  ));
}

/** Everything that is known of a name, oldest major first; empty for an unknown one. Case does not matter, as in PostgreSQL. */
export function settingHistory(name: string): readonly ServerSetting[] {
  const found = settings().get(name.toLowerCase());
  return (
    found?.[1].map(([first, last, type, context, unit, min, max, values, hidden, since]) => ({
      name: found[0],
      first,
      last,
      type,
      context,
      unit: unit ?? undefined,
      min: min ?? undefined,
      max: max ?? undefined,
      values: values ?? [],
      hidden: hidden ?? [],
      since: since ?? {},
    })) ?? []
  );
}

/** A setting as a major knows it. */
export function serverSetting(name: string, major: number): ServerSetting | undefined {
  return settingHistory(name).find(({ first, last }) => first <= major && major <= last);
}

/** Names of the settings of a major, those of contrib modules included. */
export function settingNames(major: number): readonly string[] {
  return [...settings().values()].flatMap(([name, runs]) =>
    runs.some(([first, last]) => first <= major && major <= last) ? [name] : [],
  );
}

/** Whether a prefix is that of a contrib module, all of whose settings are known. */
export function isModulePrefix(prefix: string, major: number): boolean {
  return settingNames(major).some((name) => name.startsWith(`${prefix.toLowerCase()}.`));
}
