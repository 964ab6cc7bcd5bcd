import { pretty } from '../../compiler/cli/report/pretty.ts';
import { styleFor } from '../../compiler/cli/style.ts';
import { secretSpans } from '../../compiler/secrets/spans.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { arrange } from '../../compiler/diagnostics/sort.ts';
import { nodeHost } from '../../compiler/host/host.ts';
import type { Inventory } from '../../compiler/phases/2-merge/inventory.ts';

/** One line each: `line:col severity[CODE] slug: message`, sorted as a user sees them. */
export function compactReport(diagnostics: readonly Diagnostic[]): string {
  return arrange(diagnostics, [])
    .diagnostics.map((d) => {
      const at = d.span?.file.position(d.span.start);
      const help = d.help === undefined ? '' : ` (${d.help})`;
      return `${at === undefined ? '-' : `${at.line}:${at.column}`} ${d.severity}[${d.code}] ${d.slug}: ${d.message}${help}\n`;
    })
    .join('');
}

/** What `pigstyc check` prints for a person, without colors. */
export function framedReport(
  diagnostics: readonly Diagnostic[],
  files: readonly string[],
  inventory: Inventory | undefined,
): string {
  const style = { ...styleFor(nodeHost(), 'stdout', 'never'), width: 120 };
  return pretty(
    { ...arrange(diagnostics, files), files, secrets: secretSpans(inventory), summary: '', allowed: 0, strict: false },
    style,
  );
}
