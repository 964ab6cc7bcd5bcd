import { createHash } from 'node:crypto';

/** A source of numbers that is the same on every machine. */
export class Random {
  #state: number;

  constructor(seed: string) {
    this.#state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  }

  /** A whole number below `limit` (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Up to `count` items of a list, in its order. */
  sample<T>(list: readonly T[], count: number): readonly T[] {
    const left = list.map((_, index) => index);
    while (left.length > count) left.splice(this.below(left.length), 1);
    return left.map((index) => list[index]!);
  }
}

/** What fingers do: a letter missing, doubled, swapped with the next one, or replaced by its neighbour on the keyboard. */
export function mistype(word: string, random: Random): string {
  const letters = [...word].flatMap((letter, at) => (/[a-z]/i.test(letter) ? [at] : []));
  const at = random.pick(letters.length > 0 ? letters : [0]);
  const [before, letter, after] = [word.slice(0, at), word[at]!, word.slice(at + 1)];
  switch (random.below(4)) {
    case 0:
      return before + after;
    case 1:
      return before + letter + letter + after;
    case 2:
      return after === '' ? word.slice(0, -2) + letter + word.at(-2)! : before + after[0]! + letter + after.slice(1);
    default:
      return before + (NEIGHBOURS[letter.toLowerCase()] ?? 'x') + after;
  }
}

const NEIGHBOURS: Readonly<Record<string, string>> = {
  q: 'w',
  w: 'e',
  e: 'r',
  r: 't',
  t: 'y',
  y: 'u',
  u: 'i',
  i: 'o',
  o: 'p',
  p: 'o',
  a: 's',
  s: 'd',
  d: 'f',
  f: 'g',
  g: 'h',
  h: 'j',
  j: 'k',
  k: 'l',
  l: 'k',
  z: 'x',
  x: 'c',
  c: 'v',
  v: 'b',
  b: 'n',
  n: 'm',
  m: 'n',
};
