import { SymbolKind, type DocumentSymbol } from 'vscode-languageserver/node';
import { entry, type MapEntry, type Node, type ScalarNode } from '../../source/node.ts';
import { rangeOf } from './ranges.ts';

/** The groups of a file with their hosts and variables, and the objects of lists by name. */
export function outline(tree: Node): readonly DocumentSymbol[] {
  return entries(tree).map(group);
}

function group(e: MapEntry): DocumentSymbol {
  const section = (name: string): readonly MapEntry[] =>
    e.value.kind === 'map' ? entries(entry(e.value, name)?.value) : [];
  const children = [...section('children').map(group), ...section('hosts').map(host), ...section('vars').map(variable)];
  return symbol(e, SymbolKind.Module, inOrder(children));
}

function host(e: MapEntry): DocumentSymbol {
  return symbol(e, SymbolKind.Class, entries(e.value).map(variable));
}

function variable(e: MapEntry): DocumentSymbol {
  const items = e.value.kind === 'seq' ? e.value.items : [];
  const objects = items.flatMap((item): readonly DocumentSymbol[] => {
    const name = item.kind === 'map' ? (entry(item, 'name') ?? entry(item, 'title'))?.value : undefined;
    return name?.kind === 'scalar' && name.text !== '' && within(item, e.value) && within(name, item)
      ? [named(name.text, name, item)]
      : [];
  });
  return symbol(e, SymbolKind.Property, objects);
}

function symbol({ key, value }: MapEntry, kind: SymbolKind, children: readonly DocumentSymbol[]): DocumentSymbol {
  // What an alias or a merge key stands for is elsewhere.
  const here = value.span.start >= key.span.end;
  const range = rangeOf({ ...key.span, end: here ? value.span.end : key.span.end });
  return {
    name: key.text === '' ? '?' : key.text,
    kind,
    range,
    selectionRange: rangeOf(key.span),
    children: here ? [...children] : [],
  };
}

function named(name: string, token: ScalarNode, object: Node): DocumentSymbol {
  return { name, kind: SymbolKind.Object, range: rangeOf(object.span), selectionRange: rangeOf(token.span) };
}

function within({ span }: Node, outer: Node): boolean {
  return outer.span.start <= span.start && span.end <= outer.span.end;
}

function entries(node: Node | undefined): readonly MapEntry[] {
  return node?.kind === 'map'
    ? node.entries.filter(({ key }) => key.span.start >= node.span.start && key.span.end <= node.span.end)
    : [];
}

function inOrder(symbols: readonly DocumentSymbol[]): readonly DocumentSymbol[] {
  return [...symbols].sort(
    ({ range: { start: a } }, { range: { start: b } }) => a.line - b.line || a.character - b.character,
  );
}
