import type { Base, Range } from './base.ts';
import type { Random } from './random.ts';

/** Replaces a range of the base's text. `⟦` and `⟧` around a part of `text` mark a place where the fault may be reported. */
export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** One mistake put into an inventory. */
export interface Fault {
  readonly edits: readonly Edit[];
  /** Where else a finding is right: ranges of the base, moved along with the edits. */
  readonly places?: readonly Range[];
  /** The name that must be suggested. */
  readonly meant?: string | undefined;
}

/** Makes the fault at one place, or nothing when chance produced something valid. */
export type Site = (random: Random) => Fault | undefined;

/** A kind of mistake. */
export interface FaultClass {
  readonly name: string;
  /** What is done, in a few words. */
  readonly what: string;
  /** Least severity that counts; `hint` only where a fact is all that can be told. */
  readonly severity?: 'hint';
  /** Why less is enough, or which place counts, where it is not the token itself. */
  readonly note?: string;
  /** Every place of an inventory where the mistake can be made. */
  sites(base: Base): readonly Site[];
}

export interface Mutant {
  readonly text: string;
  /** Where a finding is right. */
  readonly places: readonly Range[];
  /** Offset in the base for an offset in the mutant. */
  toBase(offset: number): number;
}

export function applyFault(text: string, fault: Fault): Mutant {
  const edits = [...fault.edits].sort((a, b) => a.range[0] - b.range[0]);
  const places: Range[] = [];
  const moves: { readonly start: number; readonly end: number; readonly newStart: number; readonly newEnd: number }[] =
    [];
  let mutant = '';
  let at = 0;
  for (const {
    range: [start, end],
    text: marked,
  } of edits) {
    if (start < at) throw new Error('edits overlap');
    mutant += text.slice(at, start);
    const newStart = mutant.length;
    const parts = marked.split(/[⟦⟧]/);
    parts.forEach((part, index) => {
      if (index % 2 === 1) places.push([mutant.length, mutant.length + part.length]);
      mutant += part;
    });
    moves.push({ start, end, newStart, newEnd: mutant.length });
    at = end;
  }
  mutant += text.slice(at);
  const startOf = (offset: number): number =>
    offset + sum(moves.filter((move) => move.end <= offset && !(move.start === offset && move.end === offset)));
  const endOf = (offset: number): number => offset + sum(moves.filter((move) => move.end <= offset));
  for (const [start, end] of fault.places ?? []) places.push([startOf(start), endOf(end)]);
  const toBase = (offset: number): number => {
    const inside = moves.find((move) => move.newStart <= offset && offset < move.newEnd);
    if (inside !== undefined) return inside.start;
    const last = moves.filter((move) => move.newEnd <= offset).at(-1);
    return last === undefined ? offset : offset - last.newEnd + last.end;
  };
  return { text: mutant, places, toBase };
}

function sum(
  moves: readonly {
    readonly start: number;
    readonly end: number;
    readonly newStart: number;
    readonly newEnd: number;
  }[],
): number {
  return moves.reduce((total, move) => total + (move.newEnd - move.newStart) - (move.end - move.start), 0);
}
