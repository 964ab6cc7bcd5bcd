import type { Location, Log, Region, ReportingDescriptor, Result } from 'sarif';
import type { Span } from '../../source/node.ts';
import { isConnection } from '../../cmdb/name.ts';
import { placeInTables } from '../../cmdb/place.ts';
import { CATALOG, type Code, type Slug } from '../../diagnostics/catalog.gen.ts';
import type { Diagnostic, Severity } from '../../diagnostics/diagnostic.ts';
import { readPage } from '../../diagnostics/pages.ts';
import { VERSION } from '../../package/version.ts';
import type { Report } from './report.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  hint: 'note',
};

/** SARIF 2.1.0, the format of code scanning services. Rules carry the page of their code. */
export function sarif(report: Report): string {
  const codes = [...new Set(report.diagnostics.map(({ code }) => code))].sort();
  const slugs = new Map<Code, Slug>((Object.keys(CATALOG) as Slug[]).map((slug) => [CATALOG[slug][0], slug]));
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'pigstyc',
            semanticVersion: VERSION,
            rules: codes.map((code) => rule(code, slugs.get(code)!)),
          },
        },
        columnKind: 'utf16CodeUnits',
        artifacts: report.files.map((path) => ({ location: { uri: uriOf(path) } })),
        results: report.diagnostics.map((diagnostic) => result(diagnostic, codes.indexOf(diagnostic.code))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function rule(code: Code, slug: Slug): ReportingDescriptor {
  const page = readPage(code);
  return {
    id: code,
    name: slug,
    shortDescription: { text: page.body.split('\n\n')[0]!.replaceAll('\n', ' ') },
    help: { text: page.body, markdown: page.body },
    defaultConfiguration: { level: LEVELS[CATALOG[slug][1]] },
  };
}

function result(
  { code, severity, message, help, span, related = [], fix, allowed }: Diagnostic,
  ruleIndex: number,
): Result {
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: help === undefined ? message : `${message} (${help})` },
    locations: span === undefined ? [] : [location(span)],
    ...(related.length > 0 && {
      relatedLocations: related.map((other, id) => ({ id, message: { text: other.message }, ...location(other.span) })),
    }),
    ...(allowed !== undefined && {
      suppressions: [{ kind: 'inSource', ...(allowed !== '' && { justification: allowed }) }],
    }),
    ...(fix && {
      fixes: [
        {
          artifactChanges: [
            {
              artifactLocation: { uri: uriOf(fix.span.file.path) },
              replacements: [{ deletedRegion: region(fix.span), insertedContent: { text: fix.text } }],
            },
          ],
        },
      ],
    }),
  };
}

function location(span: Span): Location {
  // A database has no lines.
  if (span.file.format === 'tables')
    return {
      physicalLocation: { artifactLocation: { uri: uriOf(span.file.path) } },
      logicalLocations: [{ fullyQualifiedName: placeInTables(span), kind: 'value' }],
    };
  return { physicalLocation: { artifactLocation: { uri: uriOf(span.file.path) }, region: region(span) } };
}

function region(span: Span): Region {
  const start = span.file.position(span.start);
  const end = span.file.position(span.end);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

/** A path as a URI reference: relative paths stay relative to the directory of the run. */
function uriOf(path: string): string {
  if (isConnection(path)) return path;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
