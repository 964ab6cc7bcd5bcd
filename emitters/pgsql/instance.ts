/** What many PGSQL outputs need to know about one instance, derived once from the model. */
import { originalOf } from '../../compiler/domain/pgsql-cluster.ts';
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

export function componentVersion(site: Site, component: Component): Version {
  return site.platform.versions[component];
}

/** Password of the scope's etcd user: pg_etcd_password, or the user's name when it is empty. */
export function etcdPassword(view: InstanceView, secrets: SecretSink): string {
  return secrets.reveal(secretOr(view.host.params.pgEtcdPassword, view.cluster.scope));
}

/** An optional password parameter left at ''. */
export function isEmptySecret(secret: Secret): boolean {
  return secret.expose() === '';
}

/** Path of the installed PostgreSQL of pg_mode, e.g. /usr/lib/postgresql/17. */
export function pgHome(template: string, major: number): string {
  return template.replaceAll('$v', String(major)).replace(/\/$/, '');
}
