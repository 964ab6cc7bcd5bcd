/**
 * The circles of a graph in which every node leads to at most one other, each once, beginning at its first node among `starts`.
 * Every node is visited once, so long chains cost no more than short ones.
 */
export function circles(
  starts: readonly string[],
  next: (node: string) => string | undefined,
): readonly (readonly string[])[] {
  const walkOf = new Map<string, number>();
  const found: string[][] = [];
  for (const [walk, start] of starts.entries()) {
    const path: string[] = [];
    let node: string | undefined = start;
    while (node !== undefined && !walkOf.has(node)) {
      walkOf.set(node, walk);
      path.push(node);
      node = next(node);
    }
    // Meeting this walk's own trail closes a circle; meeting an earlier one leads to what is already known.
    if (node !== undefined && walkOf.get(node) === walk) found.push(path.slice(path.indexOf(node)));
  }
  return found;
}
