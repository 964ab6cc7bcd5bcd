/**
 * Extensions of the distribution's repositories and of PostgreSQL itself: schemas/postgresql/extensions.json, made by
 * compiler/codegen/pg-extensions.ts and read when the first extension is looked up.
 */
import { readPackageFile } from '../package/package-files.ts';

export interface ExtensionInfo {
  readonly name: string;
  /** Alias for `pg_extensions`; undefined when it comes with the server. */
  readonly package: string | undefined;
  /** Fork of PostgreSQL that brings it. */
  readonly kernel: string | undefined;
  /** Majors it is packaged for. */
  readonly first: number;
  readonly last: number;
  /** Library for `pg_libs`. */
  readonly library: string | undefined;
  /** `must` be loaded at start, `may` be, or is a library `only` and no extension to create. */
  readonly preload: 'must' | 'may' | 'only' | undefined;
  readonly requires: readonly string[];
}

type Row = readonly [
  owner: string | null,
  first: number,
  last: number,
  library?: string | null,
  preload?: 'must' | 'may' | 'only' | null,
  requires?: readonly string[] | null,
];

let catalog: ReadonlyMap<string, Row> | undefined;

function rows(): ReadonlyMap<string, Row> {
  return (catalog ??= new Map(
    Object.entries(JSON.parse(readPackageFile('schemas/postgresql/extensions.json')) as Record<string, Row>),
  ));
}

export function extensionInfo(name: string): ExtensionInfo | undefined {
  const row = rows().get(name);
  if (row === undefined) return undefined;
  const [owner, first, last, library, preload, requires] = row;
  const kernel = owner?.startsWith('@') ? owner.slice(1) : undefined;
  return {
    name,
    package: kernel === undefined ? (owner ?? undefined) : undefined,
    kernel,
    first,
    last,
    library: library ?? undefined,
    preload: preload ?? undefined,
    requires: requires ?? [],
  };
}

export function extensionNames(): Iterable<string> {
  return rows().keys();
}

/** Extensions that come in a package of the distribution: `pgvector` brings `vector`. */
export function extensionsOf(alias: string): readonly string[] {
  return [...rows()].flatMap(([name, [owner]]) => (owner === alias ? [name] : []));
}

/** Whether a library may have the name: many an extension without a preload has one of its own name as well. */
export function isLibrary(name: string): boolean {
  return rows().has(name) || [...rows().values()].some((row) => row[3] === name);
}

/** Libraries that are meant for `pg_libs`. */
export function libraryNames(): readonly string[] {
  return [...rows()].flatMap(([name, row]) => (row[3] != null ? [row[3]] : row[4] != null ? [name] : []));
}
