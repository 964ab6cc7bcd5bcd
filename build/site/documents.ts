/** The pages of the documentation: what they say, where their parts are, and where their links lead. */
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import MarkdownIt, { type Token } from 'markdown-it';

/** What stands below one heading. */
export interface Section {
  readonly anchor: string;
  readonly title: string;
  readonly text: string;
}

export interface Link {
  readonly to: string;
  /** Of the block that holds it. */
  readonly line: number;
}

export interface Document {
  /** Below the root of the repository. */
  readonly path: string;
  readonly title: string;
  readonly tokens: readonly Token[];
  readonly sections: readonly Section[];
  readonly links: readonly Link[];
}

export const ROOT = 'README.md';
const MESSAGES = 'compiler/diagnostics/messages';
const markdown = new MarkdownIt();

/** Everything that is read as documentation, the root first. */
export function documentPaths(): readonly string[] {
  const inside = (directory: string): readonly string[] =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => `${directory}/${name}`);
  const single = [ROOT, 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'schemas/README.md'];
  return [...single, ...inside('docs'), ...inside(MESSAGES)];
}

export function readDocument(path: string): Document {
  const text = readFileSync(path, 'utf8');
  return documentOf(path, path.startsWith(MESSAGES) ? withHeading(text) : text);
}

/** The page of a code begins with its facts. */
function withHeading(text: string): string {
  const [, facts = '', body = ''] = /^---\n([^]*?)\n---\n([^]*)$/.exec(text) ?? [];
  const fact = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(facts)?.[1] ?? '';
  return `# ${fact('code')} ${fact('slug')}\n\n*${fact('severity')}*: ${fact('message')}\n\n${body}`;
}

export function documentOf(path: string, text: string): Document {
  const tokens = markdown.parse(text.replace(/^<!--[^]*?-->\n/, ''), {});
  const sections = sectionsOf(tokens);
  const links = tokens.flatMap(({ children, map }) =>
    (children ?? [])
      .flatMap((token) => token.attrGet(token.type === 'image' ? 'src' : 'href') ?? [])
      .map((to) => ({ to: String(to), line: (map?.[0] ?? 0) + 1 })),
  );
  return { path, title: sections[0]?.title ?? path, tokens, sections, links };
}

function sectionsOf(tokens: readonly Token[]): readonly Section[] {
  const sections: { anchor: string; title: string; text: string }[] = [];
  const taken = new Map<string, number>();
  tokens.forEach((token, at) => {
    if (token.type === 'heading_open') {
      const title = plainText(tokens[at + 1]!);
      const anchor = anchorOf(title, taken);
      token.attrSet('id', anchor);
      sections.push({ anchor, title, text: '' });
    } else if (token.type === 'inline' || token.type === 'fence') {
      const last = sections.at(-1);
      if (last !== undefined && tokens[at - 1]?.type !== 'heading_open') last.text += `${plainText(token)}\n`;
    }
  });
  return sections;
}

function plainText({ children, content }: Token): string {
  if (children === null || children.length === 0) return content;
  return children.map((child) => (/break$/.test(child.type) ? ' ' : child.content)).join('');
}

/** As forges make them of a heading. */
function anchorOf(title: string, taken: Map<string, number>): string {
  const plain = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
  const before = taken.get(plain) ?? 0;
  taken.set(plain, before + 1);
  return before === 0 ? plain : `${plain}-${before}`;
}

/** Where a link of a page leads: a file of the repository, and a part of it. Undefined for another site. */
export function targetOf(from: string, to: string): { readonly path: string; readonly anchor: string } | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(to)) return undefined;
  const [path = '', anchor = ''] = decodeURI(to).split('#');
  return { path: path === '' ? from : posix.join(posix.dirname(from), path), anchor };
}

/** Links that lead nowhere, as `page:line: link`. */
export function deadLinks(documents: readonly Document[], isFile: (path: string) => boolean): readonly string[] {
  const known = new Map(documents.map((document) => [document.path, document]));
  const isDead = (from: string, to: string): boolean => {
    const target = targetOf(from, to);
    if (target === undefined) return false;
    const page = known.get(target.path);
    if (page === undefined) return target.anchor !== '' || !isFile(target.path);
    return target.anchor !== '' && !page.sections.some(({ anchor }) => anchor === target.anchor);
  };
  return documents.flatMap(({ path, links }) =>
    links.filter(({ to }) => isDead(path, to)).map(({ to, line }) => `${path}:${line}: ${to}`),
  );
}

/** Where a page is in the site. */
export function htmlPath(path: string): string {
  return path === ROOT ? 'index.html' : path.replace(/\.md$/, '.html');
}

/** The page's text as HTML, with links that lead to pages of the site. */
export function htmlOf({ path, tokens }: Document, isPage: (path: string) => boolean): string {
  for (const link of tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === 'link_open')) {
    const target = targetOf(path, String(link.attrGet('href')));
    if (target === undefined || !isPage(target.path)) continue;
    const place = posix.relative(posix.dirname(htmlPath(path)), htmlPath(target.path));
    link.attrSet('href', `${place}${target.anchor === '' ? '' : `#${target.anchor}`}`);
  }
  return markdown.renderer.render([...tokens], markdown.options, {});
}
