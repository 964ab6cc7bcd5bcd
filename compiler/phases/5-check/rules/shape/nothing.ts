import { report } from '../../../../diagnostics/report.ts';
import type { Diagnostic } from '../../../../diagnostics/diagnostic.ts';
import { parameter, type ParameterInfo } from '../../../../schema/table.ts';
import { anchorInstead } from '../../../../source/remark.ts';
import { isNull, type Node, type ScalarNode, type Span } from '../../../../source/node.ts';
import type { CheckContext } from '../../context.ts';
import { isRest } from './commas.ts';

/**
 * Keys without a value. A parameter whose default is empty, and a field that may be left out, count as not given. A default that says
 * something is not replaced by nothing: upstream would write `None` or an empty text there, and neither is what the author sees.
 */
export function* nothing(context: CheckContext): Iterable<Diagnostic> {
  for (const [name, uses] of context.variables) {
    const info = parameter(name);
    if (info === undefined) continue;
    for (const { node, traced } of uses) {
      if (isNull(node)) {
        const key = traced.origin.key ?? node.span;
        if (hasDefault(info, context)) yield missingValue(node, name, key, true);
        else if (anchorInstead(node) !== undefined) yield report('anchor-not-value', key, { name });
      } else if (isFreeMap(info) && node.kind === 'map') {
        // What a comma has cut off is no key: it may be the rest of a password.
        for (const [i, { key, value }] of node.entries.entries())
          if (isNull(value) && !isRest(node.entries, i)) yield missingValue(value, key.text, key.span);
      }
      yield* anchors(node);
    }
  }
}

/** The finding for a value that is needed and not there, at its key. */
export function missingValue(node: ScalarNode, name: string, key: Span, hasFallback = false): Diagnostic {
  const help =
    anchorInstead(node) !== undefined
      ? 'a word that begins with `&` names an anchor: quote the value'
      : hasFallback
        ? 'write a value, or remove the key to have the default'
        : undefined;
  return report('no-value', key, { name }, { help });
}

/** `password: &word` sets nothing: YAML takes the word for the name of an anchor. */
function* anchors(node: Node): Iterable<Diagnostic> {
  if (node.kind === 'seq') for (const item of node.items) yield* anchors(item);
  else if (node.kind === 'map')
    for (const { key, value } of node.entries) {
      if (isNull(value) && anchorInstead(value) !== undefined)
        yield report('anchor-not-value', key.span, { name: key.text });
      else yield* anchors(value);
    }
}

/** Options under names of the author's choice, each there for its value. A setting of a server without one is left to the server. */
function isFreeMap({ name, type, object }: ParameterInfo): boolean {
  return type === 'object' && object === undefined && !name.endsWith('_parameters');
}

/** True for a default that is more than an empty value. */
function hasDefault({ name }: ParameterInfo, context: CheckContext): boolean {
  const value = context.default(name);
  if (value === undefined || value === null || value === '' || value === false || value === 0) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
