import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Node, SourceFile, Span } from '../source/node.ts';
import { parseSource, type ParseOptions } from '../phases/1-parse/parse.ts';
import type { Result } from '../diagnostics/result.ts';
import type { Inventory } from '../phases/2-merge/inventory.ts';
import { foreignFile, foreignInventory } from '../phases/2-merge/foreign.ts';
import type { Resolved, ResolveOptions } from '../phases/4-resolve/resolve.ts';

export type FrontEndOptions = ParseOptions & ResolveOptions;

/** The inventory, what is wrong with it, the comments addressed to pigstyc, and the files that break YAML's grammar. */
export type FrontEnd = readonly [
  inventory: Resolved | undefined,
  problems: readonly Diagnostic[],
  comments: readonly Span[],
  broken: readonly SourceFile[],
];

/** Phase 1 over all files. */
export interface ParsedFiles {
  readonly trees: readonly Node[];
  readonly problems: readonly Diagnostic[];
  /** Addressed to pigstyc. */
  readonly comments: readonly Span[];
  /** Files that break YAML's grammar. */
  readonly broken: readonly SourceFile[];
  /** Files that are something else than an inventory. */
  readonly foreign: readonly Diagnostic[];
  /** Set when nothing could be read of a file. */
  readonly unread: boolean;
}

/** Products of phases 1 to 4, each made when it is first asked for. */
export interface Phases {
  parsed(): ParsedFiles;
  merged(): Result<Inventory>;
  normalized(): Result<Inventory>;
  resolved(): Result<Resolved>;
}

/** Phase 1: every file as a tree. */
export function parseSources(files: readonly SourceFile[], options: ParseOptions = {}): ParsedFiles {
  const isAlone = files.length === 1;
  const parsed = files.map((file) => ({ file, result: parseSource(file, { ...options, isAlone }) }));
  return {
    trees: parsed.map(({ result: [tree] }) => tree),
    problems: parsed.flatMap(({ result: [, problems] }) => problems),
    comments: parsed.flatMap(({ result: [, , comments] }) => comments),
    broken: parsed.filter(({ result: [, problems] }) => problems.length > 0).map(({ file }) => file),
    foreign: parsed.flatMap(({ file, result: [tree] }) => foreignFile(file, tree) ?? []),
    unread: parsed.some(
      ({ result: [tree, problems] }) => isEmpty(tree) && problems.some(({ severity }) => severity === 'error'),
    ),
  };
}

/**
 * The inventory as phases 1 to 4 leave it. Undefined when a file could not be read as YAML or as an inventory: groups or variables are
 * missing then, and checks would complain about their absence. Problems of single values do not stop the checks of the others.
 */
export function readInventory(phases: Phases): FrontEnd {
  const { problems, comments, broken, foreign, unread } = phases.parsed();
  if (foreign.length > 0) return [undefined, foreign, comments, broken];
  if (unread) return [undefined, problems, comments, broken];
  const [merged, structure] = phases.merged();
  const other = foreignInventory(merged);
  if (other !== undefined) return [undefined, [other], comments, broken];
  const [, names] = phases.normalized();
  const [resolved, values] = phases.resolved();
  const complete = structure.every((problem) => problem.severity !== 'error');
  return [complete ? resolved : undefined, [...problems, ...structure, ...names, ...values], comments, broken];
}

function isEmpty(tree: Node): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}
