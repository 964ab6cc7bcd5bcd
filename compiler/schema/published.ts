/**
 * Secrets that are none: values that anyone reads in documentation and examples, or computes from names. `x-published`
 * of `schemas/` says which; what checks them, replaces them, or lets a demo key stand for them asks here.
 */
import { secretFields } from './secrecy.ts';
import { objects, parameters, type Fresh } from './table.ts';

interface Table {
  /** Finds words that are published wherever they are written. */
  readonly words: RegExp;
  /** Values that are published in one place, by the name of the parameter or field. */
  readonly values: ReadonlyMap<string, RegExp>;
  readonly fresh: ReadonlyMap<string, Fresh>;
  readonly fixed: ReadonlySet<string>;
}

let table: Table | undefined;

function published(): Table {
  return (table ??= read());
}

function read(): Table {
  const marks = [...parameters().values(), ...[...objects().values()].flatMap(({ fields }) => fields)].flatMap(
    ({ name, published: mark }) => (mark === undefined ? [] : [{ name, ...mark }]),
  );
  const words = [...new Set(marks.flatMap((mark) => mark.words ?? []))];
  return {
    words: new RegExp(`(?<![\\w.])(?:${words.join('|')})(?![\\w.])`, 'g'),
    values: new Map(
      marks.flatMap(({ name, values }) => (values === undefined ? [] : [[name, whole(values)] as const])),
    ),
    fresh: new Map(marks.flatMap(({ name, fresh }) => (fresh === undefined ? [] : [[name, fresh] as const]))),
    fixed: new Set(marks.flatMap(({ name, fixed }) => (fixed === undefined ? [] : [name]))),
  };
}

function whole(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

/** A text with the published words in it replaced. */
export function replaceWords(text: string, replacement: (word: string) => string): string {
  return text.replace(published().words, replacement);
}

/** True for a value that is published where it stands, whatever it would be elsewhere. */
export function publishedHere(name: string, value: string): boolean {
  return published().values.get(name)?.test(value) === true;
}

/** What a new value of a parameter or field looks like; 24 letters and digits without one. */
export function freshForm(name: string): Fresh | undefined {
  return published().fresh.get(name);
}

/** True for a secret that data are encrypted with. */
export function isFixed(name: string): boolean {
  return published().fixed.has(name);
}

/** True for a value of a secret that anyone can know. */
export function isPublished(name: string, value: string): boolean {
  return publishedHere(name, value) || replaceWords(value, () => '') !== value;
}

/** True for a word that is nothing but a published secret, wherever it is. */
export function isPublishedWord(value: string): boolean {
  return (
    (value !== '' && replaceWords(value, () => '') === '') ||
    [...published().values.values()].some((pattern) => pattern.test(value))
  );
}

/** Published secrets in the value of a parameter, by their path: `pgbackrest_repo.minio.cipher_pass`. */
export function publishedIn(name: string, value: unknown, path: string = name): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => publishedIn(name, item, path)))];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, item]) => publishedIn(key, item, `${path}.${key}`));
  return secretFields().has(name) && isPublished(name, value == null ? '' : String(value)) ? [path] : [];
}
