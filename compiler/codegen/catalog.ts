/** compiler/diagnostics/messages/*.md → compiler/diagnostics/catalog.gen.ts: codes, argument types, severities and message templates. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PageError, parsePage, placeholders, type Page } from '../diagnostics/page.ts';

const MESSAGES = 'compiler/diagnostics/messages';

/** The generated catalog. Throws a PageError that names the first bad page. */
export function generateCatalog(root: string): { path: string; text: string }[] {
  return [{ path: 'compiler/diagnostics/catalog.gen.ts', text: catalogText(readPages(root)) }];
}

/** Every page, sorted by code; codes and slugs are unique. */
export function readPages(root: string): readonly Page[] {
  const names = readdirSync(join(root, MESSAGES)).filter((name) => !name.startsWith('.')).sort();
  const seen = new Map<string, string>();
  return names.map((name) => {
    const path = `${MESSAGES}/${name}`;
    if (!name.endsWith('.md')) throw new PageError(path, 'only pages (.md) belong here');
    const page = parsePage(path, readFileSync(join(root, path), 'utf8'));
    for (const id of [page.code, page.slug]) {
      const other = seen.get(id);
      if (other !== undefined) throw new PageError(path, `\`${id}\` is already used by ${other}`);
      seen.set(id, path);
    }
    return page;
  });
}

/** Source text of catalog.gen.ts for pages sorted by code. */
export function catalogText(pages: readonly Page[]): string {
  const lines = ['// Generated from compiler/diagnostics/messages/ by `npm run gen`. Do not edit.', "import type { Severity } from './diagnostic.ts';", ''];
  lines.push('export type Code =', ...pages.map((page) => `  | '${page.code}'`));
  lines[lines.length - 1] += ';';
  lines.push('', '/** Arguments of each message, by slug. */', 'export interface Arguments {');
  for (const page of pages) lines.push(`  readonly '${page.slug}': ${argumentsType(page)};`);
  lines.push('}', '', 'export type Slug = keyof Arguments;', '', '/** Code, severity and message template of each slug. */');
  lines.push('export const CATALOG: Readonly<Record<Slug, readonly [Code, Severity, string]>> = {');
  for (const page of pages) lines.push(`  '${page.slug}': ['${page.code}', '${page.severity}', ${literal(page.message)}],`);
  lines.push('};', '');
  return lines.join('\n');
}

function argumentsType(page: Page): string {
  const names = placeholders(page.message);
  if (names.length === 0) return 'Readonly<Record<never, never>>';
  return `{ ${names.map((name) => `readonly ${name}: string | number`).join('; ')} }`;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
