import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { placeText, type Report } from './report.ts';

/**
 * JUnit XML: one suite per inventory file, one case per finding; a file without findings is one passing case, an
 * allowed finding is skipped.
 */
export function junit(report: Report): string {
  const suites = new Map<string, Diagnostic[]>(report.files.map((path) => [path, []]));
  for (const diagnostic of report.diagnostics) {
    const path = diagnostic.span?.file.path ?? 'pigstyc';
    suites.set(path, [...(suites.get(path) ?? []), diagnostic]);
  }
  const failing = (diagnostic: Diagnostic): boolean =>
    diagnostic.allowed === undefined &&
    (diagnostic.severity === 'error' || (report.strict && diagnostic.severity === 'warning'));
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pigstyc" tests="${total(suites)}" failures="${report.diagnostics.filter(failing).length}">`,
  ];
  for (const [path, diagnostics] of suites) {
    const skipped = diagnostics.filter(({ allowed }) => allowed !== undefined).length;
    lines.push(
      `  <testsuite name="${xml(path)}" tests="${Math.max(1, diagnostics.length)}" ` +
        `failures="${diagnostics.filter(failing).length}" skipped="${skipped}">`,
    );
    if (diagnostics.length === 0) lines.push(`    <testcase classname="${xml(path)}" name="no findings"/>`);
    for (const diagnostic of diagnostics) lines.push(...testCase(path, diagnostic, failing(diagnostic)));
    lines.push('  </testsuite>');
  }
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

function total(suites: ReadonlyMap<string, readonly Diagnostic[]>): number {
  return [...suites.values()].reduce((sum, diagnostics) => sum + Math.max(1, diagnostics.length), 0);
}

function testCase(path: string, diagnostic: Diagnostic, failing: boolean): readonly string[] {
  const { code, slug, severity, message, help, allowed } = diagnostic;
  const place = placeText(diagnostic);
  const text = xml(`${place}: ${message}${help === undefined ? '' : `\n${help}`}`);
  const body =
    allowed !== undefined
      ? `<skipped message="${xml(allowed)}"/>`
      : failing
        ? `<failure type="${severity}" message="${xml(message)}">${text}</failure>`
        : `<system-out>${severity}: ${text}</system-out>`;
  return [
    `    <testcase classname="${xml(path)}" name="${xml(`${code} ${slug} ${place}`)}">`,
    `      ${body}`,
    '    </testcase>',
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML 1.0 cannot hold most control characters, not even escaped. */
function xml(text: string): string {
  return text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '\ufffd',
    )
    .replace(/[&<>"\n]/g, (c) => ENTITIES[c]!);
}
