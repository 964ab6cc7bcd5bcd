/** What many PGSQL outputs need to know about one instance, derived once from the model. */
import type { Host, PgCluster, PgInstance, Site } from '../../compiler/model/site.ts';
import { secretOr, type Secret, type SecretSink } from '../../compiler/model/secret.ts';
import type { Component, Version } from '../../compiler/platform/profile.ts';

/** What root reads or executes lies in directories of root's, whatever the database superuser does below /pg. */
export const IDENTITY_FILE = '/etc/pigstyc/instance.env';
export const PROGRAMS = '/usr/libexec/pigstyc';

export interface InstanceView {
  readonly site: Site;
  readonly host: Host;
  readonly instance: PgInstance;
  readonly cluster: PgCluster;
  /** Where its users, databases and password verifiers come from: see {@link originalOf}. */
  readonly original: PgCluster;
  /** Directory behind the `/pg` link: `<pg_fs_main>/<cluster>-<version>`. */
  readonly clusterDir: string;
  /** Directory behind `/pg/backup`. */
  readonly backupDir: string;
}

/** Undefined when the host has no PostgreSQL instance. */
export function instanceView(site: Site, host: Host): InstanceView | undefined {
  const instance = host.pg;
  if (instance === undefined) return undefined;
  const { pgFsMain, pgFsBackup, pgVersion } = host.params;
  const directory = `${instance.cluster.name}-${pgVersion}`;
  return {
    site,
    host,
    instance,
    cluster: instance.cluster,
    original: originalOf(site, instance.cluster),
    clusterDir: `${pgFsMain}/${directory}`,
    backupDir: `${pgFsBackup}/${directory}/backup`,
  };
}

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

export function codePointOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Addresses of the cluster's members in string order, the order in which the outputs list them. */
export function memberAddresses(cluster: PgCluster): readonly string[] {
  return cluster.members.map((member) => member.host.address).sort(codePointOrder);
}

export function infraAddresses(site: Site): readonly string[] {
  return site.infra.map((node) => node.host.address).sort(codePointOrder);
}

/** `address:port` of every etcd member in string order. */
export function etcdEndpoints(view: InstanceView): readonly string[] {
  const members = view.site.etcd?.members ?? [];
  return members.map((member) => `${member.host.address}:${member.host.params.etcdPort}`).sort(codePointOrder);
}

export function componentVersion(site: Site, component: Component): Version {
  return site.platform.versions[component];
}

/** pg_listen with its placeholders; `${vip}` has a meaning only when the cluster has a VIP. */
export function listenAddresses(view: InstanceView): string {
  const { host, cluster } = view;
  const listen = host.params.pgListen.replaceAll('${ip}', host.address).replaceAll('${lo}', '127.0.0.1');
  const expanded = cluster.vip === undefined ? listen : listen.replaceAll('${vip}', cluster.vip.address);
  return [...new Set(expanded.split(',').map((address) => address.trim()))].join(',');
}

/** Password of the scope's etcd user: pg_etcd_password, or the user's name when it is empty. */
export function etcdPassword(view: InstanceView, secrets: SecretSink): string {
  return secrets.reveal(secretOr(view.host.params.pgEtcdPassword, view.cluster.scope));
}

/** An optional password parameter left at ''. */
export function isEmptySecret(secret: Secret): boolean {
  return secret.expose() === '';
}

/** Base URL of a member's Patroni REST API. */
export function patroniUrl(instance: PgInstance): string {
  const { address, params } = instance.host;
  return `${params.patroniSslEnabled ? 'https' : 'http'}://${address}:${params.patroniPort}`;
}

/** Path of the installed PostgreSQL of pg_mode, e.g. /usr/lib/postgresql/17. */
export function pgHome(template: string, major: number): string {
  return template.replaceAll('$v', String(major)).replace(/\/$/, '');
}
