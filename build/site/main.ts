/**
 * The documentation as a site that needs no server: pages, a search, and the playground.
 *
 *   npm run site [-- DIRECTORY]     default site/
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import MiniSearch from 'minisearch';
import {
  deadLinks,
  documentPaths,
  htmlOf,
  htmlPath,
  readDocument,
  ROOT,
  targetOf,
  type Document,
} from './documents.ts';

const OUT = process.argv[2] ?? 'site';
const PLAYGROUND = 'playground.html';
const INDEX = 'search-index.js';
/** How search.js reads the index. */
const SEARCH = { idField: 'id', fields: ['title', 'text'], storeFields: ['title', 'page'] };

const documents = documentPaths().map(readDocument);
const dead = deadLinks(documents, existsSync);
if (dead.length > 0) {
  process.stderr.write(`links that lead nowhere:\n${dead.join('\n')}\n`);
  process.exit(1);
}
const pages = new Map(documents.map((document) => [document.path, document]));
if (existsSync(OUT) && readdirSync(OUT).length > 0 && !existsSync(join(OUT, INDEX))) {
  process.stderr.write(`${OUT} holds something else than a site\n`);
  process.exit(1);
}
rmSync(OUT, { recursive: true, force: true });
for (const document of documents) put(htmlPath(document.path), pageOf(document));
for (const path of linkedFiles()) copy(path, path);
copy('build/site/style.css', 'style.css');
copy('build/site/search.js', 'search.js');
const engine = createRequire(import.meta.url)
  .resolve('minisearch')
  .replace(/dist\/.*/, '');
copy(join(engine, 'dist/umd/index.js'), 'minisearch.js');
copy(join(engine, 'LICENSE.txt'), 'minisearch-license.txt');
put(INDEX, `searchIndex = ${JSON.stringify(searchIndex())};\n`);
const built = spawnSync(process.execPath, ['build/playground.mjs', join(OUT, PLAYGROUND)], { stdio: 'inherit' });
process.exit(built.status ?? 1);

function put(path: string, text: string): void {
  mkdirSync(dirname(join(OUT, path)), { recursive: true });
  writeFileSync(join(OUT, path), text);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(join(OUT, to)), { recursive: true });
  copyFileSync(from, join(OUT, to));
}

/** Files that pages lead to and that are no pages. */
function linkedFiles(): readonly string[] {
  const all = documents.flatMap(({ path, links }) => links.map(({ to }) => targetOf(path, to)?.path ?? ROOT));
  return [...new Set(all)].filter((path) => !pages.has(path));
}

function pageOf(document: Document): string {
  const at = posix.dirname(htmlPath(document.path));
  const to = (path: string): string => posix.relative(at, path);
  const base = to('.');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(document.title)}</title>
<link rel="stylesheet" href="${to('style.css')}">
</head>
<body>
<nav>
<input id="search" type="search" placeholder="Search" aria-label="Search" data-base="${base === '' ? '.' : base}" autocomplete="off">
<ol id="found"></ol>
<ul>
${menu()
  .map(([path, title]) => `<li><a href="${to(path)}">${escaped(title)}</a></li>`)
  .join('\n')}
</ul>
</nav>
<main>
${htmlOf(document, (path) => pages.has(path))}</main>
<script src="${to('search.js')}"></script>
</body>
</html>
`;
}

/** The pages in the order in which the root names them. */
function menu(): readonly (readonly [path: string, title: string])[] {
  const root = pages.get(ROOT)!;
  const named = root.links.map(({ to }) => pages.get(targetOf(ROOT, to)?.path ?? ROOT)!);
  const listed = new Set([root, ...named.filter(Boolean), pages.get('CHANGELOG.md')!]);
  return [...[...listed].map(({ path, title }) => [htmlPath(path), title] as const), [PLAYGROUND, 'Playground']];
}

function searchIndex(): string {
  const index = new MiniSearch(SEARCH);
  for (const { path, title, sections } of documents)
    for (const section of sections)
      index.add({
        id: `${path}#${section.anchor}`,
        page: `${htmlPath(path)}#${section.anchor}`,
        title: section.title === title ? title : `${title}: ${section.title}`,
        text: section.text,
      });
  return JSON.stringify(index);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
