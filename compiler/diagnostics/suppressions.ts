import type { Result } from './result.ts';
import type { Span } from '../source/node.ts';
import { CATALOG, type Code } from './catalog.gen.ts';
import type { Diagnostic } from './diagnostic.ts';
import { findSlug } from './pages.ts';
import { printable, report } from './report.ts';
import { didYouMean } from '../words/suggest.ts';

/**
 * One code that a comment allows, with the reason given:
 *
 *   version: v4.5.0   # pigstyc: allow PIG5006 a sandbox      findings of this line
 *   # pigstyc: allow PIG5006, PIG5305 a sandbox               findings of the next line that is not a comment
 *   # pigstyc: allow-file PIG5006 a sandbox                   findings of the file
 */
export interface Suppression {
  readonly code: Code;
  /** The code in the comment. */
  readonly span: Span;
  readonly reason: string;
  /** Line whose findings are allowed; undefined for the whole file. */
  readonly line: number | undefined;
}

/** Findings after comments had their say. */
export interface Suppressed {
  readonly kept: readonly Diagnostic[];
  /** With the reason of the comment. */
  readonly allowed: readonly Diagnostic[];
  readonly unused: readonly Suppression[];
}

const VERBS = ['allow', 'allow-file'];

/** What the comments addressed to pigstyc allow, and what is wrong with them. */
export function readSuppressions(comments: readonly Span[]): Result<readonly Suppression[]> {
  const problems: Diagnostic[] = [];
  return [comments.flatMap((comment) => readComment(comment, problems)), problems];
}

function readComment(comment: Span, problems: Diagnostic[]): readonly Suppression[] {
  const { file, start, end } = comment;
  const text = file.text.slice(start, end);
  const verb = /^#+[ \t]*pigstyc:[ \t]*([\w-]*)[ \t]*/.exec(text)!;
  if (!VERBS.includes(verb[1]!)) {
    problems.push(
      report('suppression-syntax', comment, { problem: 'word', word: verb[1]! }, { help: didYouMean(verb[1]!, VERBS) }),
    );
    return [];
  }
  const { codes, reason } = readCodes(text, verb[0].length);
  if (codes.length === 0) {
    problems.push(
      report(
        'suppression-syntax',
        comment,
        { problem: 'no-code' },
        { help: `write \`# pigstyc: ${verb[1]!} PIG1234 why\`` },
      ),
    );
    return [];
  }
  const line = verb[1] === 'allow-file' ? undefined : lineOf(comment);
  const known = codes.flatMap(({ word, at }): readonly Suppression[] => {
    const span = { file, start: start + at, end: start + at + word.length };
    const code = allowedCode(word, span, problems);
    return code === undefined ? [] : [{ code, span, reason: printable(reason), line }];
  });
  if (reason === '' && known.length > 0)
    problems.push(report('suppression-no-reason', comment, { codes: known.map(({ code }) => code).join(', ') }));
  return known;
}

/** Codes are separated by commas; blanks are enough before what can only be a code. */
function readCodes(
  text: string,
  from: number,
): { readonly codes: readonly { readonly word: string; readonly at: number }[]; readonly reason: string } {
  const codes: { readonly word: string; readonly at: number }[] = [];
  const next = /([\w-]+)([ \t]*,[ \t]*|[ \t]+(?=PIG\d)|[ \t]*)/y;
  next.lastIndex = from;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    codes.push({ word: match[1]!, at: match.index });
    from = next.lastIndex;
    if (match[2]!.trim() !== ',' && !/^PIG\d/.test(text.slice(from))) break;
  }
  return {
    codes,
    reason: text
      .slice(from)
      .replace(/^[-–—:#\s]+/, '')
      .trim(),
  };
}

/** The code a word means, unless it is unknown or may not be allowed. */
function allowedCode(word: string, span: Span, problems: Diagnostic[]): Code | undefined {
  const slug = findSlug(word);
  if (slug === undefined) {
    const known = Object.keys(CATALOG);
    problems.push(report('suppression-unknown-code', span, { code: word }, { help: didYouMean(word, known) }));
    return undefined;
  }
  const [code, severity] = CATALOG[slug];
  const why =
    severity === 'error'
      ? 'it is an error'
      : slug.startsWith('suppression-')
        ? 'it is about a comment like this one'
        : undefined;
  if (why === undefined) return code;
  problems.push(report('suppression-refused', span, { code, slug, why }));
  return undefined;
}

/** The line a comment is about: its own when something stands before it; else the next line with more than a comment. */
export function lineOf({ file, start }: Span): number {
  const { line, column } = file.position(start);
  if (
    file
      .line(line)
      .slice(0, column - 1)
      .trim() !== ''
  )
    return line;
  const last = file.position(file.text.length).line;
  for (let next = line + 1; next <= last; next++) if (/^[ \t]*[^ \t#\r]/.test(file.line(next))) return next;
  return line;
}

/** Takes out the findings that comments allow. Errors never are: `readSuppressions` refuses their codes. */
export function applySuppressions(
  diagnostics: readonly Diagnostic[],
  suppressions: readonly Suppression[],
): Suppressed {
  if (suppressions.length === 0) return { kept: diagnostics, allowed: [], unused: [] };
  const byPlace = new Map<string, Suppression[]>();
  for (const suppression of suppressions) {
    const key = place(suppression.code, suppression.span, suppression.line);
    byPlace.set(key, [...(byPlace.get(key) ?? []), suppression]);
  }
  const used = new Set<Suppression>();
  const kept: Diagnostic[] = [];
  const allowed: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const { code, span } = diagnostic;
    const found =
      span === undefined
        ? []
        : [span.file.position(span.start).line, undefined].flatMap(
            (line) => byPlace.get(place(code, span, line)) ?? [],
          );
    for (const suppression of found) used.add(suppression);
    if (found.length === 0) kept.push(diagnostic);
    else allowed.push({ ...diagnostic, allowed: found[0]!.reason });
  }
  return { kept, allowed, unused: suppressions.filter((suppression) => !used.has(suppression)) };
}

function place(code: Code, { file }: Span, line: number | undefined): string {
  return `${code} ${line ?? '*'} ${file.path}`;
}

/** What to say of a comment that allowed nothing. */
export function reportUnused({ code, span, line }: Suppression): Diagnostic {
  return report('suppression-unused', span, { code, where: line === undefined ? 'in this file' : `on line ${line}` });
}
