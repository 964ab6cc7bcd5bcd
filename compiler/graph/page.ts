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

/** One page that needs nothing else: the drawing, moved by dragging and the wheel, and what is known about a clicked box. */
export function htmlText(topology: Topology, svg: string): string {
  const facts = Object.fromEntries(
    topology.groups
      .flatMap((group) => group.nodes)
      .map(({ id, lines, host, facts }) => [id, { title: lines[0], host, facts }]),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Topology</title>
<style>${STYLE}</style>
<main>${svg}</main>
<aside hidden></aside>
<script type="application/json" id="facts">${JSON.stringify(facts).replaceAll('<', '\\u003c')}</script>
<script>${SCRIPT}</script>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #111827; }
@media (prefers-color-scheme: dark) { :root { --paper: #111827; --ink: #e5e7eb; } }
html, body { margin: 0; height: 100%; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
main { height: 100%; overflow: hidden; cursor: grab; touch-action: none; }
main > svg { width: 100%; height: 100%; }
.node { cursor: pointer; }
.node.same-host > path { stroke: #f59e0b; stroke-width: 3; }
aside { position: fixed; top: 12px; right: 12px; max-width: 340px; padding: 12px 16px; border: 1px solid #9ca3af; \
border-radius: 8px; background: var(--paper); }
aside h2 { margin: 0 0 6px; font-size: 16px; }
aside dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0; }
aside dt { opacity: .65; }
aside dd { margin: 0; overflow-wrap: anywhere; }
`;

/** The view box is what moves; a press that hardly moves is a click. */
const SCRIPT = `
const facts = JSON.parse(document.getElementById('facts').textContent);
const main = document.querySelector('main'), svg = main.querySelector('svg'), aside = document.querySelector('aside');
svg.removeAttribute('width'); svg.removeAttribute('height');
const box = svg.viewBox.baseVal;
const scale = () => { const m = svg.getScreenCTM(); return 1 / m.a; };
let last, moved = 0;
main.addEventListener('pointerdown', (e) => { last = e; moved = 0; });
addEventListener('pointermove', (e) => {
  if (!last) return;
  const s = scale();
  box.x -= (e.clientX - last.clientX) * s; box.y -= (e.clientY - last.clientY) * s;
  moved += Math.abs(e.clientX - last.clientX) + Math.abs(e.clientY - last.clientY);
  last = e;
});
addEventListener('pointerup', () => { last = undefined; });
main.addEventListener('wheel', (e) => {
  e.preventDefault();
  const factor = Math.exp(e.deltaY * 0.0015);
  const at = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
  box.x = at.x - (at.x - box.x) * factor; box.y = at.y - (at.y - box.y) * factor;
  box.width *= factor; box.height *= factor;
}, { passive: false });
main.addEventListener('click', (e) => {
  if (moved > 5) return;
  const node = e.target.closest('.node'), known = node && facts[node.id];
  for (const other of svg.querySelectorAll('.node')) other.classList.toggle('same-host', Boolean(known) && \
(other === node || (known.host !== undefined && facts[other.id].host === known.host)));
  aside.hidden = !known;
  if (!known) return;
  const title = document.createElement('h2'), list = document.createElement('dl');
  title.textContent = known.title;
  for (const [name, value] of known.facts) {
    list.append(Object.assign(document.createElement('dt'), { textContent: name }), \
Object.assign(document.createElement('dd'), { textContent: value }));
  }
  aside.replaceChildren(title, list);
});
`;
