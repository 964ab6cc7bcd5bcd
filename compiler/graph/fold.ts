/** A topology of boxes that stand for many members: what a screen has room for. */
import { FAMILIES, type EdgeKind, type NodeKind } from './kinds.ts';
import type { Topology, TopologyEdge, TopologyGroup, TopologyNode } from './topology.ts';

/** More frames than this are folded unless somebody asks for the members. */
export const MOST_FRAMES = 60;

const collator = new Intl.Collator('en', { numeric: true });

/** As people count: `pg-2` before `pg-10`. */
export function inOrderOfNames<T>(list: readonly T[], nameOf: (item: T) => string): readonly T[] {
  return [...list].sort((a, b) => collator.compare(nameOf(a), nameOf(b)) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A box for each cluster, in frames by what the clusters are; a box for each part of a cluster where hosts have zones. */
export function folded({ groups, edges }: Topology, zoneOf?: (host: string) => string | undefined): Topology {
  const boxOf = new Map<string, Whereabouts>();
  const frames = new Map<string, TopologyNode[]>();
  for (const group of inOrderOfNames(groups, ({ label }) => label))
    for (const [zone, nodes] of parts(group, zoneOf)) {
      const id = zoneOf === undefined ? group.id : `${group.id} in ${zone}`;
      for (const node of nodes) boxOf.set(node.id, { box: id, group });
      frames.set(zone, [...(frames.get(zone) ?? []), foldedBox(id, group, nodes)]);
    }
  return {
    groups: inOrderOfNames([...frames], ([name]) => name).map(([label, nodes]) => ({
      id: `frame ${label}`,
      label,
      nodes,
    })),
    edges: between(edges, boxOf),
  };
}

/** The boxes of a group by their frame. What is on no host of its own goes with the first member. */
function parts(
  group: TopologyGroup,
  zoneOf: ((host: string) => string | undefined) | undefined,
): ReadonlyMap<string, readonly TopologyNode[]> {
  if (zoneOf === undefined) return new Map([[FAMILIES[kindOf(group.nodes)], group.nodes]]);
  const zone = ({ host }: TopologyNode): string | undefined =>
    host === undefined ? undefined : (zoneOf(host) ?? 'without a zone');
  const first = group.nodes.map(zone).find((found) => found !== undefined) ?? 'on no host';
  const found = new Map<string, TopologyNode[]>();
  for (const node of group.nodes) {
    const name = zone(node) ?? first;
    found.set(name, [...(found.get(name) ?? []), node]);
  }
  return found;
}

/** The first kind of what runs on a host, else of anything. */
function kindOf(nodes: readonly TopologyNode[]): NodeKind {
  const leading = nodes.find(({ kind }) => kind === 'primary');
  return (leading ?? nodes.find(({ host }) => host !== undefined) ?? nodes[0])!.kind;
}

function foldedBox(
  id: string,
  { label, nodes: all, boards }: TopologyGroup,
  nodes: readonly TopologyNode[],
): TopologyNode {
  const members = nodes.filter(({ host }) => host !== undefined);
  const total = all.filter(({ host }) => host !== undefined).length;
  const count = members.length === total ? `${total}` : `${members.length} of ${total}`;
  return {
    id,
    kind: kindOf(nodes),
    lines: [label, ...(total === 0 ? [] : [`${count} member${total === 1 ? '' : 's'}`])],
    host: undefined,
    part: label,
    facts: nodes.map(({ lines: [name, ...rest] }) => [name!, rest.join(' ')]),
    ...(boards === undefined ? {} : { boards }),
  };
}

/** A box and the cluster that it is a part of. */
interface Whereabouts {
  readonly box: string;
  readonly group: TopologyGroup;
}

/** Lines between clusters; what all share, such as where they keep their state, would hide the others. */
function between(edges: readonly TopologyEdge[], boxOf: ReadonlyMap<string, Whereabouts>): readonly TopologyEdge[] {
  const shared: readonly EdgeKind[] = ['dcs', 'backup', 'backup-route', 'spare-route'];
  const found = new Map<string, TopologyEdge>();
  for (const { from, to, kind } of edges) {
    const [a, b] = [boxOf.get(from), boxOf.get(to)];
    if (a === undefined || b === undefined || a.group === b.group || shared.includes(kind)) continue;
    found.set(`${a.box}\n${b.box}\n${kind}`, { from: a.box, to: b.box, kind, label: '' });
  }
  return [...found.values()];
}

/** What is left when only some hosts are wanted: what is on them, and what is on no host and leads to it. */
export function limited({ groups, edges }: Topology, isMeant: (host: string) => boolean): Topology {
  const all = groups.flatMap(({ nodes }) => nodes);
  const kept = new Set(all.filter(({ host }) => host !== undefined && isMeant(host)).map(({ id }) => id));
  const onNone = new Set(all.filter(({ host }) => host === undefined).map(({ id }) => id));
  for (const { from, to } of edges) {
    if (kept.has(to) && onNone.has(from)) kept.add(from);
    if (kept.has(from) && onNone.has(to)) kept.add(to);
  }
  return {
    groups: groups
      .map((group) => ({ ...group, nodes: group.nodes.filter(({ id }) => kept.has(id)) }))
      .filter(({ nodes }) => nodes.length > 0),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}
