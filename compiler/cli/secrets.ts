import { MASK, maskText } from '../diagnostics/frame.ts';
import type { Inventory } from '../phases/2-merge/inventory.ts';
import type { Resolved } from '../phases/4-resolve/resolve.ts';
import { hides, looksSecret, secrecyOf, secrecyOfField, secrecyOfItem, type Place } from '../schema/secrecy.ts';
import type { Node, ScalarNode, Span } from '../source/node.ts';
import { withCutPieces } from '../source/comma.ts';
import type { Traced } from '../source/traced.ts';

/** Variables of one's own that only secrets are made from. */
export type OwnSecrets = ReadonlySet<string> | undefined;

/** Every place of an inventory that holds a secret, so that no source line is quoted with it. */
export function secretSpans(
  inventory: (Inventory & Partial<Pick<Resolved, 'secretVariables'>>) | undefined,
): readonly Span[] {
  const spans: Span[] = [];
  if (inventory === undefined) return spans;
  const seen = new Set<Node>();
  const visit = (traced: Traced | undefined): void => {
    for (let at = traced; at !== undefined && !seen.has(at.node); at = at.shadows) {
      seen.add(at.node);
      collect(at.node, placeOf(at.name, inventory.secretVariables), spans);
    }
  };
  for (const traced of inventory.globals.values()) visit(traced);
  for (const host of inventory.hosts) for (const traced of host.vars.values()) visit(traced);
  return spans;
}

/** Plain value of a variable with secrets masked. */
export function maskedVariable(name: string, node: Node, ownSecrets: OwnSecrets): unknown {
  return maskedValue(placeOf(name, ownSecrets), node, ownSecrets);
}

/** Plain value of a tree with secrets masked: those the schema marks, and those made from a secret. */
export function maskedValue(place: Place, node: Node, ownSecrets: OwnSecrets): unknown {
  if (hides(place) || (node.kind === 'scalar' && node.secret === true))
    return node.kind === 'scalar' && node.value === null ? null : MASK;
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? maskText(node.value) : node.value;
    case 'seq':
      return node.items.map((item) => maskedValue(secrecyOfItem(place), item, ownSecrets));
    case 'map':
      return Object.fromEntries(
        node.entries.map(({ key: { text: key }, value }) => [
          key,
          // In a whole file, variables stand below groups and hosts.
          maskedValue(place === undefined ? placeOf(key, ownSecrets) : secrecyOfField(place, key), value, ownSecrets),
        ]),
      );
  }
}

function placeOf(name: string, ownSecrets: OwnSecrets): Place {
  return ownSecrets?.has(name) === true ? 'guess' : secrecyOf(name);
}

/** What the inventory says where the value is what a placeholder or expression became; secrets are masked. */
export function writtenValue(name: string, node: Node, ownSecrets: OwnSecrets): unknown {
  const written = original(node);
  return written === node || (node.kind === 'scalar' && node.tag === 'vault')
    ? undefined
    : maskedVariable(name, written, ownSecrets);
}

/** JSON data with secrets masked that the model has as plain values: settings of programs pigstyc does not know. */
export function maskedData(value: unknown, key = ''): unknown {
  if (typeof value === 'string')
    return value.startsWith('<secret:') ? value : looksSecret(key) ? MASK : maskText(value);
  if (Array.isArray(value)) return value.map((item) => maskedData(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskedData(item, name)]));
}

/** True when nothing of a variable's value may be shown. */
export function isSecret(name: string): boolean {
  return hides(secrecyOf(name));
}

function collect(node: Node, place: Place, spans: Span[]): void {
  if (hides(place) || (node.kind === 'scalar' && node.secret === true)) spans.push(writtenSpan(original(node)));
  else if (node.kind === 'seq') for (const item of node.items) collect(item, secrecyOfItem(place), spans);
  else if (node.kind === 'map')
    for (const { key, value } of node.entries) collect(value, secrecyOfField(place, key.text), spans);
}

/** Expansion makes new nodes; what is printed is the source they came from. */
function original(node: Node): Node {
  let at: Node = node;
  while (at.kind === 'scalar' && at.derivedFrom !== undefined) at = at.derivedFrom as ScalarNode;
  return at;
}

/** Where a secret stands in its file, with what commas have cut off it. */
function writtenSpan(node: Node): Span {
  const cut = node.kind === 'scalar' && node.style === 'plain' && (node.span.file as Span['file'] | undefined);
  return cut ? withCutPieces(node.span) : node.span;
}
