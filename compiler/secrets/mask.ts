import { MASK, maskText } from '../diagnostics/frame.ts';
import { hides, looksSecret, secrecyOf, secrecyOfField, secrecyOfItem, type Place } from '../schema/secrecy.ts';
import { original, placeOfVariable, type OwnSecrets } from './spans.ts';
import { cutByComma } from '../source/comma.ts';
import type { MapNode, Node } from '../source/node.ts';

/** Plain value of a variable with secrets masked. */
export function maskedVariable(name: string, node: Node, ownSecrets: OwnSecrets): unknown {
  return maskedValue(placeOfVariable(name, ownSecrets), node, ownSecrets);
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
        node.entries.map(({ key: { text: key }, value }, i) => [
          isRestOfSecret(node, i, place) ? MASK : key,
          // In a whole file, variables stand below groups and hosts.
          maskedValue(
            place === undefined ? placeOfVariable(key, ownSecrets) : secrecyOfField(place, key),
            value,
            ownSecrets,
          ),
        ]),
      );
  }
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

/** True when a key is the rest of a secret that a comma ended. */
function isRestOfSecret({ entries }: MapNode, index: number, place: Place): boolean {
  const cut = cutByComma(entries, index);
  return (
    cut !== undefined && hides(place === undefined ? secrecyOf(cut.key.text) : secrecyOfField(place, cut.key.text))
  );
}
