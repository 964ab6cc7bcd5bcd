/** `--no-secrets`: values from the environment, files and vaults stand for themselves where they are absent. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { report } from '../diagnostics/report.ts';
import type { Inventory } from '../phases/2-merge/inventory.ts';
import type { Node, ScalarNode, Span } from '../source/node.ts';

/** Findings that say that a value is absent; where that is allowed they are its marks. */
const ABSENT: ReadonlySet<string> = new Set(['unset-environment', 'unreadable-reference', 'vault-password-missing']);

/**
 * The findings without those about values that are absent, whether written there or come to other places by an expression, and a hint
 * that says how many were not looked at.
 */
export function withoutAbsent(
  found: readonly Diagnostic[],
  inventory: Inventory | undefined,
): { readonly diagnostics: readonly Diagnostic[]; readonly absent: boolean } {
  const written = found.flatMap(({ slug, span }) => (ABSENT.has(slug) && span !== undefined ? [span] : []));
  const [first] = written;
  if (first === undefined) return { diagnostics: found, absent: false };
  const places = [...written, ...reached(inventory, written)];
  const kept = found.filter(
    ({ slug, span }) => !ABSENT.has(slug) && (span === undefined || !places.some((place) => overlap(place, span))),
  );
  const hint = report('absent-values', first, { count: written.length });
  return { diagnostics: [...kept, hint], absent: true };
}

/** Places of values that hold the text of an absent one. */
function reached(inventory: Inventory | undefined, written: readonly Span[]): readonly Span[] {
  const texts = new Set(written.map(({ file, start, end }) => file.text.slice(start, end)));
  const spans: Span[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'seq') node.items.forEach(visit);
    else if (node.kind === 'map') for (const { value } of node.entries) visit(value);
    else if (isSealed(node) || [...texts].some((text) => node.text.includes(text))) spans.push(node.span);
  };
  for (const { vars } of inventory?.hosts ?? []) for (const { node } of vars.values()) visit(node);
  return spans;
}

/** An encrypted value that nobody opened; what is said about it points at its tag. */
function isSealed({ tag, text, derivedFrom }: ScalarNode): boolean {
  return tag === 'vault' && derivedFrom?.text === text;
}

function overlap(a: Span, b: Span): boolean {
  return a.file === b.file && a.start < b.end && b.start < a.end;
}
