/**
 * A map on top of another one. Thousands of hosts differ from their group in two or three variables, so copying the group's
 * variables for each would be most of the work of merging. Iterates in the order of the base; new keys follow.
 */
export class OverlayMap<V> implements ReadonlyMap<string, V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #own: ReadonlyMap<string, V>;
  #size: number | undefined;

  constructor(base: ReadonlyMap<string, V>, own: ReadonlyMap<string, V>) {
    this.#base = base;
    this.#own = own;
  }

  get(key: string): V | undefined {
    return this.#own.get(key) ?? this.#base.get(key);
  }

  has(key: string): boolean {
    return this.#own.has(key) || this.#base.has(key);
  }

  get size(): number {
    if (this.#size === undefined) {
      this.#size = this.#base.size;
      for (const key of this.#own.keys()) if (!this.#base.has(key)) this.#size++;
    }
    return this.#size;
  }

  *entries(): MapIterator<[string, V]> {
    for (const [key, value] of this.#base) yield [key, this.#own.get(key) ?? value];
    for (const pair of this.#own) if (!this.#base.has(pair[0])) yield pair;
  }

  *keys(): MapIterator<string> {
    yield* this.#base.keys();
    for (const key of this.#own.keys()) if (!this.#base.has(key)) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }
}

/** The base itself when nothing lies on top. */
export function overlay<V>(base: ReadonlyMap<string, V>, own: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  if (own.size === 0) return base;
  return base.size === 0 ? own : new OverlayMap(base, own);
}
