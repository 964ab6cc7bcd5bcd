/** What checks, questions and emitters alike know of PostgreSQL clusters: whom they follow, their addresses, how they are reached. */
import type { PgCluster, PgInstance, Site } from '../model/site.ts';
import { byCodePoint } from '../words/order.ts';

/**
 * The cluster at the head of the upstream chain, as far as the inventory has it: a standby cluster is its copy, with its users,
 * databases and password verifiers. Any other cluster is its own original.
 */
export function originalOf(site: Site, cluster: PgCluster, seen: ReadonlySet<PgCluster> = new Set()): PgCluster {
  const name = cluster.upstream?.cluster;
  const upstream = name === undefined ? undefined : site.pgClusters.find((candidate) => candidate.name === name);
  return upstream === undefined || seen.has(upstream)
    ? cluster
    : originalOf(site, upstream, new Set([...seen, cluster]));
}

/** The databases that initdb makes. */
export const INITIAL_DATABASES = ['postgres', 'template1', 'template0'] as const;

/** Each once, in string order, the order in which the outputs list them. */
export function inStringOrder(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].sort(byCodePoint);
}

/** Addresses of the cluster's members in string order. */
export function memberAddresses(cluster: PgCluster): readonly string[] {
  return cluster.members.map((member) => member.host.address).sort(byCodePoint);
}

export function infraAddresses(site: Site): readonly string[] {
  return site.infra.map((node) => node.host.address).sort(byCodePoint);
}

/** `address:port` of every etcd member in string order. */
export function etcdEndpoints({ etcd }: Site): readonly string[] {
  const members = etcd?.members ?? [];
  return members.map((member) => `${member.host.address}:${member.host.params.etcdPort}`).sort(byCodePoint);
}

/** What `pg_listen` says with its placeholders replaced; `${vip}` has a meaning only when the cluster has a VIP. */
export function expandListen(written: string, address: string, vip: string | undefined): readonly string[] {
  const listen = written.replaceAll('${ip}', address).replaceAll('${lo}', '127.0.0.1');
  const expanded = vip === undefined ? listen : listen.replaceAll('${vip}', vip);
  return expanded.split(',').map((part) => part.trim());
}

/** The addresses an instance listens on, with commas between them. */
export function listenAddresses({ host, cluster }: Pick<PgInstance, 'host' | 'cluster'>): string {
  return [...new Set(expandListen(host.params.pgListen, host.address, cluster.vip?.address))].join(',');
}

/** Base URL of a member's Patroni REST API. */
export function patroniUrl(instance: PgInstance): string {
  const { address, params } = instance.host;
  return `${params.patroniSslEnabled ? 'https' : 'http'}://${address}:${params.patroniPort}`;
}
