import { COLORS, INK, LINE_COLORS, type EdgeKind } from './kinds.ts';
import { inOrderOfNames } from './fold.ts';
import type { Topology, TopologyGroup } from './topology.ts';

/** How lines are drawn, besides their color. */
const STROKES: Readonly<Record<EdgeKind, string>> = {
  route: '',
  'backup-route': ' style=dashed',
  'spare-route': ' style=dotted',
  replication: ' penwidth=1.6',
  upstream: ' penwidth=1.6',
  monitor: ' style=dotted',
  backup: '',
  dcs: ' style=dotted arrowhead=none',
};

/** With more frames than this, lines to the stores everybody shares would tie all clusters into one long column. */
const MOST_TIED_GROUPS = 6;

/** Names the shared stores in the frames instead of drawing lines to them; then clusters can stand side by side. */
function withoutSharedLines(topology: Topology): Topology {
  const { groups, edges } = topology;
  if (groups.length <= MOST_TIED_GROUPS) return topology;
  const shared = edges.filter(({ kind }) => kind === 'dcs' || kind === 'backup');
  const words = (group: TopologyGroup): string => {
    const own = shared.filter(({ from }) => group.nodes.some(({ id }) => id === from));
    const store = own.find(({ kind }) => kind === 'backup');
    return store === undefined
      ? group.label
      : `${group.label}\nbackups: ${groups.find(({ nodes }) => nodes.some(({ id }) => id === store.to))!.label}`;
  };
  return {
    groups: groups.map((group) => ({ ...group, label: words(group) })),
    edges: edges.filter((one) => !shared.includes(one)),
  };
}

/**
 * Frames in the order in which Graphviz packs them, so that they read in the order of their names: it fills rows from the bottom,
 * as many columns as rows. Frames with a line between them are one part, which has the place of its first.
 */
function packed({ groups, edges }: Topology): readonly TopologyGroup[] {
  const groupOf = new Map(groups.flatMap((group) => group.nodes.map(({ id }) => [id, group] as const)));
  const partOf = new Map(groups.map((group) => [group, group]));
  const partAt = (group: TopologyGroup): TopologyGroup => {
    const part = partOf.get(group)!;
    return part === group ? part : partAt(part);
  };
  for (const { from, to } of edges) partOf.set(partAt(groupOf.get(from)!), partAt(groupOf.get(to)!));
  const parts = new Map<TopologyGroup, TopologyGroup[]>();
  for (const group of inOrderOfNames(groups, ({ label }) => label)) {
    const part = parts.get(partAt(group)) ?? [];
    parts.set(partAt(group), part);
    part.push(group);
  }
  const inOrder = [...parts.values()];
  const columns = Math.ceil(Math.sqrt(inOrder.length));
  const inFirst = inOrder.length % columns || columns;
  const rows = [inOrder.slice(0, inFirst)];
  for (let i = inFirst; i < inOrder.length; i += columns) rows.push(inOrder.slice(i, i + columns));
  return rows.reverse().flat(2);
}

/**
 * The topology in Graphviz' language. Replicas come right of what they follow; clusters without a line between them are
 * packed side by side, in the order of their names.
 */
export function dotText(whole: Topology): string {
  const topology = withoutSharedLines(whole);
  const clusters = packed(topology).map((group) => {
    const nodes = group.nodes
      .map(
        ({ id, kind, lines }) =>
          `    ${quoted(id)} [id=${quoted(id)} label=${quoted(lines.join('\n'))} fillcolor="${COLORS[kind]}"]\n`,
      )
      .join('');
    return `  subgraph ${quoted(`cluster_${group.id}`)} {\n    label=${quoted(group.label)}\n${nodes}  }\n`;
  });
  const arrows = topology.edges.map(
    ({ from, to, kind, label }) =>
      `  ${quoted(from)} -> ${quoted(to)} [color="${LINE_COLORS[kind]}"${STROKES[kind]}${label === '' ? '' : ` label=${quoted(label)}`}]\n`,
  );
  return `digraph topology {
  graph [rankdir=LR pack=20 packmode=array_cu bgcolor="transparent" fontname="Arial" fontsize=13 \
style=rounded color="${INK}" fontcolor="${INK}" nodesep=0.12 ranksep=0.8]
  node [shape=box style="rounded,filled" fontname="Arial" fontsize=11 color="${INK}" margin="0.12,0.05" height=0.3]
  edge [fontname="Arial" fontsize=9 fontcolor="${INK}" arrowsize=0.6]
${clusters.join('')}${arrows.join('')}}
`;
}

/** A string of the DOT language. Backslash escapes such as \N would be expanded, so backslashes are doubled. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** The topology for Markdown pages that draw Mermaid. Identifiers are numbers: names may hold what Mermaid reads as syntax. */
export function mermaidText({ groups, edges }: Topology): string {
  const ids = new Map(groups.flatMap((group) => group.nodes).map((node, i) => [node.id, `n${i}`]));
  const boxes = groups.map((group, i) => {
    const nodes = group.nodes
      .map((node) => `    ${ids.get(node.id)!}["${node.lines.map(entities).join('<br>')}"]:::${node.kind}\n`)
      .join('');
    return `  subgraph g${i}["${entities(group.label)}"]\n${nodes}  end\n`;
  });
  const arrows = edges.map(({ from, to, kind, label }) => {
    const arrow =
      kind === 'dcs' ? '-.-' : kind === 'backup-route' || kind === 'spare-route' || kind === 'monitor' ? '-.->' : '-->';
    return `  ${ids.get(from)!} ${arrow}${label === '' ? '' : `|"${entities(label)}"|`} ${ids.get(to)!}\n`;
  });
  const styles = Object.entries(COLORS).map(
    ([kind, fill]) => `  classDef ${kind} fill:${fill},stroke:#6b7280,color:#111827\n`,
  );
  return `flowchart LR\n${boxes.join('')}${arrows.join('')}${styles.join('')}`;
}

function entities(text: string): string {
  return text.replace(/[&<>"#]/g, (c) => `#${c.charCodeAt(0)};`);
}
