import type { Span } from '../../source/node.ts';
import type { Traced } from '../../source/traced.ts';
import { placeOf, SOURCES } from '../../phases/4-resolve/places.ts';
import type { Analysis } from './analysis.ts';
import { declarations, mentionAt, sameMentions } from './mentions.ts';
import { placeholderAt } from './placeholder.ts';
import { locate, walk, type Scope, type Spot } from './slot.ts';

/** Where what is named at an offset is declared; of a parameter, the setting that this one replaces. */
export function definitionsAt(analysis: Analysis, path: string, offset: number): readonly Span[] {
  const spot = spotAt(analysis, path, offset);
  if (spot === undefined) return [];
  const { slot, role, token } = spot;
  if (slot.kind === 'vars' && role === 'key') return replacedSettings(analysis, slot.scope, token.text, token.span);
  if (slot.kind === 'value') {
    const placeholder = placeholderAt(spot, offset);
    const source =
      placeholder && Object.hasOwn(placeOf(slot.parameter)?.names ?? {}, placeholder.name)
        ? SOURCES[placeholder.name]
        : undefined;
    if (source !== undefined)
      return unique(analysis.hosts(slot.scope).flatMap((host) => host.vars.get(source)?.origin.key ?? []));
  }
  const mention = mentionAt(spot, offset);
  return mention === undefined ? [] : declarations(analysis, mention).map(({ span }) => span);
}

/** Every place that names the same thing; of a parameter, every place that sets it. */
export function referencesAt(analysis: Analysis, path: string, offset: number, declared: boolean): readonly Span[] {
  const spot = spotAt(analysis, path, offset);
  if (spot === undefined) return [];
  if (spot.slot.kind === 'vars' && spot.role === 'key') return settingsOf(analysis, spot.token.text);
  const mention = mentionAt(spot, offset);
  return mention === undefined
    ? []
    : sameMentions(analysis, mention)
        .filter(({ declares }) => declared || !declares)
        .map(({ span }) => span);
}

function spotAt(analysis: Analysis, path: string, offset: number): Spot | undefined {
  const tree = analysis.trees.get(path);
  return tree && locate(tree, offset);
}

function replacedSettings(analysis: Analysis, scope: Scope, name: string, key: Span): readonly Span[] {
  return unique(
    analysis.hosts(scope).flatMap((host) => {
      let at: Traced | undefined = host.vars.get(name);
      while (at !== undefined && !sameSpan(at.origin.key, key)) at = at.shadows;
      return at?.shadows?.origin.key ?? [];
    }),
  );
}

function settingsOf(analysis: Analysis, name: string): readonly Span[] {
  const found: Span[] = [];
  for (const tree of analysis.trees.values()) {
    walk(tree, ({ slot, role, token }) => {
      if (slot.kind === 'vars' && role === 'key' && token.text === name) found.push(token.span);
    });
  }
  return found;
}

function sameSpan(a: Span | undefined, b: Span): boolean {
  return a !== undefined && a.file.path === b.file.path && a.start === b.start;
}

function unique(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [`${span.file.path}\0${span.start}`, span])).values()];
}
