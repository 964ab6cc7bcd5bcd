/**
 * What the files of a host are made from. Hosts that the model ties together (members of a cluster, who serves its
 * services, all of Redis) see each other whole; of every other one they see a few fields. So a change of a cluster can
 * only reach the files of its neighbours, and of hosts that look at the whole site.
 */
import { Secret } from './secret.ts';
import type { Host, Site } from './site.ts';

/** Files of a host need more of others than is shown to it. */
export class NeedsWholeSite extends Error {}

/** Fields of an object, each with what is shown of it; a list of one stands for all of a list. */
export type Shown = true | readonly [Shown] | { readonly [field: string]: Shown };

/** None of these is a secret. */
const HOST: Shown = {
  name: true,
  address: true,
  nodename: true,
  params: { etcdPort: true, nodenameExchange: true, vlogsEnabled: true, vlogsPort: true },
};
const MEMBER: Shown = { name: true, host: HOST };

/** What every host sees of all others. */
export const SHOWN = {
  hosts: [HOST],
  infra: [MEMBER],
  etcd: { name: true, members: [MEMBER] },
  pgClusters: [{ name: true, serviceProvider: [HOST] }],
  redisClusters: [{ name: true }],
  minioClusters: [{ name: true, members: [{ nodeName: true, host: HOST }] }],
} as const satisfies Partial<Record<keyof Site, Shown>>;

/** The hosts of a site by who sees whom whole. */
export class Neighbourhoods {
  readonly #site: Site;
  readonly #parent = new Map<Host, Host>();
  readonly #members = new Map<Host, Host[]>();
  readonly #views = new Map<Host, Site>();

  constructor(site: Site) {
    this.#site = site;
    for (const host of site.hosts) this.#parent.set(host, host);
    this.#joinReachable();
    this.#joinByName();
    for (const host of site.hosts) {
      const first = this.#first(host);
      this.#members.set(first, [...(this.#members.get(first) ?? []), host]);
    }
  }

  /** The host and those that it sees whole, in site order. */
  of(host: Host): readonly Host[] {
    return this.#members.get(this.#first(host))!;
  }

  /** The site as a host sees it. Whatever is not shown of others ends with {@link NeedsWholeSite}. */
  siteOf(host: Host): Site {
    const first = this.#first(host);
    let view = this.#views.get(first);
    if (view === undefined) this.#views.set(first, (view = this.#view(first)));
    return view;
  }

  #view(first: Host): Site {
    const { platform, adminIp, ca, assets, hosts, infra, etcd, pgClusters, redisClusters, minioClusters } = this.#site;
    const seen = <T extends object>(one: T, host: Host | undefined, shown: Shown): T =>
      host !== undefined && this.#first(host) === first ? one : outline(one, shown);
    const rest = { platform, adminIp, ca, assets };
    return outline<Site>(
      this.#site,
      Object.fromEntries(Object.keys({ ...rest, ...SHOWN }).map((name) => [name, true])),
      {
        ...rest,
        hosts: hosts.map((host) => seen(host, host, SHOWN.hosts[0])),
        infra: infra.map((node) => seen(node, node.host, SHOWN.infra[0])),
        etcd: etcd === undefined ? undefined : seen(etcd, etcd.members[0]?.host, SHOWN.etcd),
        pgClusters: pgClusters.map((cluster) => seen(cluster, cluster.primary.host, SHOWN.pgClusters[0])),
        redisClusters: redisClusters.map((cluster) => seen(cluster, cluster.nodes[0]?.host, SHOWN.redisClusters[0])),
        minioClusters: minioClusters.map((one) => seen(one, one.members[0]?.host, SHOWN.minioClusters[0])),
      },
    );
  }

  #first(host: Host): Host {
    let at = host;
    for (let above = this.#parent.get(at)!; above !== at; above = this.#parent.get(at)!) {
      this.#parent.set(at, this.#parent.get(above)!);
      at = above;
    }
    return at;
  }

  #join(one: Host, other: Host): void {
    this.#parent.set(this.#first(one), this.#first(other));
  }

  /** Objects of the model lead from a host to others. */
  #joinReachable(): void {
    const owner = new Map<object, Host>();
    for (const host of this.#site.hosts) {
      const waiting: unknown[] = [host.pg, host.etcd, host.redis, host.minio, host.infra, host.nodeVip];
      while (waiting.length > 0) {
        const next = waiting.pop();
        if (typeof next !== 'object' || next === null || next instanceof Secret) continue;
        const known = this.#parent.has(next as Host) ? (next as Host) : owner.get(next);
        if (known !== undefined) this.#join(host, known);
        else {
          owner.set(next, host);
          waiting.push(...(next instanceof Map ? next.values() : Object.values(next)));
        }
      }
    }
  }

  /** Others are found by name: the cluster that a standby cluster copies, and what sentinels watch. */
  #joinByName(): void {
    const { pgClusters, redisClusters } = this.#site;
    const byName = new Map(pgClusters.map((cluster) => [cluster.name, cluster]));
    for (const { primary, upstream } of pgClusters) {
      const source = byName.get(upstream?.cluster ?? '');
      if (source !== undefined) this.#join(primary.host, source.primary.host);
    }
    const nodes = redisClusters.flatMap((cluster) => cluster.nodes);
    for (const { host } of nodes) this.#join(host, nodes[0]!.host);
  }
}

const outlines = new WeakMap<object, object>();

/** Stands for an object of which some fields can be read. `own` are those that have been chosen already. */
function outline<T extends object>(real: T, shown: Shown, own?: Partial<T>): T {
  const known = own === undefined ? outlines.get(real) : undefined;
  if (known !== undefined) return known as T;
  const fields: Record<string, unknown> = own ?? {};
  const refuse = (): never => {
    throw new NeedsWholeSite();
  };
  const get = (_: unknown, name: string | symbol): unknown => {
    if (typeof name === 'symbol' || !Object.hasOwn(shown as object, name)) return refuse();
    if (Object.hasOwn(fields, name)) return fields[name];
    const below = (shown as Fields)[name]!;
    // Parameters are read each time, for it is recorded who reads them.
    if (below === true) return real[name as keyof T];
    return (fields[name] = shownOf(real[name as keyof T], below));
  };
  const made = new Proxy(
    {},
    { get, has: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse, getPrototypeOf: refuse },
  );
  if (own === undefined) outlines.set(real, made);
  return made as T;
}

type Fields = Readonly<Record<string, Shown>>;

function shownOf(value: unknown, shown: Shown): unknown {
  if (shown === true || typeof value !== 'object' || value === null) return value;
  return Array.isArray(shown)
    ? (value as readonly object[]).map((one) => shownOf(one, shown[0] as Shown))
    : outline(value, shown);
}

/** All that is shown of a value, as plain data. */
export function shownData(value: unknown, shown: Shown): unknown {
  if (shown === true || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(shown)) return (value as readonly unknown[]).map((one) => shownData(one, shown[0] as Shown));
  return Object.entries(shown).map(([name, below]) => shownData((value as Record<string, unknown>)[name], below));
}
