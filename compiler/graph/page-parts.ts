/** How the page of a drawing looks and behaves. */
import { INK, INK_ON_DARK, PAPER } from './kinds.ts';

export const STYLE = `
:root { color-scheme: light dark; --paper: ${PAPER.light}; --ink: #111827; --dim: ${INK}; --mark: #b45309; }
@media (prefers-color-scheme: dark) {
  :root { --paper: ${PAPER.dark}; --ink: #e5e7eb; --dim: ${INK_ON_DARK}; --mark: #f59e0b; }
}
html, body { margin: 0; height: 100%; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
body { display: grid; grid-template-columns: 260px 1fr; }
nav { overflow: auto; height: 100vh; box-sizing: border-box; padding: 12px; border-right: 1px solid var(--dim); }
nav input { width: 100%; box-sizing: border-box; font: inherit; padding: 4px 8px; color: inherit; \
background: var(--paper); border: 1px solid var(--dim); }
nav input::placeholder { color: var(--dim); opacity: 1; }
nav p { margin: 6px 0; color: var(--dim); }
nav ul { list-style: none; margin: 0 0 6px; padding: 0 0 0 12px; }
nav button { all: unset; cursor: pointer; display: block; width: 100%; padding: 1px 4px; border-radius: 4px; }
nav button:hover, nav button[aria-current] { text-decoration: underline; }
nav summary { cursor: pointer; }
nav a, aside a { color: inherit; margin-right: 12px; }
nav details > a { margin-left: 16px; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
.legend i { display: inline-block; width: 22px; height: 12px; margin-right: 8px; border: 1px solid var(--dim); }
.legend i.line { height: 3px; border: 0; vertical-align: middle; }
.keys { font-size: 12px; }
main { height: 100vh; overflow: hidden; cursor: grab; touch-action: none; }
main > svg { width: 100%; height: 100%; }
.cluster text, .edge text { fill: var(--dim); }
.cluster path, .cluster rect { stroke: var(--dim); }
.node { cursor: pointer; }
.node.other { opacity: .25; }
.node.same-host > path { stroke: var(--mark); stroke-width: 3; }
aside { position: fixed; top: 12px; right: 12px; max-width: 340px; max-height: 80vh; overflow: auto; padding: 12px 16px; \
border: 1px solid var(--dim); border-radius: 8px; background: var(--paper); }
aside h2 { margin: 0 0 6px; font-size: 16px; }
aside dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 0; }
aside dt { color: var(--dim); }
aside dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 700px) {
  body { grid-template-columns: 1fr; grid-template-rows: 35vh 65vh; }
  nav { height: 35vh; border-right: 0; border-bottom: 1px solid var(--dim); }
  main { height: 65vh; }
}
`;

/** The view box is what moves; a press that hardly moves is a click. */
export const SCRIPT = `
const data = document.getElementById('groups'), groups = JSON.parse(data.textContent);
// A page that is not the portal's own leads there.
const base = location.protocol === 'file:' ? data.dataset.portal : '';
const linksTo = (links) => links.map(([text, path]) => Object.assign(document.createElement('a'), \
{ textContent: text, href: base + path }));
const all = groups.flatMap(({ label, nodes }) => nodes.map((node) => ({ ...node, \
text: [label, node.title, ...node.facts.flat()].join(' ').toLowerCase() })));
const known = new Map(all.map((node) => [node.id, node]));
const main = document.querySelector('main'), svg = main.querySelector('svg'), aside = document.querySelector('aside');
const [search, status, list] = ['input', 'p', 'div'].map((name) => document.querySelector('nav ' + name));
const drawn = [...svg.querySelectorAll('.node')];
const make = (name, text, ...children) => { const e = document.createElement(name); e.append(text, ...children); return e; };
svg.removeAttribute('width'); svg.removeAttribute('height');
const box = svg.viewBox.baseVal, whole = { x: box.x, y: box.y, width: box.width, height: box.height };
const scale = () => 1 / svg.getScreenCTM().a;
const zoom = (factor, at) => {
  box.x = at.x - (at.x - box.x) * factor; box.y = at.y - (at.y - box.y) * factor;
  box.width *= factor; box.height *= factor;
};
const middle = () => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
const move = (x, y) => { box.x += x * box.width; box.y += y * box.height; };

function choose(id, center) {
  const node = known.get(id);
  for (const other of drawn) other.classList.toggle('same-host', Boolean(node) && \
(other.id === id || (node.host !== undefined && known.get(other.id)?.host === node.host)));
  for (const button of list.querySelectorAll('button')) button.toggleAttribute('aria-current', button.dataset.id === id);
  aside.hidden = !node;
  if (!node) return;
  const facts = document.createElement('dl');
  for (const [name, value] of node.facts) facts.append(make('dt', name), make('dd', value));
  aside.replaceChildren(make('h2', node.title), facts, make('p', '', ...linksTo(node.links)));
  if (!center) return;
  const element = drawn.find((other) => other.id === id);
  const place = element.getBBox();
  const point = new DOMPoint(place.x + place.width / 2, place.y + place.height / 2)
    .matrixTransform(element.getScreenCTM()).matrixTransform(svg.getScreenCTM().inverse());
  const width = Math.min(box.width, main.clientWidth);
  box.height = box.height * width / box.width; box.width = width;
  box.x = point.x - box.width / 2; box.y = point.y - box.height / 2;
}

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const found = new Set(all.filter(({ text }) => words.every((word) => text.includes(word))).map(({ id }) => id));
  for (const node of drawn) node.classList.toggle('other', !found.has(node.id));
  for (const button of list.querySelectorAll('button')) button.parentNode.hidden = !found.has(button.dataset.id);
  for (const group of list.children) {
    group.hidden = !group.querySelector('li:not([hidden])');
    group.open = words.length > 0 || all.length < 100;
  }
  status.textContent = words.length > 0 ? found.size + ' of ' + all.length : all.length + ' boxes';
  return [...found];
}

for (const { label, nodes, links } of groups) {
  const entries = nodes.map(({ id, title }) => {
    const button = make('button', title);
    button.dataset.id = id;
    return make('li', button);
  });
  list.append(make('details', make('summary', label.split('\\n')[0] + ' (' + nodes.length + ')'), ...linksTo(links), \
make('ul', '', ...entries)));
}
filter();
search.addEventListener('input', filter);
list.addEventListener('click', (e) => { if (e.target.dataset.id) choose(e.target.dataset.id, true); });

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
  zoom(Math.exp(e.deltaY * 0.0015), new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse()));
}, { passive: false });
main.addEventListener('click', (e) => { if (moved <= 5) choose(e.target.closest('.node')?.id); });

const KEYS = {
  ArrowLeft: () => move(-0.1, 0), ArrowRight: () => move(0.1, 0), ArrowUp: () => move(0, -0.1), ArrowDown: () => move(0, 0.1),
  '+': () => zoom(0.8, middle()), '=': () => zoom(0.8, middle()), '-': () => zoom(1.25, middle()), 0: () => Object.assign(box, whole),
  '/': () => search.focus(),
};
/** Up and down go through the list. */
function step(by) {
  const shown = [...list.querySelectorAll('button')].filter((button) => button.offsetParent);
  const next = shown[Math.max(0, shown.indexOf(document.activeElement) + by)];
  next?.focus();
}
addEventListener('keydown', (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const inNav = e.target.closest?.('nav');
  if (e.key === 'Escape') { search.value = ''; filter(); choose(undefined); main.focus(); }
  else if (inNav && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) { step(e.key === 'ArrowDown' ? 1 : -1); e.preventDefault(); }
  else if (e.target === search) { if (e.key === 'Enter') choose(filter()[0], true); }
  else if (KEYS[e.key]) { KEYS[e.key](); e.preventDefault(); }
});
`;
