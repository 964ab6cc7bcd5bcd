import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Node, SourceFile, Span } from '../source/node.ts';
import { parseSource, type ParseOptions } from '../phases/1-parse/parse.ts';
import { mergeInventory } from '../phases/2-merge/merge.ts';
import { foreignFile, foreignInventory } from '../phases/2-merge/foreign.ts';
import { normalizeNames } from '../phases/3-normalize/normalize.ts';
import { type Resolved, resolveValues, type ResolveOptions } from '../phases/4-resolve/resolve.ts';

export type FrontEndOptions = ParseOptions & ResolveOptions;

/** The inventory, what is wrong with it, the comments addressed to pigstyc, and the files that break YAML's grammar. */
export type FrontEnd = readonly [
  inventory: Resolved | undefined,
  problems: readonly Diagnostic[],
  comments: readonly Span[],
  broken: readonly SourceFile[],
];

/**
 * Phases 1 to 4. Undefined when a file could not be read as YAML or as an inventory: groups or variables are missing then, and
 * checks would complain about their absence. Problems of single values do not stop the checks of the others.
 */
export function readInventory(files: readonly SourceFile[], options: FrontEndOptions = {}): FrontEnd {
  const diagnostics: Diagnostic[] = [];
  const trees: Node[] = [];
  const comments: Span[] = [];
  const broken: SourceFile[] = [];
  const foreign: Diagnostic[] = [];
  let unread = false;
  for (const file of files) {
    const [tree, problems, addressed] = parseSource(file, { ...options, isAlone: files.length === 1 });
    diagnostics.push(...problems);
    comments.push(...addressed);
    if (problems.length > 0) broken.push(file);
    trees.push(tree);
    const other = foreignFile(file, tree);
    if (other !== undefined) foreign.push(other);
    unread ||= isEmpty(tree) && problems.some((problem) => problem.severity === 'error');
  }
  if (foreign.length > 0) return [undefined, foreign, comments, broken];
  if (unread) return [undefined, diagnostics, comments, broken];
  const [merged, structure] = mergeInventory(trees);
  const other = foreignInventory(merged);
  if (other !== undefined) return [undefined, [other], comments, broken];
  const [normalized, names] = normalizeNames(merged);
  const [resolved, values] = resolveValues(normalized, options);
  diagnostics.push(...structure, ...names, ...values);
  const complete = structure.every((problem) => problem.severity !== 'error');
  return [complete ? resolved : undefined, diagnostics, comments, broken];
}

function isEmpty(tree: Node): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}
