import { createRequire } from 'node:module';

interface Table {
  get(point: number): boolean;
}

/** The tables of RFC 3454, by what SASLprep needs them for. */
interface Tables {
  readonly unassigned_code_points: Table;
  readonly commonly_mapped_to_nothing: Table;
  readonly non_ASCII_space_characters: Table;
  readonly prohibited_characters: Table;
  readonly bidirectional_r_al: Table;
  readonly bidirectional_l: Table;
}

let tables: Tables | undefined;

/**
 * The tables come from a library, and are loaded when a password needs them. Its function is not used: it judges characters after their
 * normalization, as the RFC wants, and PostgreSQL before.
 */
function loaded(): Tables {
  if (tables !== undefined) return tables;
  const { createMemoryCodePoints } = createRequire(import.meta.url)(
    '../../node_modules/@mongodb-js/saslprep/dist/memory-code-points.js',
  ) as { createMemoryCodePoints(data: unknown): Tables };
  const { default: data } = createRequire(import.meta.url)(
    '../../node_modules/@mongodb-js/saslprep/dist/code-points-data.js',
  ) as { default: unknown };
  return (tables = createMemoryCodePoints(data));
}

/**
 * SASLprep (RFC 4013) as PostgreSQL applies it to a password: an ASCII password stays as it is, and one that SASLprep
 * prohibits, or of which it leaves nothing, is used unprepared on both sides rather than rejected.
 */
export function saslprep(password: string): string {
  if (/^[\x00-\x7f]*$/.test(password)) return password;
  const mapped = mappedPoints(password);
  if (mapped.length === 0 || isProhibited(mapped)) return password;
  return mapped
    .map((point) => String.fromCodePoint(point))
    .join('')
    .normalize('NFKC');
}

function mappedPoints(password: string): readonly number[] {
  const { non_ASCII_space_characters: spaces, commonly_mapped_to_nothing: nothing } = loaded();
  return [...password]
    .map((character) => character.codePointAt(0)!)
    .map((point) => (spaces.get(point) ? 0x20 : point))
    .filter((point) => !nothing.get(point));
}

function isProhibited(points: readonly number[]): boolean {
  const { prohibited_characters: never, unassigned_code_points: unassigned, ...sides } = loaded();
  if (points.some((point) => never.get(point) || unassigned.get(point))) return true;
  const { bidirectional_r_al: right, bidirectional_l: left } = sides;
  if (!points.some((point) => right.get(point))) return false;
  return points.some((point) => left.get(point)) || !right.get(points[0]!) || !right.get(points.at(-1)!);
}
