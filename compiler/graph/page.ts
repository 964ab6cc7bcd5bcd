import { COLORS, LINE_COLORS, LINE_WORDS } from './kinds.ts';
import { inOrderOfNames } from './fold.ts';
import { SCRIPT, STYLE } from './page-parts.ts';
import type { Board } from './boards.ts';
import type { Topology } from './topology.ts';

/** Draws DOT text as SVG. Graphviz comes as WebAssembly, so the drawing does not depend on what the machine has. */
export async function svgText(dot: string): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const svg = (await instance()).renderString(dot, { format: 'svg', engine: 'dot' });
  return svg
    .replace(/<!--[^]*?-->\n?/g, '')
    .replace(/<!DOCTYPE[^>]*>\n?/, '')
    .replace(/<\?xml[^>]*\?>\n?/, '');
}

/**
 * One page that needs nothing else: the drawing, moved by dragging, the wheel and keys; a list of all boxes with a search; and
 * what is known about a chosen one, with its dashboards on the portal that has them.
 */
export function htmlText(topology: Topology, svg: string, portal?: string): string {
  const links = (boards: readonly Board[] = []): readonly Board[] => (portal === undefined ? [] : boards);
  const groups = inOrderOfNames(topology.groups, ({ label }) => label).map(({ label, nodes, boards }) => ({
    label,
    links: links(boards),
    nodes: nodes.map(({ id, lines, host, part, facts, boards }) => ({
      ...{ id, title: lines[0], host: host ?? part, facts, links: links(boards) },
    })),
  }));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Topology</title>
<style>${STYLE}</style>
<nav aria-label="All boxes">
<input type="search" placeholder="Search ( / )" aria-label="Search names, addresses and facts">
<p role="status"></p>
<div></div>
${legend(topology)}
<p class="keys">/ search, arrows move, + and - zoom, 0 all, Esc close</p>
</nav>
<main tabindex="0" aria-label="Drawing">${svg}</main>
<aside hidden aria-live="polite"></aside>
<script type="application/json" id="groups" data-portal="${portal ?? ''}">${JSON.stringify(groups).replaceAll('<', '\\u003c')}</script>
<script>${SCRIPT}</script>
</html>
`;
}

/** What colors mean, of those that the drawing has. */
function legend({ groups, edges }: Topology): string {
  const kinds = new Set(groups.flatMap(({ nodes }) => nodes.map(({ kind }) => kind)));
  const lines = new Set(edges.map(({ kind }) => kind));
  const boxes = [...kinds].map((kind) => `<li><i style="background:${COLORS[kind]}"></i>${kind}</li>`);
  const arrows = [...lines].map(
    (kind) => `<li><i class="line" style="background:${LINE_COLORS[kind]}"></i>${LINE_WORDS[kind]}</li>`,
  );
  return `<details><summary>Legend</summary><ul class="legend">${[...boxes, ...arrows].join('')}</ul></details>`;
}
