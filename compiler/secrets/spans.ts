/** Where an inventory holds secrets. */
import { hides, secrecyOf, secrecyOfField, secrecyOfItem, type Place } from '../schema/secrecy.ts';
import { withCutPieces } from '../source/comma.ts';
import { anchorInstead, withRemark } from '../source/remark.ts';
import type { Inventory } from '../phases/2-merge/inventory.ts';
import { isNull, type Node, type ScalarNode, type Span } from '../source/node.ts';
import type { Traced } from '../source/traced.ts';

/** Variables of one's own that only secrets are made from. */
export type OwnSecrets = ReadonlySet<string> | undefined;

type Known = Inventory & { readonly secretVariables?: ReadonlySet<string> };

/** What is secret in a variable. */
export function placeOfVariable(name: string, ownSecrets: OwnSecrets): Place {
  return ownSecrets?.has(name) === true ? 'guess' : secrecyOf(name);
}

/** Every place of an inventory that holds a secret, so that no source line is quoted with it. */
export function secretSpans(inventory: Known | undefined): readonly Span[] {
  return written(inventory).map((node) => (isPlain(node) ? withRest(node) : node.span));
}

/** Pieces of secrets that a comma or a `#` has cut off: what is found in them tells them. */
export function cutPieces(inventory: Known | undefined): readonly Span[] {
  return written(inventory)
    .filter(isPlain)
    .map(
      (node): Span =>
        holdsValue(node.text) ? node.span : { ...node.span, start: node.span.end, end: withRest(node).end },
    )
    .filter(({ start, end }) => end > start);
}

/** The secrets as they are written, each once. */
function written(inventory: Known | undefined): readonly Node[] {
  if (inventory === undefined) return [];
  const found = new Set<Node>();
  const seen = new Set<Node>();
  const visit = (name: string, node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    collect(node, placeOfVariable(name, inventory.secretVariables), found);
  };
  const visitAll = (traced: Traced): void => {
    for (let at: Traced | undefined = traced; at !== undefined && !seen.has(at.node); at = at.shadows)
      visit(at.name, at.node);
  };
  for (const traced of inventory.globals.values()) visitAll(traced);
  for (const group of inventory.groups.values())
    for (const { key, value } of group.vars) {
      if (hides(placeOfVariable(nameIn(key.text), inventory.secretVariables)) && isNull(value)) found.add(key);
      visit(key.text, value);
    }
  const settings = new Set<Traced>();
  for (const host of inventory.hosts) host.vars.forEach((traced) => settings.add(traced));
  for (const traced of settings) {
    const { name, node, origin } = traced;
    const isGlued = node.kind === 'scalar' && origin.key !== undefined && holdsValue(name);
    if (isGlued && hides(placeOfVariable(nameIn(name), inventory.secretVariables)))
      found.add({ ...node, span: origin.key, text: name });
    visitAll(traced);
  }
  return [...found];
}

function collect(node: Node, place: Place, found: Set<Node>): void {
  if (hides(place) || (node.kind === 'scalar' && node.secret === true)) found.add(original(node));
  else if (node.kind === 'seq') for (const item of node.items) collect(item, secrecyOfItem(place), found);
  else if (node.kind === 'map')
    for (const { key, value } of node.entries) {
      if (holdsValue(key.text) && isNull(value) && hides(secrecyOfField(place, nameIn(key.text)))) found.add(key);
      collect(value, secrecyOfField(place, key.text), found);
    }
}

/** A key and its value without a blank between them, `password:word`, are one key without a value. */
function holdsValue(key: string): boolean {
  return /^\w+:./.test(key);
}

function nameIn(key: string): string {
  return holdsValue(key) ? key.replace(/:.*$/s, '') : '';
}

/** Expansion makes new nodes; what is printed is the source they came from. */
export function original(node: Node): Node {
  let at: Node = node;
  while (at.kind === 'scalar' && at.derivedFrom !== undefined) at = at.derivedFrom as ScalarNode;
  return at;
}

function withRest(node: ScalarNode): Span {
  const anchor = node.value === null ? anchorInstead(node) : undefined;
  return anchor ?? withRemark(node.span) ?? withCutPieces(node.span);
}

function isPlain(node: Node): node is ScalarNode {
  return node.kind === 'scalar' && node.style === 'plain' && (node.span.file as Span['file'] | undefined) !== undefined;
}
