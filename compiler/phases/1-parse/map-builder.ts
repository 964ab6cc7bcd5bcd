import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { MapEntry, MapNode, Node, ScalarNode, ScalarValue } from '../../source/node.ts';
import { keyIdentity } from './resolve-scalar.ts';

/**
 * Entries of one map in file order. A duplicate key is an error and the last one counts, as in PyYAML. `<<` merges: merged entries
 * come first and keys written in the map itself override them in place.
 */
export class MapBuilder {
  readonly #problems: Diagnostic[];
  readonly #own = new Map<ScalarValue, MapEntry>();
  #merged: MapNode[] | undefined;

  constructor(problems: Diagnostic[]) {
    this.#problems = problems;
  }

  add(key: ScalarNode, value: Node): void {
    if (key.style === 'plain' && key.text === '<<' && key.tag === undefined) return this.#merge(key, value);
    const identity = keyIdentity(key.value);
    const first = this.#own.get(identity);
    if (first !== undefined) {
      const related = [{ span: first.key.span, message: 'first given here' }];
      this.#problems.push(report('duplicate-key', key.span, { key: key.text }, { related }));
    }
    this.#own.set(identity, { key, value });
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
    if (this.#merged === undefined) return [...this.#own.values()];
    const entries = new Map<ScalarValue, MapEntry>();
    for (const map of this.#merged) for (const e of map.entries) entries.set(keyIdentity(e.key.value), e);
    for (const [identity, e] of this.#own) entries.set(identity, e);
    return [...entries.values()];
  }
}
