import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Result } from '../result.ts';
import type { Node, SourceFile } from '../source/node.ts';
import { parseSource, type ParseOptions } from './1-parse/parse.ts';
import { mergeInventory } from './2-merge/merge.ts';
import { normalizeNames } from './3-normalize/normalize.ts';
import { type Resolved, resolveValues, type ResolveOptions } from './4-resolve/resolve.ts';

export type FrontEndOptions = ParseOptions & ResolveOptions;

/**
 * Phases 1 to 4. Undefined when a file could not be read as YAML or as an inventory: groups or variables are missing then, and
 * checks would complain about their absence. Problems of single values do not stop the checks of the others.
 */
export function readInventory(files: readonly SourceFile[], options: FrontEndOptions = {}): Result<Resolved | undefined> {
  const diagnostics: Diagnostic[] = [];
  const trees: Node[] = [];
  let unread = false;
  for (const file of files) {
    const [tree, problems] = parseSource(file, options);
    diagnostics.push(...problems);
    trees.push(tree);
    unread ||= isEmpty(tree) && problems.some((problem) => problem.severity === 'error');
  }
  if (unread) return [undefined, diagnostics];
  const [merged, structure] = mergeInventory(trees);
  const [normalized, names] = normalizeNames(merged);
  const [resolved, values] = resolveValues(normalized, options);
  diagnostics.push(...structure, ...names, ...values);
  const complete = structure.every((problem) => problem.severity !== 'error');
  return [complete ? resolved : undefined, diagnostics];
}

function isEmpty(tree: Node): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}
