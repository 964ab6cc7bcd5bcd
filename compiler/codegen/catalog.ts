/**
 * compiler/diagnostics/messages/*.md → compiler/diagnostics/catalog.gen.ts (codes, argument types, severities,
 * messages) and docs/diagnostics.md.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PageError, parsePage, placeholders, type Page, type Variants } from '../diagnostics/page.ts';

const MESSAGES = 'compiler/diagnostics/messages';

/** The catalog and the index of codes. Throws a PageError that names the first bad page. */
export function generateCatalog(root: string): { path: string; text: string }[] {
  const pages = readPages(root);
  return [
    { path: 'compiler/diagnostics/catalog.gen.ts', text: catalogText(pages) },
    { path: 'docs/diagnostics.md', text: indexText(pages) },
  ];
}

/** Every page, sorted by code; codes and slugs are unique. */
export function readPages(root: string): readonly Page[] {
  const names = readdirSync(join(root, MESSAGES))
    .filter((name) => !name.startsWith('.'))
    .sort();
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
  const lines = [
    '// Generated from compiler/diagnostics/messages/ by `npm run gen`. Do not edit.',
    "import type { Severity } from './diagnostic.ts';",
    '',
  ];
  lines.push('export type Code =', ...pages.map((page) => `  | '${page.code}'`));
  lines[lines.length - 1] += ';';
  lines.push('', '/** Arguments of each message, by slug. */', 'export interface Arguments {');
  for (const page of pages) lines.push(`  readonly '${page.slug}': ${argumentsType(page)};`);
  lines.push(
    '}',
    '',
    'export type Slug = keyof Arguments;',
    '',
    '/** Code, severity and message template of each slug; `build` for a warning that stops a build. */',
  );
  lines.push("export const CATALOG: Readonly<Record<Slug, readonly [Code, Severity, string, 'build'?]>> = {");
  for (const page of pages)
    lines.push(
      `  '${page.slug}': ['${page.code}', '${page.severity}', ${literal(page.message)}${page.stopsBuild ? ", 'build'" : ''}],`,
    );
  lines.push('};', '');
  lines.push(
    '/** Texts of placeholders that have several: slug, placeholder, name of the text. */',
    'export const VARIANTS: { readonly [S in Slug]?: Readonly<Record<string, Readonly<Record<string, string>>>> } = {',
  );
  for (const page of pages.filter(({ variants }) => Object.keys(variants).length > 0)) {
    lines.push(`  '${page.slug}': {`);
    for (const [placeholder, texts] of Object.entries(page.variants)) {
      lines.push(`    ${placeholder}: {`);
      for (const [name, text] of Object.entries(texts)) lines.push(`      '${name}': ${literal(text)},`);
      lines.push('    },');
    }
    lines.push('  },');
  }
  lines.push('};', '');
  return lines.join('\n');
}

function severityText({ severity, stopsBuild }: Page): string {
  return stopsBuild ? `${severity}, in \`build\` error` : severity;
}

function argumentsType({ message, variants }: Page): string {
  return argumentsOf(message, variants, []) || 'Readonly<Record<never, never>>';
}

/** The arguments of a text beside `more`; of a placeholder with variants the name of one, with the arguments of that. */
function argumentsOf(text: string, variants: Variants, more: readonly string[]): string {
  const names = placeholders(text);
  const members = [...more, ...fields(names.filter((name) => variants[name] === undefined))];
  const choices = names.flatMap((name) => {
    const texts = Object.entries(variants[name] ?? {});
    const each = texts.map(([which, one]) => argumentsOf(one, variants, [`readonly ${name}: '${which}'`]));
    return each.length === 0 ? [] : [each.length === 1 ? each[0]! : `(${each.join(' | ')})`];
  });
  return [...(members.length === 0 ? [] : [record(members)]), ...choices].join(' & ');
}

function fields(names: readonly string[]): readonly string[] {
  return names.map((name) => `readonly ${name}: string | number`);
}

function record(members: readonly string[]): string {
  return `{ ${members.join('; ')} }`;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** First code of each chapter. */
const CHAPTERS: readonly (readonly [first: number, title: string])[] = [
  [0, 'Command line and files'],
  [1000, 'YAML syntax'],
  [1100, 'Structure of an inventory'],
  [1200, 'Names, types and values'],
  [2000, 'Hosts, groups and merging'],
  [3000, 'Old names'],
  [4000, 'Placeholders, expressions and selectors'],
  [5000, 'Across the inventory'],
  [5100, 'INFRA and repositories'],
  [5200, 'NODE, VIP and HAProxy'],
  [5300, 'ETCD'],
  [5400, 'PGSQL: identity and kernel'],
  [5500, 'PGSQL: users and databases'],
  [5600, 'PGSQL: access rules'],
  [5700, 'PGSQL: services, VIP and names'],
  [5800, 'PGSQL: backup and ports'],
  [5900, 'REDIS, MINIO and other modules'],
  [6000, 'Model'],
  [7000, 'Plan'],
  [8000, 'Output files'],
  [9000, 'Bundle'],
];

/** Source text of docs/diagnostics.md: every code by chapter. */
export function indexText(pages: readonly Page[]): string {
  const lines = ['<!-- Generated from compiler/diagnostics/messages/ by `npm run gen`. -->', '# Diagnostics', ''];
  lines.push(
    'Everything `pigstyc` can find wrong with an inventory. `pigstyc explain CODE` prints the page of a code: what it means, why it',
  );
  lines.push(
    'matters, how to fix it, a wrong and a right example. Codes are permanent: a code is never reused for something else.',
    '',
  );
  lines.push(
    'An *error* stops the build before a byte is written. A *warning* does not, unless `--strict` is given or its',
    'page says so: then a comment that allows it lets the build go on. A *hint* never does.',
  );
  CHAPTERS.forEach(([first, title], i) => {
    const end = CHAPTERS[i + 1]?.[0] ?? 10000;
    const chapter = pages.filter(({ code }) => Number(code.slice(3)) >= first && Number(code.slice(3)) < end);
    if (chapter.length === 0) return;
    lines.push('', `## ${title}`, '', '| code | name | severity | message |', '|---|---|---|---|');
    for (const page of chapter) {
      lines.push(
        `| [${page.code}](../compiler/diagnostics/messages/${page.code}-${page.slug}.md) | ${page.slug} | ` +
          `${severityText(page)} | ${page.message.replaceAll('|', '\\|')} |`,
      );
    }
  });
  return `${lines.join('\n')}\n`;
}
