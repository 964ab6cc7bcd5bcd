import type { EdgeKind, NodeKind, Topology, TopologyGroup } from './topology.ts';

/** Fill colors: readable with black text on white paper and on the dark page. */
export const COLORS: Readonly<Record<NodeKind, string>> = {
  vip: '#fde68a',
  service: '#e5e7eb',
  primary: '#93c5fd',
  replica: '#dbeafe',
  standby: '#ddd6fe',
  offline: '#fed7aa',
  delayed: '#fecaca',
  etcd: '#bbf7d0',
  minio: '#fbcfe8',
  redis: '#fecdd3',
  infra: '#ccfbf1',
  external: '#f3f4f6',
};

const LINES: Readonly<Record<EdgeKind, string>> = {
  route: 'color="#6b7280"',
  'backup-route': 'color="#9ca3af" style=dashed',
  'spare-route': 'color="#9ca3af" style=dotted',
  replication: 'color="#2563eb" penwidth=1.6',
  upstream: 'color="#7c3aed" penwidth=1.6',
  monitor: 'color="#e11d48" style=dotted',
  backup: 'color="#db2777"',
  dcs: 'color="#16a34a" style=dotted arrowhead=none',
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
 * The topology in Graphviz' language. Replicas come right of what they follow; clusters without a line between them are
 * packed side by side.
 */
export function dotText(whole: Topology): string {
  const { groups, edges } = withoutSharedLines(whole);
  const clusters = groups.map((group) => {
    const nodes = group.nodes
      .map(
        ({ id, kind, lines }) =>
          `    ${quoted(id)} [id=${quoted(id)} label=${quoted(lines.join('\n'))} fillcolor="${COLORS[kind]}"]\n`,
      )
      .join('');
    return `  subgraph ${quoted(`cluster_${group.id}`)} {\n    label=${quoted(group.label)}\n${nodes}  }\n`;
  });
  const arrows = edges.map(
    ({ from, to, kind, label }) =>
      `  ${quoted(from)} -> ${quoted(to)} [${LINES[kind]}${label === '' ? '' : ` label=${quoted(label)}`}]\n`,
  );
  return `digraph topology {
  graph [rankdir=LR pack=20 packmode=array bgcolor="transparent" fontname="Arial" fontsize=13 style=rounded \
color="#9ca3af" fontcolor="#6b7280" nodesep=0.12 ranksep=0.8]
  node [shape=box style="rounded,filled" fontname="Arial" fontsize=11 color="#6b7280" margin="0.12,0.05" height=0.3]
  edge [fontname="Arial" fontsize=9 fontcolor="#6b7280" arrowsize=0.6]
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
