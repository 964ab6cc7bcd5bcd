/** Draws boxes in rows, frame below frame: for more of them than Graphviz lays out well. */
import { COLORS, INK, LINE_COLORS, TEXT, type EdgeKind } from './kinds.ts';
import type { Topology, TopologyNode } from './topology.ts';

const BOX = { width: 150, height: 40, gap: 12 };
const FRAME = { padding: 12, title: 24, gap: 18 };
/** About as wide as a screen, in boxes. */
const FEWEST_COLUMNS = 6;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The drawing as SVG, with the same classes as Graphviz gives. */
export function gridSvg({ groups, edges }: Topology): string {
  const count = groups.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const columns = Math.max(FEWEST_COLUMNS, Math.ceil(Math.sqrt(count / 2)));
  const places = new Map<string, Place>();
  const width = columns * (BOX.width + BOX.gap) - BOX.gap + 2 * FRAME.padding;
  const boxes: string[] = [];
  let y = 0;
  for (const { label, nodes } of groups) {
    const rows = Math.ceil(nodes.length / columns);
    const height = FRAME.title + rows * (BOX.height + BOX.gap) - BOX.gap + FRAME.padding;
    boxes.push(frame(label, { x: 0, y }, width, height));
    nodes.forEach((node, i) => {
      const place = {
        x: FRAME.padding + (i % columns) * (BOX.width + BOX.gap),
        y: y + FRAME.title + Math.floor(i / columns) * (BOX.height + BOX.gap),
      };
      places.set(node.id, place);
      boxes.push(box(node, place));
    });
    y += height + FRAME.gap;
  }
  const lines = edges.map(({ from, to, kind }) => line(places.get(from)!, places.get(to)!, kind));
  const view = `-4 -4 ${width + 8} ${Math.max(y - FRAME.gap, 0) + 8}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view}" width="${width + 8}" font-family="Arial" font-size="11">\n` +
    `<g class="graph">\n${[...lines, ...boxes].join('')}</g>\n</svg>\n`
  );
}

function frame(label: string, { x, y }: Place, width: number, height: number): string {
  return (
    `<g class="cluster"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="none" stroke="${INK}"/>` +
    `<text x="${x + FRAME.padding}" y="${y + 16}" font-size="13" fill="${INK}">${escaped(label)}</text></g>\n`
  );
}

function box({ id, kind, lines }: TopologyNode, { x, y }: Place): string {
  const first = y + BOX.height / 2 + 4 - (lines.length - 1) * 7;
  const texts = lines.map(
    (text, i) =>
      `<text x="${x + BOX.width / 2}" y="${first + i * 14}" text-anchor="middle" fill="${TEXT}">${escaped(cut(text))}</text>`,
  );
  return (
    `<g class="node" id="${escaped(id)}"><title>${escaped(lines.join(', '))}</title>` +
    `<path fill="${COLORS[kind]}" stroke="${INK}" d="M${x},${y}h${BOX.width}v${BOX.height}h-${BOX.width}z"/>${texts.join('')}</g>\n`
  );
}

/** As long as fits. */
function cut(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

function line(from: Place, to: Place, kind: EdgeKind): string {
  const [x1, y1] = [from.x + BOX.width / 2, from.y + BOX.height / 2];
  const [x2, y2] = [to.x + BOX.width / 2, to.y + (to.y < from.y ? BOX.height : 0)];
  const bend = y1 === y2 || from.y === to.y ? -30 : 0;
  const d = `M${x1},${y1}Q${(x1 + x2) / 2},${(y1 + y2) / 2 + bend} ${x2},${y2}`;
  const color = LINE_COLORS[kind];
  return (
    `<g class="edge"><path fill="none" stroke="${color}" stroke-width="1.6" d="${d}"/>` +
    `<circle cx="${x2}" cy="${y2}" r="3" fill="${color}"/></g>\n`
  );
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
