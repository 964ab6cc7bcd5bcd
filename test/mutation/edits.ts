/** Building blocks of faults. */
import { isMap, type YAMLMap } from 'yaml';
import { range, type Base, type HostSpot, type Range, type Spot } from './base.ts';
import type { Edit, Fault, Site } from './fault.ts';
import { mistype, type Random } from './random.ts';

/** The value of a spot becomes this text, which is where the fault is. */
export function replace(spot: Spot, text: string): Fault {
  return { edits: [{ range: spot.value, text: `⟦${text}⟧` }] };
}

/** Every spot's value becomes this text. */
export function replaceAll(spots: readonly Spot[], text: string): readonly Site[] {
  return spots.map((spot) => () => replace(spot, text));
}

/** A name mistyped so that it is none of the valid ones; the checker must suggest the name. */
export function typo(place: Range, word: string, valid: (name: string) => boolean): Site {
  return (random) => {
    for (let attempt = 0; attempt < 8; attempt++) {
      const wrong = mistype(word, random);
      if (wrong !== word && wrong.length > 1 && !valid(wrong))
        return { edits: [{ range: place, text: `⟦${wrong}⟧` }], meant: word };
    }
    return undefined;
  };
}

/** Mistypes the text of scalars, quotes kept. Words shorter than four letters are too near to each other. */
export function typoValues(
  base: Base,
  spots: readonly Spot[],
  valid: (spot: Spot, name: string) => boolean,
): readonly Site[] {
  return spots
    .filter((spot) => typeof spot.data === 'string' && /^[\w.+-]{4,}$/.test(spot.data))
    .map((spot) => {
      const word = spot.data as string;
      const at = base.source(spot.value).indexOf(word);
      const place: Range = at < 0 ? spot.value : [spot.value[0] + at, spot.value[0] + at + word.length];
      const site = typo(place, word, (name) => valid(spot, name));
      // Quotes belong to the token.
      return (random: Random) => {
        const fault = site(random);
        return fault && { ...fault, places: [spot.value] };
      };
    });
}

/** An entry `text` put before the first one of a map. */
export function insert(base: Base, map: YAMLMap, text: string): Edit {
  const [start] = range(map);
  if (map.flow === true) return { range: [start + 1, start + 1], text: ` ${text}${map.items.length > 0 ? ',' : ' '}` };
  const first = range(map.items[0]!.key)[0];
  return { range: [first, first], text: `${text}\n${' '.repeat(column(base, first))}` };
}

/** An item put before the first one of a list. */
export function insertItem(base: Base, list: Spot, text: string): Edit | undefined {
  const node =
    list.within === undefined
      ? undefined
      : (list.node as { readonly flow?: boolean; readonly items: readonly unknown[] });
  if (node === undefined || node.items.length === 0) return undefined;
  if (node.flow === true) return { range: [list.value[0] + 1, list.value[0] + 1], text: ` ${text},` };
  const dash = base.text.lastIndexOf('-', range(node.items[0])[0]);
  return { range: [dash, dash], text: `- ${text}\n${' '.repeat(column(base, dash))}` };
}

/** A variable given to a host; the place is the one marked in the text. */
export function insertVariable(base: Base, host: HostSpot, text: string): Edit | undefined {
  return host.map === undefined ? undefined : insert(base, host.map, text);
}

/** Sets a parameter of a host, whether it has one of its own or not; the value is the place. */
export function setVariable(base: Base, host: HostSpot, name: string, value: string): Edit | undefined {
  const own = host.vars.find((spot) => spot.name === name);
  return own === undefined
    ? insertVariable(base, host, `${name}: ⟦${value}⟧`)
    : { range: own.value, text: `⟦${value}⟧` };
}

/** The entry with that key and its comma or line removed; undefined where the layout leaves no clean way. */
export function remove(base: Base, map: YAMLMap, name: string): Edit | undefined {
  const at = map.items.findIndex((pair) => String((pair.key as { value?: unknown } | null)?.value) === name);
  if (at < 0) return undefined;
  const start = range(map.items[at]!.key)[0];
  const next = map.items[at + 1];
  if (next !== undefined) return { range: [start, range(next.key)[0]], text: '' };
  if (map.flow !== true) {
    if (at === 0) return undefined;
    const line = base.text.lastIndexOf('\n', start);
    return { range: [line, endOfValue(base, map.items[at]!.value, start)], text: '' };
  }
  const end = endOfValue(base, map.items[at]!.value, start);
  const comma = at === 0 ? start : base.text.lastIndexOf(',', start);
  return { range: [comma, end], text: '' };
}

function endOfValue(base: Base, value: unknown, start: number): number {
  const end = Math.max(range(value)[1], start);
  // A block collection ends with the line after it.
  return base.text.slice(start, end).replace(/\s+$/, '').length + start;
}

export function column(base: Base, offset: number): number {
  return offset - (base.text.lastIndexOf('\n', offset - 1) + 1);
}

/** The map of a spot that is an object. */
export function mapOf(spot: Spot): YAMLMap {
  if (!isMap(spot.node)) throw new Error(`${spot.name} is no map`);
  return spot.node;
}

/** One fault of edits that may not be possible. */
export function fault(edits: readonly (Edit | undefined)[], places: readonly Range[] = []): Fault | undefined {
  return edits.some((edit) => edit === undefined) ? undefined : { edits: edits as readonly Edit[], places };
}

/** Sites from items, leaving out those where the fault is impossible. */
export function each<T>(list: readonly T[], make: (item: T, random: Random) => Fault | undefined): readonly Site[] {
  return list.map((item) => (random: Random) => make(item, random));
}

/** Ordered pairs of different items, neighbours first. */
export function pairs<T>(list: readonly T[]): readonly (readonly [T, T])[] {
  return list.flatMap((first, at) => list.slice(at + 1).map((second): readonly [T, T] => [first, second]));
}
