/** Trees of the inventory as values of expressions, and back. What the schema calls secret is a secret among the values. */
import { hides, secrecyOfField, secrecyOfItem, takesSecrets, type Place } from '../../schema/secrecy.ts';
import type { Node, ScalarNode, ScalarValue } from '../../source/node.ts';
import { MOST_ITEMS, spend, Tainted, tainted, TooMuch } from './jinja/work.ts';

/** A result nested deeper than an inventory may be. */
const DEEPEST = 128;

/** Trees take more memory than what they say. */
const UNITS_OF_A_NODE = 20;

/** The value of a tree that stands at a place. */
export function valueOf(node: Node, place: Place): unknown {
  spend(1);
  switch (node.kind) {
    case 'scalar':
      return isSecret(node, place) ? tainted(node.value) : node.value;
    case 'seq':
      return node.items.map((item) => valueOf(item, secrecyOfItem(place)));
    case 'map':
      return new Map(node.entries.map((e) => [e.key.value, valueOf(e.value, secrecyOfField(place, e.key.text))]));
  }
}

/** The value of a default of the schema. */
export function valueOfDefault(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map((item) => valueOfDefault(item, secrecyOfItem(place)));
  if (typeof value !== 'object' || value === null) return hides(place) ? tainted(value) : value;
  return new Map(Object.entries(value).map(([key, item]) => [key, valueOfDefault(item, secrecyOfField(place, key))]));
}

/** The result of an expression as a tree at the place of the expression. */
export function toNode(value: unknown, origin: ScalarNode): Node {
  let size = 0;
  return build(value, 0, false);

  function build(given: unknown, depth: number, inSecret: boolean): Node {
    const secret = inSecret || given instanceof Tainted;
    const plain = given instanceof Tainted ? given.value : given;
    spend(UNITS_OF_A_NODE);
    if (++size > MOST_ITEMS) throw new TooMuch(`its result has more than ${MOST_ITEMS} items`);
    if (depth > DEEPEST) throw tooDeep();
    if (Array.isArray(plain))
      return { kind: 'seq', items: plain.map((item) => build(item, depth + 1, secret)), span: origin.span };
    if (!(plain instanceof Map)) return scalar(plain, origin, secret);
    const entries = [...plain].map(([key, item]) => ({
      key: scalar(key, origin, false),
      value: build(item, depth + 1, secret),
    }));
    return { kind: 'map', entries, span: origin.span };
  }
}

function scalar(value: unknown, origin: ScalarNode, secret: boolean): ScalarNode {
  const plain: ScalarValue =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return {
    kind: 'scalar',
    value: plain,
    text: plain === null ? '' : String(plain),
    style: typeof plain === 'string' ? 'double' : 'plain',
    ...(secret && plain !== null && plain !== '' ? { secret } : {}),
    derivedFrom: origin,
    span: origin.span,
  };
}

/** Whether a value is secret, by itself or by its place. A switch under a name that only sounds secret is none. */
function isSecret(node: ScalarNode, place: Place): boolean {
  return node.secret === true || (place === 'guess' ? typeof node.value === 'string' : hides(place));
}

/** Trees that say themselves what is secret in them, to stand elsewhere. Equal trees stay the same object. */
export class SecretCopies {
  readonly #copies = new WeakMap<Node, Map<Place, Node>>();

  of(node: Node, place: Place): Node {
    let byPlace = this.#copies.get(node);
    if (byPlace === undefined) this.#copies.set(node, (byPlace = new Map()));
    let copy = byPlace.get(place);
    if (copy === undefined) byPlace.set(place, (copy = marked(node, place)));
    return copy;
  }
}

function marked(node: Node, place: Place): Node {
  switch (node.kind) {
    case 'scalar':
      return node.secret !== true && node.value !== null && node.value !== '' && isSecret(node, place)
        ? { ...node, secret: true }
        : node;
    case 'seq': {
      const items = node.items.map((item) => marked(item, secrecyOfItem(place)));
      return items.every((item, i) => item === node.items[i]) ? node : { ...node, items };
    }
    case 'map': {
      const entries = node.entries.map(({ key, value }) => ({
        key,
        value: marked(value, secrecyOfField(place, key.text)),
      }));
      return entries.every(({ value }, i) => value === node.entries[i]!.value) ? node : { ...node, entries };
    }
  }
}

/** True when a secret of a tree stands where the schema wants none. */
export function misplacesSecret(node: Node, place: Place): boolean {
  switch (node.kind) {
    case 'scalar':
      return node.secret === true && !takesSecrets(place);
    case 'seq':
      return node.items.some((item) => misplacesSecret(item, secrecyOfItem(place)));
    case 'map':
      return node.entries.some(({ key, value }) => misplacesSecret(value, secrecyOfField(place, key.text)));
  }
}

const depths = new WeakMap<Node, number>();

/** Refuses a value that is nested deeper than an inventory may be; variables in variables add up. */
export function refuseDeep(node: Node): void {
  if (node.kind !== 'scalar' && depthOf(node, 0) > DEEPEST) throw tooDeep();
}

function depthOf(node: Node, above: number): number {
  if (node.kind === 'scalar') return 1;
  if (above > DEEPEST) throw tooDeep();
  let depth = depths.get(node);
  if (depth === undefined) {
    const below = node.kind === 'seq' ? node.items : node.entries.map(({ value }) => value);
    depth = 1 + below.reduce((most, inner) => Math.max(most, depthOf(inner, above + 1)), 0);
    depths.set(node, depth);
  }
  return depth;
}

function tooDeep(): TooMuch {
  return new TooMuch(`its result is nested more than ${DEEPEST} levels deep`);
}
