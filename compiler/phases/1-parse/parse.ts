import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { report } from '../../diagnostics/report.ts';
import type { Node, SourceFile, Span } from '../../source/node.ts';
import { SyntaxProblem } from './cursor.ts';
import { parseIni } from './ini.ts';
import { fromList } from './list.ts';
import { TreeParser } from './tree-parser.ts';
import { vaultOpener } from './vault.ts';

export interface ParseOptions {
  /** Tried in order on every `!vault` value. */
  readonly vaultPasswords?: readonly string[] | undefined;
  /** Values that are absent stand for themselves. */
  readonly keepAbsent?: boolean | undefined;
  /** No other file says anything about the inventory. */
  readonly isAlone?: boolean | undefined;
}

/** A file's tree, what is wrong with the file, and its comments addressed to pigstyc. */
export type Parsed = readonly [tree: Node, problems: readonly Diagnostic[], comments: readonly Span[]];

/** Characters YAML does not allow in a text at all. */
const NOT_TEXT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * Phase 1: one file as a tree; YAML is read as PyYAML reads it. The grammar's first error ends the file (what follows would be
 * guesswork); everything else is reported together. An empty file is a null scalar, and so is one that could not be read.
 */
export function parseSource(file: SourceFile, options: ParseOptions = {}): Parsed {
  const nothing: Node = { kind: 'scalar', value: null, text: '', style: 'plain', span: { file, start: 0, end: 0 } };
  const bad = NOT_TEXT.exec(file.text);
  if (bad !== null) {
    const code = bad[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return [
      nothing,
      [report('control-character', { file, start: bad.index, end: bad.index + 1 }, { code: `U+${code}` })],
      [],
    ];
  }
  if (file.format === 'ini') return parseIni(file);
  const parser = new TreeParser(file, {
    decrypt: vaultOpener(options.vaultPasswords ?? []),
    keepAbsent: options.keepAbsent === true,
  });
  try {
    const tree = parser.parse() ?? nothing;
    return [file.format === 'list' ? fromList(tree, options.isAlone) : tree, parser.problems, parser.comments];
  } catch (error) {
    if (error instanceof SyntaxProblem) return [nothing, [...parser.problems, error.diagnostic], parser.comments];
    throw error;
  }
}
