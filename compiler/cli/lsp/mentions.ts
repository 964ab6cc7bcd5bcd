import type { ParameterName } from '../../schema/parameter-names.gen.ts';
import { expandHostPattern } from '../../phases/2-merge/host-pattern.ts';
import { entry, type Node, type ScalarNode, type Span } from '../../source/node.ts';
import { spanWithin } from '../../source/span-within.ts';
import type { Analysis, Owner } from './analysis.ts';
import { groupsInExpressions, IDENTITIES, namedInUrls, namingsOf, wordsOf, type Kind } from './namings.ts';
import { walk, type Spot, type ValueSlot } from './slot.ts';

/** A name of something the inventory declares, where it is declared or used. */
export interface Mention {
  readonly kind: Kind;
  /** Several for a range of hosts. */
  readonly names: readonly string[];
  readonly span: Span;
  /** The scalar that has the name in its text, and where. */
  readonly token: ScalarNode;
  readonly at: { readonly from: number; readonly to: number };
  /** Where users, databases and services are looked for: these belong to clusters. */
  readonly owner: Owner | undefined;
  readonly declares: boolean;
  /** Of a cluster: the parameter that has its name. */
  readonly identity?: ParameterName | undefined;
  /** Of several places that declare a host, those that set this. */
  readonly prefers?: string | undefined;
  /** What belongs to a declaration: the object, or what is below the key. */
  readonly body?: Node | undefined;
}

/** Everything a scalar names. */
export function mentionsOf({ slot, role, token, value, map }: Spot): readonly Mention[] {
  if (role === 'key') {
    if (slot.kind === 'groups') return [whole(token, { kind: 'group', owner: undefined, declares: true, body: value })];
    if (slot.kind !== 'hosts') return [];
    const expanded = expandHostPattern(token.text, 1000);
    const names = typeof expanded === 'object' ? expanded.names : [token.text];
    return [{ ...whole(token, { kind: 'host', owner: undefined, declares: true, body: value }), names }];
  }
  return slot.kind !== 'value' || token.text === '' ? [] : [...named(slot, token, map), ...inText(token)];
}

type Details = Omit<Mention, 'names' | 'span' | 'token' | 'at'>;

function whole(token: ScalarNode, details: Details): Mention {
  return { ...details, names: [token.text], span: token.span, token, at: { from: 0, to: token.text.length } };
}

function part(token: ScalarNode, at: Mention['at'], details: Details): Mention {
  const { from, to } = at;
  return {
    ...details,
    names: [token.text.slice(from, to)],
    span: spanWithin(token, from, to),
    token,
    at: { from, to },
  };
}

/** What the schema says that the value names. */
function named(slot: ValueSlot, token: ScalarNode, map: Node | undefined): readonly Mention[] {
  return namingsOf(slot).flatMap(({ kind, declares = false, words, prefers, identity }) => {
    const owner = kind === 'group' || kind === 'host' ? undefined : slot.scope;
    const details = { kind, owner, declares, prefers, identity, body: declares ? map : undefined };
    return words === undefined
      ? [whole(token, details)]
      : wordsOf(token.text, words).map((at) => part(token, at, details));
  });
}

/** What URLs and expressions name, wherever they stand. */
function inText(token: ScalarNode): readonly Mention[] {
  return [
    ...namedInUrls(token.text).map(({ kind, server, ...at }) =>
      part(token, at, { kind, owner: { kind: 'server', name: server }, declares: false }),
    ),
    ...groupsInExpressions(token.text).map((at) =>
      part(token, at, { kind: 'group', owner: undefined, declares: false }),
    ),
  ];
}

/** The mention at an offset, its ends included. */
export function mentionAt(spot: Spot, offset: number): Mention | undefined {
  return mentionsOf(spot).find(({ span }) => span.start <= offset && offset <= span.end);
}

const known = new WeakMap<Analysis, readonly Mention[]>();

/** Everything that the files of the inventory name; looked for once. */
export function allMentions(analysis: Analysis): readonly Mention[] {
  const before = known.get(analysis);
  if (before !== undefined) return before;
  const found: Mention[] = [];
  for (const tree of analysis.trees.values()) walk(tree, (spot) => void found.push(...mentionsOf(spot)));
  known.set(analysis, found);
  return found;
}

/** Every place that names the same thing, declarations included. */
export function sameMentions(analysis: Analysis, mention: Mention): readonly Mention[] {
  const alike = allMentions(analysis).filter(
    ({ kind, names }) => kind === mention.kind && names.some((name) => mention.names.includes(name)),
  );
  if (mention.kind === 'group') return ofOneCluster(analysis, mention, alike);
  return mention.owner === undefined ? alike : ofOneOwner(analysis, mention.owner, alike);
}

/** Of clusters that share a name, those that are one: a group has the name of the cluster that its hosts are. */
function ofOneCluster(analysis: Analysis, { names, identity }: Mention, alike: readonly Mention[]): readonly Mention[] {
  const { context } = analysis;
  const hosts = names.flatMap((name) => context.members(name));
  const isGroup = (parameter: ParameterName): boolean =>
    hosts.length === 0 || hosts.some((host) => names.includes(context.parameter(host, parameter).text));
  const joined = new Set<ParameterName | undefined>([undefined, ...IDENTITIES.filter(isGroup)]);
  return alike.filter((other) => (joined.has(identity) ? joined.has(other.identity) : other.identity === identity));
}

/**
 * Of users, databases and services that share a name, those that are one. A place that concerns several clusters, and a cluster
 * that follows another one, make one of theirs.
 */
function ofOneOwner(analysis: Analysis, owner: Owner, alike: readonly Mention[]): readonly Mention[] {
  const clusters = new Set(analysis.owners(owner));
  const candidates = alike.map((other) => ({ other, owned: analysis.owners(other.owner!) }));
  // Hosts without a cluster are an inventory that is not finished; a server elsewhere is none of it.
  const isUnfinished = ({ other, owned }: (typeof candidates)[number]): boolean =>
    other.owner!.kind !== 'server' && owned.size === 0;
  const isSame = (candidate: (typeof candidates)[number]): boolean =>
    isUnfinished(candidate) || [...candidate.owned].some((name) => clusters.has(name));
  if (clusters.size === 0)
    return owner.kind === 'server' ? [] : alike.filter((other) => other.owner!.kind !== 'server');
  for (let size = 0; size < clusters.size; ) {
    size = clusters.size;
    for (const { owned } of candidates.filter(isSame)) for (const name of owned) clusters.add(name);
  }
  return candidates.filter(isSame).map(({ other }) => other);
}

/** Where something is declared. Of several keys of a group or host, those that say something about it. */
export function declarations(analysis: Analysis, mention: Mention): readonly Mention[] {
  const declared = sameMentions(analysis, mention).filter(({ declares }) => declares);
  const told = declared.filter(({ body }) => body?.kind === 'map' && body.entries.length > 0);
  const preferred = told.filter(({ body }) => body?.kind === 'map' && entry(body, mention.prefers ?? '') !== undefined);
  return [preferred, told, declared].find((some) => some.length > 0) ?? [];
}
