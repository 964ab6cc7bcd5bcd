/**
 * A map on top of another one. Thousands of hosts differ from their group in two or three variables, so copying the group's
 * variables for each would be most of the work of merging. Iterates in the order of the base; new keys follow.
 */
export class OverlayMap<V> implements ReadonlyMap<string, V> {
  #size: number | undefined;
  /** Maps below this one. */
  readonly depth: number;

  readonly base: ReadonlyMap<string, V>;
  readonly own: ReadonlyMap<string, V>;

  constructor(base: ReadonlyMap<string, V>, own: ReadonlyMap<string, V>) {
    this.base = base;
    this.own = own;

    this.depth = base instanceof OverlayMap ? base.depth + 1 : 1;
  }

  get(key: string): V | undefined {
    return this.own.get(key) ?? this.base.get(key);
  }

  has(key: string): boolean {
    return this.own.has(key) || this.base.has(key);
  }

  get size(): number {
    if (this.#size === undefined) {
      this.#size = this.base.size;
      for (const key of this.own.keys()) if (!this.base.has(key)) this.#size++;
    }
    return this.#size;
  }

  *entries(): MapIterator<[string, V]> {
    for (const [key, value] of this.base) yield [key, this.own.get(key) ?? value];
    for (const pair of this.own) if (!this.base.has(pair[0])) yield pair;
  }

  *keys(): MapIterator<string> {
    yield* this.base.keys();
    for (const key of this.own.keys()) if (!this.base.has(key)) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    this.base.forEach((value, key) => visit(this.own.get(key) ?? value, key, this));
    this.own.forEach((value, key) => {
      if (!this.base.has(key)) visit(value, key, this);
    });
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }
}

/** Looking through more layers than this would cost more than copying them. */
const MOST_LAYERS = 16;

/** The base itself when nothing lies on top. */
export function overlay<V>(base: ReadonlyMap<string, V>, own: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  if (own.size === 0) return base;
  if (base.size === 0) return own;
  return base instanceof OverlayMap && base.depth >= MOST_LAYERS
    ? new Map([...base, ...own])
    : new OverlayMap(base, own);
}

/** Finds the entries of a map that satisfy a condition. What a base has is found once for all maps on top of it. */
export class LayerSearch<V> {
  readonly #test: (value: V) => boolean;
  readonly #found = new WeakMap<ReadonlyMap<string, V>, ReadonlyMap<string, V>>();

  constructor(test: (value: V) => boolean) {
    this.#test = test;
  }

  find(map: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
    let found = this.#found.get(map);
    if (found === undefined) this.#found.set(map, (found = this.#search(map)));
    return found;
  }

  #search(map: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
    if (!(map instanceof OverlayMap)) return this.#filter(map);
    const { base, own } = map as OverlayMap<V>;
    const below = this.find(base);
    const above = this.#filter(own);
    if (below.size === 0) return above;
    let hidden = above.size > 0;
    for (const name of below.keys()) hidden ||= own.has(name);
    return hidden ? new Map([...[...below].filter(([name]) => !own.has(name)), ...above]) : below;
  }

  #filter(map: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
    let found: Map<string, V> | undefined;
    for (const [name, value] of map) if (this.#test(value)) (found ??= new Map()).set(name, value);
    return found ?? NOTHING;
  }
}

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();
