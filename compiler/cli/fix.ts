import type { Diagnostic, Fix } from '../diagnostics/diagnostic.ts';
import type { Host } from '../host.ts';
import type { SourceFile } from '../source/node.ts';

/** Writes the mechanical edits of the findings into the inventory files. Returns how many were made. */
export function fixFiles(host: Host, sources: readonly SourceFile[], diagnostics: readonly Diagnostic[]): number {
  let made = 0;
  for (const source of sources) {
    const { text, count } = applyFixes(source, diagnostics.flatMap(({ fix }) => (fix === undefined ? [] : [fix])));
    if (count === 0) continue;
    const temporary = `${source.path}.pigstyc-fix`;
    host.writeFile(temporary, text, host.stat(source.path)!.mode & 0o777);
    host.rename(temporary, source.path);
    made += count;
  }
  return made;
}

/** The text of a file with all fixes that lie in it; of overlapping ones only the first. */
export function applyFixes(source: SourceFile, fixes: readonly Fix[]): { readonly text: string; readonly count: number } {
  const inside = fixes.filter(({ span }) => span.file === source).sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let text = '';
  let at = 0;
  let count = 0;
  for (const { span, text: replacement } of inside) {
    if (span.start < at || (count > 0 && span.start === at && span.end === at)) continue;
    text += source.text.slice(at, span.start) + replacement;
    at = span.end;
    count++;
  }
  return { text: text + source.text.slice(at), count };
}
