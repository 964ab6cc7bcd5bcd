/** What is kept of each host, and its form on the disk: what many hosts have in common is written once. */
import type { Names } from '../model/reads.ts';
import type { Inputs } from './host-inputs.ts';

export interface HostMark {
  /** What its files are made from. */
  readonly inputs: Inputs;
  /** Whether they need more of the site than its neighbours. */
  readonly whole: boolean;
  /** Digest of what its files and directories were when the build ended. */
  readonly left: string;
  /** Parameters that were read for the plan, then for each file in the order of the manifest. */
  readonly reads: readonly Names[];
  /** The part of the plan that each file belongs to. */
  readonly places: readonly string[];
}

/** Hosts by name, with places in the lists. */
export interface PackedMarks {
  /** Sets of names. */
  readonly names: readonly string[];
  /** Digests of parameters, each with its name. */
  readonly digests: readonly string[];
  /** Places in `digests`. */
  readonly params: readonly string[];
  /** Places in `names`. */
  readonly reads: readonly string[];
  /** Parts of a plan. */
  readonly plans: readonly string[];
  readonly hosts: Readonly<Record<string, PackedMark>>;
}

type PackedMark = readonly [common: string, whole: boolean, left: string, params: number, reads: number, plan: number];

/** Gives each text its place in a list. */
class Places {
  readonly #places = new Map<string, number>();

  of(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }

  get texts(): readonly string[] {
    return [...this.#places.keys()];
  }
}

export function packMarks(marks: ReadonlyMap<string, HostMark>): PackedMarks {
  const [names, digests, params] = [new Places(), new Places(), new Places()];
  const [reads, plans] = [new Places(), new Places()];
  const placeOfSet = once((set: Names) => names.of(textOf(set)));
  const placeOfParams = once((map: Inputs['params']) =>
    params.of([...map].map(([name, digest]) => digests.of(`${name} ${digest}`)).join(' ')),
  );
  const hosts = [...marks].map(([name, { inputs, whole, left, reads: sets, places }]): [string, PackedMark] => {
    const read = reads.of(sets.map(placeOfSet).join(' '));
    return [name, [inputs.common, whole, left, placeOfParams(inputs.params), read, plans.of(places.join(' '))]];
  });
  return {
    names: names.texts,
    digests: digests.texts,
    params: params.texts,
    reads: reads.texts,
    plans: plans.texts,
    hosts: Object.fromEntries(hosts),
  };
}

/** What hosts have in common is the same object again. */
export function unpackMarks(packed: PackedMarks): ReadonlyMap<string, HostMark> {
  const digests = packed.digests.map((text) => text.split(' ') as [name: string, digest: string]);
  const sets = packed.names.map(namesOf);
  const listed = <T>(places: string, from: readonly T[]): readonly T[] =>
    places === '' ? [] : places.split(' ').map((at) => from[Number(at)]!);
  const paramsAt = once((at: number) => new Map(listed(packed.params[at]!, digests)));
  const readsAt = once((at: number) => listed(packed.reads[at]!, sets));
  const placesAt = once((at: number) => packed.plans[at]!.split(' '));
  return new Map(
    Object.entries(packed.hosts).map(([name, [common, whole, left, params, reads, plan]]) => [
      name,
      { inputs: { common, params: paramsAt(params) }, whole, left, reads: readsAt(reads), places: placesAt(plan) },
    ]),
  );
}

const texts = new WeakMap<Names, string>();

/** Names as one text. They are not added to any more. */
export function textOf(names: Names): string {
  let text = texts.get(names);
  if (text === undefined) texts.set(names, (text = [...names].join(' ')));
  return text;
}

/** The names of such a text. */
export function namesOf(text: string): Names {
  return new Set(text === '' ? [] : text.split(' '));
}

/** A function that remembers what it made of what. */
function once<A, T>(make: (of: A) => T): (of: A) => T {
  const made = new Map<A, T>();
  return (of) => {
    if (!made.has(of)) made.set(of, make(of));
    return made.get(of)!;
  };
}
