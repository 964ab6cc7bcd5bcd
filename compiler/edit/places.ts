/** Where things are written in the files of an inventory. */
import { entry, type MapEntry, type MapNode, type Node, type Span } from '../source/node.ts';

/** Every group in the order written, `all` included; a group in several files comes several times. */
export function* writtenGroups(trees: readonly Node[]): Generator<MapEntry> {
  for (const tree of trees) if (tree.kind === 'map') yield* below(tree);
}

function* below(children: MapNode): Generator<MapEntry> {
  for (const group of children.entries) {
    yield group;
    const inner = group.value.kind === 'map' ? entry(group.value, 'children')?.value : undefined;
    if (inner?.kind === 'map') yield* below(inner);
  }
}

/** The entry whose key stands at a place. */
export function entryAt(nodes: readonly Node[], { file, start }: Span): MapEntry | undefined {
  for (const node of nodes) {
    const entries = node.kind === 'map' ? node.entries : [];
    const here = entries.find(({ key: { span } }) => span.file === file && span.start === start);
    const found =
      here ??
      entryAt(node.kind === 'seq' ? node.items : entries.map(({ value }) => value), { file, start, end: start });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value of a map as text. */
export function textAt(node: Node | undefined, ...path: readonly string[]): string | undefined {
  let at = node;
  for (const key of path) at = at?.kind === 'map' ? entry(at, key)?.value : undefined;
  return at?.kind === 'scalar' && at.value !== null ? at.text : undefined;
}
