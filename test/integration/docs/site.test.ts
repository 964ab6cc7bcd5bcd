/** The documentation: no link leads nowhere, and the site that is built of it is whole. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import MiniSearch from 'minisearch';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadLinks, documentOf, documentPaths, readDocument } from '../../../build/site/documents.ts';

const site = mkdtempSync(join(tmpdir(), 'pigstyc-site-'));
test.after(() => rmSync(site, { recursive: true }));

test('every link of the documentation leads somewhere', () => {
  const documents = documentPaths().map(readDocument);
  assert.ok(documents.length > 300);
  assert.equal(deadLinks(documents, existsSync), []);
});

test('a page, a part and a file that are not there are dead links; other sites are not asked', () => {
  const a = documentOf(
    'docs/a.md',
    '# One\n\n[b](b.md#two-words) [up](../up.txt) [me](#one)\n[else](https://example.org/)\n\n' +
      '[x](c.md) [y](b.md#three) [z](#1)\n\n[w](../no.txt) ![i](i.png)\n',
  );
  const b = documentOf('docs/b.md', '# Two *words*\n\n# `One`, (1)!\n');
  const isFile = (path: string): boolean => path === 'up.txt';
  assert.equal(deadLinks([a, b], isFile), [
    'docs/a.md:6: c.md',
    'docs/a.md:6: b.md#three',
    'docs/a.md:6: #1',
    'docs/a.md:8: ../no.txt',
    'docs/a.md:8: i.png',
  ]);
  assert.equal(
    b.sections.map(({ anchor }) => anchor),
    ['two-words', 'one-1'],
  );
});

test('the built site: all that a page names is there, and nothing is elsewhere; the search finds', () => {
  const done = spawnSync('npx', ['tsx', 'build/site/main.ts', site], { encoding: 'utf8' });
  assert.is(done.status, 0, done.stderr);
  const pages = (readdirSync(site, { recursive: true }) as string[]).filter((name) => name.endsWith('.html'));
  assert.ok(pages.length > 300);
  const text = new Map(pages.map((name) => [name, readFileSync(join(site, name), 'utf8')]));
  const missing = pages.flatMap((name) =>
    name === 'playground.html'
      ? []
      : [...text.get(name)!.matchAll(/<[^<>]* (href|src)="([^"]*)"/g)].flatMap(([, kind, to]) => {
          if (/^[a-z]+:/.test(to!)) return kind === 'src' ? [`${name}: ${to}`] : [];
          const [path = '', anchor = ''] = decodeURI(to!).split('#');
          const target = path === '' ? name : posix.join(posix.dirname(name), path);
          const isThere = existsSync(join(site, target));
          return isThere && (anchor === '' || text.get(target)!.includes(`id="${anchor}"`)) ? [] : [`${name}: ${to}`];
        }),
  );
  assert.equal(missing, []);
  const written = readFileSync(join(site, 'search-index.js'), 'utf8');
  const index = MiniSearch.loadJSON(JSON.parse(/^searchIndex = (.*);\n$/.exec(written)![1]!) as string, {
    fields: ['title', 'text'],
    storeFields: ['title', 'page'],
  });
  const found = index.search('whole site', { combineWith: 'AND' }).map(({ page }) => String(page));
  assert.ok(found.includes('docs/taking-down.html#the-whole-site'), found.join(' '));
  assert.ok(index.search('PIG1001').some(({ page }) => /PIG1001-unclosed-bracket\.html#/.test(String(page))));
});

test.run();
