import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { MapEntry, MapNode, Node, ScalarNode, ScalarValue } from '../../source/node.ts';
import { keyIdentity } from './resolve-scalar.ts';

const MANY = 16;

/**
 * Entries of one map in file order. A duplicate key is an error and the last one counts, as in PyYAML. `<<` merges: merged entries
 * come first and keys written in the map itself override them in place.
 */
export class MapBuilder {
  readonly #problems: Diagnostic[];
  readonly #own: MapEntry[] = [];
  /** Places of the entries by the identity of their keys, once there are many. */
  #places: Map<ScalarValue, number> | undefined;
  #merged: MapNode[] | undefined;

  constructor(problems: Diagnostic[]) {
    this.#problems = problems;
  }

  add(key: ScalarNode, value: Node): void {
    if (key.style === 'plain' && key.text === '<<' && key.tag === undefined) return this.#merge(key, value);
    const place = this.#placeOf(keyIdentity(key.value));
    const first = this.#own[place];
    if (first !== undefined) {
      const related = [{ span: first.key.span, message: 'first given here' }];
      this.#problems.push(report('duplicate-key', key.span, { key: key.text }, { related }));
    }
    this.#own[place] = { key, value };
  }

  /** Where the entry with that key is, or would be. Most maps have few entries: a table for each would cost more than all of them. */
  #placeOf(identity: ScalarValue): number {
    const count = this.#own.length;
    if (count < MANY) {
      const place = this.#own.findIndex(({ key }) => isSame(keyIdentity(key.value), identity));
      return place === -1 ? count : place;
    }
    this.#places ??= new Map(this.#own.map(({ key }, i) => [keyIdentity(key.value), i]));
    const place = this.#places.get(identity) ?? count;
    this.#places.set(identity, place);
    return place;
  }

  #merge(key: ScalarNode, value: Node): void {
    const sources = value.kind === 'seq' ? [...value.items].reverse() : [value];
    for (const source of sources) {
      if (source.kind === 'map') (this.#merged ??= []).push(source);
      else
        this.#problems.push(report('bad-merge-key', source.span.end > source.span.start ? source.span : key.span, {}));
    }
  }

  finish(): readonly MapEntry[] {
    if (this.#merged === undefined) return this.#own;
    const entries = new Map<ScalarValue, MapEntry>();
    for (const map of this.#merged) for (const e of map.entries) entries.set(keyIdentity(e.key.value), e);
    for (const e of this.#own) entries.set(keyIdentity(e.key.value), e);
    return [...entries.values()];
  }
}

/** As a table compares its keys. */
function isSame(a: ScalarValue, b: ScalarValue): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
