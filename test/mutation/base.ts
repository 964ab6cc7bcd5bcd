/**
 * A correct inventory and the places faults are put at. The places come from the `yaml` library, not from the compiler's own
 * parser: what the checker says is compared with spans it had no part in.
 */
import { isMap, isScalar, isSeq, parseDocument, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { objectOf, parameter, type FieldInfo } from '../../compiler/schema/table.ts';

/** Offsets into the text of an inventory, half-open. */
export type Range = readonly [start: number, end: number];

/** A value somewhere in an inventory: of a parameter, of a field of an object, or an item of a list. */
export interface Spot {
  /** Of the parameter or field; an item has the name of its list. */
  readonly name: string;
  /** The parameter it belongs to. */
  readonly parameter: string;
  /** Undefined for items of lists. */
  readonly key: Range | undefined;
  readonly value: Range;
  readonly data: unknown;
  readonly info: FieldInfo | undefined;
  /** Definition of the object the spot is a field of. */
  readonly object: string | undefined;
  /** Definition of the object the spot is. */
  readonly holds: string | undefined;
  /** The map or list the spot is in. */
  readonly within: YAMLMap | YAMLSeq;
  /** The spot of the object or list it is in; undefined for parameters. */
  readonly parent: Spot | undefined;
  readonly group: string;
  readonly host: string | undefined;
  readonly node: unknown;
}

export interface GroupSpot {
  readonly name: string;
  readonly key: Range;
  readonly map: YAMLMap;
  readonly hosts: readonly HostSpot[];
  readonly vars: readonly Spot[];
  /** Keys `hosts`, `vars` and `children`. */
  readonly sections: ReadonlyMap<string, Range>;
}

export interface HostSpot {
  readonly name: string;
  readonly group: string;
  readonly key: Range;
  readonly map: YAMLMap | undefined;
  readonly vars: readonly Spot[];
}

export class Base {
  readonly groups: readonly GroupSpot[];
  readonly #spots: Spot[] = [];

  readonly name: string;
  readonly text: string;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;

    const document = parseDocument(text, { version: '1.1', merge: true });
    if (document.errors.length > 0) throw new Error(`${name}: ${document.errors[0]!.message}`);
    const groups: GroupSpot[] = [];
    for (const [key, map] of mapsOf(document.contents)) this.#group(key, map, groups);
    this.groups = groups;
  }

  /** Parameters, fields and items, outer ones first. */
  get spots(): readonly Spot[] {
    return this.#spots;
  }

  /** Variables of groups and hosts. */
  get parameters(): readonly Spot[] {
    return this.#spots.filter((spot) => spot.parent === undefined);
  }

  get hosts(): readonly HostSpot[] {
    return this.groups.flatMap((group) => group.hosts);
  }

  get all(): GroupSpot | undefined {
    return this.groups.find((group) => group.name === 'all');
  }

  /** Everything a parameter is set to anywhere. */
  of(name: string): readonly Spot[] {
    return this.parameters.filter((spot) => spot.name === name);
  }

  /** Fields of that name in objects of that definition. */
  fields(object: string, field: string): readonly Spot[] {
    return this.#spots.filter((spot) => spot.object === object && spot.name === field && spot.key !== undefined);
  }

  /** Objects of a definition. */
  objects(name: string): readonly Spot[] {
    return this.#spots.filter((spot) => spot.holds === name);
  }

  /** Fields of the object at a spot. */
  within(spot: Spot): readonly Spot[] {
    return this.#spots.filter((other) => other.parent === spot);
  }

  /** Value of a parameter for a group as far as the group's own vars and `all` tell. */
  groupValue(group: string, name: string): unknown {
    const own = this.groups.find((candidate) => candidate.name === group)?.vars.find((spot) => spot.name === name);
    return (own ?? this.all?.vars.find((spot) => spot.name === name))?.data;
  }

  source(range: Range): string {
    return this.text.slice(...range);
  }

  #group(key: Scalar, map: YAMLMap, groups: GroupSpot[]): void {
    const name = String(key.value);
    const sections = new Map(
      map.items
        .filter((pair) => isScalar(pair.key))
        .map((pair) => [String((pair.key as Scalar).value), range(pair.key)]),
    );
    const place = groups.length;
    const varsMap = map.get('vars', true);
    const vars = isMap(varsMap) ? this.#vars(varsMap, name, undefined) : [];
    const hosts: HostSpot[] = [];
    const hostsMap = map.get('hosts', true);
    for (const pair of isMap(hostsMap) ? hostsMap.items : []) {
      const host = String((pair.key as Scalar).value);
      const inside = isMap(pair.value) ? pair.value : undefined;
      hosts.push({
        name: host,
        group: name,
        key: range(pair.key),
        map: inside,
        vars: inside === undefined ? [] : this.#vars(inside, name, host),
      });
    }
    groups.splice(place, 0, { name, key: range(key), map, hosts, vars, sections });
    for (const [child, inside] of mapsOf(map.get('children', true))) this.#group(child, inside, groups);
  }

  #vars(map: YAMLMap, group: string, host: string | undefined): readonly Spot[] {
    return pairsOf(map).map((pair) => {
      const name = String((pair.key as Scalar).value);
      const info = parameter(name);
      return this.#visit(pair.value, {
        name,
        parameter: name,
        key: range(pair.key),
        info,
        object: undefined,
        parent: undefined,
        group,
        host,
        within: map,
        container: info?.object?.container ?? 'object',
      });
    });
  }

  #visit(
    node: unknown,
    about: Omit<Spot, 'value' | 'data' | 'holds' | 'node'> & { readonly container: 'object' | 'list' | 'map' },
  ): Spot {
    const { container, ...rest } = about;
    const holds = isMap(node) && container === 'object' ? about.info?.object?.name : undefined;
    const spot: Spot = {
      ...rest,
      node,
      value: range(node),
      data: (node as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null,
      holds,
    };
    this.#spots.push(spot);
    const below = { parameter: about.parameter, parent: spot, group: about.group, host: about.host };
    if (isSeq(node)) {
      for (const item of node.items)
        this.#visit(item, {
          ...below,
          name: about.name,
          key: undefined,
          info: about.info,
          object: about.object,
          within: node,
          container: 'object',
        });
    } else if (isMap(node)) {
      for (const pair of pairsOf(node)) {
        const name = String((pair.key as Scalar).value);
        const named = { ...below, name, key: range(pair.key), within: node };
        if (container !== 'object')
          this.#visit(pair.value, { ...named, info: about.info, object: undefined, container: 'object' });
        else {
          const info = objectOf(holds ?? '')?.fields.find((field) => field.name === name);
          this.#visit(pair.value, { ...named, info, object: holds, container: info?.object?.container ?? 'object' });
        }
      }
    }
    return spot;
  }
}

/** Source range of a node without trailing blanks or comments. */
export function range(node: unknown): Range {
  const found = (node as { readonly range?: readonly [number, number, number] | null } | null)?.range;
  return found ? [found[0], found[1]] : [0, 0];
}

/** Pairs with a plain key and a value of their own; merged and aliased values belong to another place. */
function pairsOf(map: YAMLMap): readonly Pair[] {
  return map.items.filter(
    (pair) =>
      isScalar(pair.key) &&
      String(pair.key.value) !== '<<' &&
      (isScalar(pair.value) || isMap(pair.value) || isSeq(pair.value)),
  );
}

function mapsOf(node: unknown): readonly (readonly [Scalar, YAMLMap])[] {
  return isMap(node)
    ? node.items
        .filter((pair) => isScalar(pair.key) && isMap(pair.value))
        .map((pair) => [pair.key as Scalar, pair.value as YAMLMap])
    : [];
}
