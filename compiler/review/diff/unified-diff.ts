type Edit = { readonly kind: ' ' | '-' | '+'; readonly text: string };

const CONTEXT = 3;

/** Unified diff of two texts without file headers: hunks with some lines of context. Empty when the texts are equal. */
export function unifiedDiff(before: string, after: string, context = CONTEXT): readonly string[] {
  const edits = script(lines(before), lines(after));
  const out: string[] = [];
  for (const [from, to] of hunks(edits, context)) {
    const position = (kind: '-' | '+', end: number): number =>
      edits.slice(0, end).filter((edit) => edit.kind !== (kind === '-' ? '+' : '-')).length;
    const oldStart = position('-', from);
    const newStart = position('+', from);
    const oldCount = position('-', to) - oldStart;
    const newCount = position('+', to) - newStart;
    out.push(`@@ -${range(oldStart, oldCount)} +${range(newStart, newCount)} @@`);
    for (const { kind, text } of edits.slice(from, to)) out.push(`${kind}${text}`);
  }
  return out;
}

/** An empty range names the line before it. */
function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`;
}

/** A last line without a newline differs from the same line with one. */
function lines(text: string): readonly string[] {
  if (text === '') return [];
  return text.endsWith('\n')
    ? text.slice(0, -1).split('\n')
    : [...text.split('\n').slice(0, -1), `${text.slice(text.lastIndexOf('\n') + 1)}\n\\ No newline at end of file`];
}

/** Half-open ranges of edits, changes with their context; near ones joined. */
function hunks(edits: readonly Edit[], context: number): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  edits.forEach(({ kind }, at) => {
    if (kind === ' ') return;
    const from = Math.max(0, at - context);
    const to = Math.min(edits.length, at + 1 + context);
    const last = found.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else found.push([from, to]);
  });
  return found;
}

/** Shortest edit script (Myers), after cutting what both texts begin and end with. */
function script(a: readonly string[], b: readonly string[]): readonly Edit[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (text: string): Edit => ({ kind: ' ', text });
  return [
    ...a.slice(0, head).map(same),
    ...myers(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ];
}

/** Beyond this many differences the middle is shown as replaced: nobody reads such a diff, and time grows with its square. */
const MOST_EDITS = 2000;

function myers(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const trace: Map<number, number>[] = [];
  const frontier = new Map<number, number>([[1, 0]]);
  for (let d = 0; d <= Math.min(a.length + b.length, MOST_EDITS); d++) {
    trace.push(new Map(frontier));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1));
      let x = down ? frontier.get(k + 1)! : frontier.get(k - 1)! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      frontier.set(k, x);
      if (x >= a.length && x - k >= b.length) return backtrack(a, b, trace);
    }
  }
  return [...a.map((text): Edit => ({ kind: '-', text })), ...b.map((text): Edit => ({ kind: '+', text }))];
}

function backtrack(
  a: readonly string[],
  b: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly Edit[] {
  const edits: Edit[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const frontier = trace[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && (frontier.get(k - 1) ?? -1) < (frontier.get(k + 1) ?? -1));
    const previousK = down ? k + 1 : k - 1;
    const previousX = frontier.get(previousK)!;
    const previousY = previousX - previousK;
    while (x > previousX && y > previousY) {
      edits.push({ kind: ' ', text: a[--x]! });
      y--;
    }
    if (d === 0) break;
    if (down) edits.push({ kind: '+', text: b[--y]! });
    else edits.push({ kind: '-', text: a[--x]! });
  }
  return edits.reverse();
}
