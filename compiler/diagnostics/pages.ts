import { readPackageFile } from '../package/package-files.ts';
import { CATALOG, type Code, type Slug } from './catalog.gen.ts';
import { parsePage, type Page } from './page.ts';

/** The slug of a code or slug in any case, with or without `PIG`; undefined when there is none. */
export function findSlug(text: string): Slug | undefined {
  const wanted = text.toLowerCase();
  if (Object.hasOwn(CATALOG, wanted)) return wanted as Slug;
  const code = /^\d+$/.test(wanted) ? `PIG${wanted.padStart(4, '0')}` : wanted.toUpperCase();
  return (Object.keys(CATALOG) as Slug[]).find((slug) => CATALOG[slug][0] === code);
}

/** The page of a code, which ships with the package. */
export function readPage(code: Code): Page {
  const slug = findSlug(code)!;
  const path = `compiler/diagnostics/messages/${code}-${slug}.md`;
  return parsePage(path, readPackageFile(path));
}
