import { MODULES } from '../../../emitters/modules.ts';
import { expandHostPattern } from '../../phases/2-merge/host-pattern.ts';
import { entry, type Node, type Span } from '../../source/node.ts';
import { spanWithin } from '../../source/span-within.ts';
import type { Analysis } from './analysis.ts';
import { walk, type Scope, type Spot, type ValueSlot } from './slot.ts';

export type Kind = 'group' | 'host' | 'user' | 'database' | 'service';

/** A name of something the inventory declares, where it is declared or used. */
export interface Mention {
  readonly kind: Kind;
  /** Several for a range of hosts. */
  readonly names: readonly string[];
  readonly span: Span;
  /** Where users, databases and services are looked for: these belong to clusters. */
  readonly scope: Scope | undefined;
  readonly declares: boolean;
  /** Of several places that declare a host, those that set this. */
  readonly prefers?: string | undefined;
  /** What belongs to a declaration: the object, or what is below the key. */
  readonly body?: Node | undefined;
}

/** How a value names something: as a declaration, or as a list separated by commas. */
interface Naming {
  readonly kind: Kind;
  readonly declares?: true;
  readonly list?: true;
  readonly prefers?: string;
}

/** Which values name something, by `object.field`; parameters have no object. */
const VALUES: Readonly<Record<string, Naming>> = {
  'user.name': { kind: 'user', declares: true },
  'role.name': { kind: 'user', declares: true },
  'user.roles': { kind: 'user' },
  'role.roles': { kind: 'user' },
  'role-membership.name': { kind: 'user' },
  'database.name': { kind: 'database', declares: true },
  'database.owner': { kind: 'user' },
  'database.pool_auth_user': { kind: 'user' },
  'database.template': { kind: 'database' },
  'schema.owner': { kind: 'user' },
  'hba.user': { kind: 'user', list: true },
  'hba.db': { kind: 'database', list: true },
  'service.name': { kind: 'service', declares: true },
  'haproxy-server.ip': { kind: 'host' },
  'sentinel-master.host': { kind: 'host' },
  '.pg_upstream': { kind: 'host', prefers: 'pg_seq' },
  '.admin_ip': { kind: 'host' },
  ...Object.fromEntries(
    MODULES.flatMap(({ cluster }) => (cluster === undefined ? [] : [[`.${cluster}`, { kind: 'group' }] as const])),
  ),
  '.pg_service_provider': { kind: 'group' },
};

/** How a value names something, undefined when it does not. */
export function namedBy({ object = '', field }: ValueSlot): Naming | undefined {
  const key = `${object}.${field}`;
  return Object.hasOwn(VALUES, key) ? VALUES[key] : undefined;
}

/** Everything a scalar names. */
export function mentionsOf({ slot, role, token, value, map }: Spot): readonly Mention[] {
  if (role === 'key') {
    if (slot.kind === 'groups')
      return [{ kind: 'group', names: [token.text], span: token.span, scope: undefined, declares: true, body: value }];
    if (slot.kind !== 'hosts') return [];
    const expanded = expandHostPattern(token.text, 1000);
    const names = typeof expanded === 'object' ? expanded.names : [token.text];
    return [{ kind: 'host', names, span: token.span, scope: undefined, declares: true, body: value }];
  }
  if (slot.kind !== 'value' || token.text === '') return [];
  const named = namedBy(slot);
  if (named === undefined) return [];
  const { kind, declares = false, list, prefers } = named;
  const scope = kind === 'group' || kind === 'host' ? undefined : slot.scope;
  if (list !== true)
    return [
      { kind, names: [token.text], span: token.span, scope, declares, prefers, body: declares ? map : undefined },
    ];
  // `+role` means the members of a role.
  return [...token.text.matchAll(/(?<=^|[,+\s])[^,+\s]+/g)].map((word): Mention => {
    return {
      kind,
      names: [word[0]],
      span: spanWithin(token, word.index, word.index + word[0].length),
      scope,
      declares,
    };
  });
}

/** The mention at an offset, its ends included. */
export function mentionAt(spot: Spot, offset: number): Mention | undefined {
  return mentionsOf(spot).find(({ span }) => span.start <= offset && offset <= span.end);
}

/** Every place that names the same thing, declarations included. */
export function sameMentions(analysis: Analysis, mention: Mention): readonly Mention[] {
  const clusters = mention.scope === undefined ? undefined : analysis.clusters(mention.scope);
  const found: Mention[] = [];
  for (const tree of analysis.trees.values()) {
    walk(tree, (spot) => {
      for (const other of mentionsOf(spot)) if (isSame(analysis, mention, clusters, other)) found.push(other);
    });
  }
  return found;
}

function isSame(
  analysis: Analysis,
  { kind, names }: Mention,
  clusters: ReadonlySet<string> | undefined,
  other: Mention,
): boolean {
  if (other.kind !== kind || !other.names.some((name) => names.includes(name))) return false;
  if (clusters === undefined || other.scope === undefined) return true;
  const others = analysis.clusters(other.scope);
  // Hosts without a cluster are an inventory that is not finished.
  return clusters.size === 0 || others.size === 0 || [...clusters].some((name) => others.has(name));
}

/** Where something is declared. Of several keys of a group or host, those that say something about it. */
export function declarations(analysis: Analysis, mention: Mention): readonly Mention[] {
  const declared = sameMentions(analysis, mention).filter(({ declares }) => declares);
  const told = declared.filter(({ body }) => body?.kind === 'map' && body.entries.length > 0);
  const preferred = told.filter(({ body }) => body?.kind === 'map' && entry(body, mention.prefers ?? '') !== undefined);
  return [preferred, told, declared].find((some) => some.length > 0) ?? [];
}
