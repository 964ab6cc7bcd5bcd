import type { Diagnostic, Fix } from '../diagnostics/diagnostic.ts';
import type { Host } from '../host/host.ts';
import { parseSource } from '../phases/1-parse/parse.ts';
import { SourceFile, STANDARD_INPUT } from '../source/node.ts';

/** Writes the mechanical edits of the findings into the inventory files, none that only guesses. Returns how many were made. */
export function fixFiles(host: Host, sources: readonly SourceFile[], diagnostics: readonly Diagnostic[]): number {
  return writeEdits(
    host,
    sources,
    diagnostics.flatMap(({ fix }) => (fix === undefined || fix.guess === true || !fix.span.file.editable ? [] : [fix])),
  );
}

/** Why nothing can be written into a file. */
export function notEditable({ path, encrypted, format }: SourceFile): string {
  if (format === 'tables') return `${path} is a database: change it in SQL, or load a changed file with \`cmdb load\``;
  if (path === STANDARD_INPUT) return 'standard input cannot be written: name the file';
  return encrypted
    ? `${path} is a vault: decrypt it first, and encrypt it again afterwards`
    : `${path} is not YAML, and only YAML is written: make the change by hand`;
}

/** Writes edits into the files they belong to; a file that is a link stays one, owner and mode stay. Returns how many were made. */
export function writeEdits(host: Host, sources: readonly SourceFile[], edits: readonly Fix[]): number {
  let made = 0;
  for (const source of sources.filter(({ editable }) => editable)) {
    const { text, count } = applySafely(
      source,
      edits.filter(({ span }) => span.file === source),
    );
    if (count === 0) continue;
    host.replaceFile(source.path, text);
    made += count;
  }
  return made;
}

/** All fixes, or those that break nothing: a new name can be there already, and a key must not be given twice. */
export function applySafely(
  source: SourceFile,
  fixes: readonly Fix[],
): { readonly text: string; readonly count: number } {
  const before = mistakesIn(source);
  const isSafe = (tried: readonly Fix[]): boolean =>
    mistakesIn(new SourceFile(source.path, applyFixes(source, tried).text)) <= before;
  if (fixes.length === 0 || isSafe(fixes)) return applyFixes(source, fixes);
  const kept: Fix[] = [];
  for (const fix of fixes) if (isSafe([...kept, fix])) kept.push(fix);
  return applyFixes(source, kept);
}

function mistakesIn(file: SourceFile): number {
  // A vault that nobody opens here is no mistake.
  const isMistake = ({ severity, slug }: Diagnostic): boolean =>
    severity === 'error' && slug !== 'vault-password-missing';
  return parseSource(file)[1].filter(isMistake).length;
}

/** The text of a file with all fixes that lie in it; of overlapping ones only the first. */
export function applyFixes(
  source: SourceFile,
  fixes: readonly Fix[],
): { readonly text: string; readonly count: number } {
  const chosen = compatibleFixes(source, fixes);
  let text = '';
  let at = 0;
  for (const { span, text: replacement } of chosen) {
    text += source.text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return { text: text + source.text.slice(at), count: chosen.length };
}

/** The fixes that lie in a file, in order, without those that overlap an earlier one. */
export function compatibleFixes(source: SourceFile, fixes: readonly Fix[]): readonly Fix[] {
  const chosen: Fix[] = [];
  for (const fix of fixes
    .filter(({ span }) => span.file === source)
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    const at = chosen.at(-1)?.span.end;
    if (at === undefined || fix.span.start > at || (fix.span.start === at && fix.span.end > at)) chosen.push(fix);
  }
  return chosen;
}
