import type { PgbackrestRepoSpec, PgPitrSpec } from '../../compiler/model/params.gen.ts';
import type { SecretSink } from '../../compiler/model/secret.ts';
import { Secret } from '../../compiler/model/secret.ts';
import { atLeast, type Version } from '../../compiler/platform/profile.ts';
import { iniDocument, type IniScalar, type IniSection } from '../toolkit/ini.ts';
import { iniValue } from '../toolkit/quote/ini.ts';
import { componentVersion, type InstanceView } from './instance.ts';

/** Repository options and the release that introduced them; older releases warn about every run. */
const OPTION_SINCE: Readonly<Record<string, Version>> = {
  bundle: [2, 39],
  bundle_limit: [2, 39],
  bundle_size: [2, 39],
  block: [2, 46],
  symlink: [2, 53],
};

/** Repository of the cluster: the entry of pgbackrest_repo that pgbackrest_method names; empty when there is none. */
export function backupRepository({ host }: Pick<InstanceView, 'host'>): PgbackrestRepoSpec {
  const { pgbackrestRepo, pgbackrestMethod } = host.params;
  return pgbackrestRepo.get(pgbackrestMethod) ?? new Map();
}

/**
 * How long the server waits for one file of its log, in seconds. A repository that does not answer must not keep it
 * from stopping, for which it tries six times. What takes longer goes on in the background and is found done at the
 * next try.
 */
const ARCHIVE_TIMEOUT = 10;

/** /etc/pgbackrest/pgbackrest.conf */
export function renderPgbackrestConf(view: InstanceView, secrets: SecretSink): string {
  const { cluster, host, instance } = view;
  const { params, facts } = host;
  const parallel = Math.min(Math.max(Math.ceil(facts.cpu / 4), 2), 4);
  const sections = iniDocument(
    [
      stanza(view, cluster.name),
      {
        name: 'global',
        entries: {
          'archive-async': 'y',
          'archive-push-queue-max': '4GiB',
          annotation: `pg_cluster=${cluster.name}`,
          'expire-auto': 'y',
          'start-fast': 'y',
          'compress-type': 'zst',
          'spool-path': '/pg/spool',
          'log-path': params.pgbackrestLogDir,
          'log-level-file': 'info',
          'log-level-console': 'info',
          ...repositoryOptions(view, backupRepository(view), cluster.name, secrets),
          delta: 'y',
        },
      },
      { name: 'global:backup', entries: { 'process-max': parallel } },
      { name: 'global:restore', entries: { 'process-max': Math.min(facts.cpu, 8) } },
      { name: 'global:archive-get', entries: { 'process-max': parallel } },
      { name: 'global:archive-push', entries: { 'process-max': parallel, 'archive-timeout': ARCHIVE_TIMEOUT } },
    ],
    { quote: iniValue, separator: '=' },
  );
  return `# backups of ${instance.name} (${instance.role}) at ${host.address}, repository ${params.pgbackrestMethod}\n${sections}`;
}

function stanza({ host }: InstanceView, name: string): IniSection {
  const { params } = host;
  const ivory = params.pgMode === 'ivory';
  return {
    name,
    entries: {
      'pg1-path': params.pgData,
      'pg1-port': params.pgPort,
      'archive-header-check': ivory ? 'n' : undefined,
      'pg-version-force': ivory ? params.pgVersion : undefined,
    },
  };
}

export const PITR_FILE = '/etc/pgbackrest/pitr.conf';

/** The target of `pg_pitr` as pg-pitr takes it. */
export function pitrTarget({ type, time, xid, name, lsn }: PgPitrSpec): string {
  if (time !== undefined) return time;
  const target = Object.entries({ xid, name, lsn }).find(([, value]) => value !== undefined);
  if (target !== undefined) return target.join(':');
  return type === 'immediate' ? type : 'latest';
}

/** PITR_FILE: what `pg_pitr` restores from and how; its target is an argument. */
export function renderPitrConf(view: InstanceView, spec: PgPitrSpec, secrets: SecretSink): string {
  const { cluster, host } = view;
  const source = spec.cluster ?? cluster.name;
  // The source knows where its backups are.
  const known = view.site.pgClusters.find(({ name }) => name === source)?.primary ?? view.instance;
  const sections = iniDocument(
    [
      stanza(view, source),
      {
        name: 'global',
        entries: {
          'spool-path': '/pg/spool',
          'log-path': host.params.pgbackrestLogDir,
          'log-level-file': 'info',
          ...repositoryOptions(view, spec.repo ?? backupRepository(known), source, secrets),
          delta: 'y',
        },
      },
      {
        name: 'global:restore',
        entries: {
          'process-max': spec.process ?? Math.min(host.facts.cpu, 8),
          'archive-mode': spec.archive ? undefined : 'off',
          'db-include': spec.dbInclude,
          'db-exclude': spec.dbExclude,
          'link-map': [...spec.linkMap].map(([name, path]) => `${name}=${String(path)}`),
        },
      },
    ],
    { quote: iniValue, separator: '=' },
  );
  return `# recovery of ${cluster.name} from the backups of ${source}\n${sections}`;
}

function repositoryOptions(
  view: InstanceView,
  repository: PgbackrestRepoSpec,
  cluster: string,
  secrets: SecretSink,
): Record<string, IniScalar> {
  const version = componentVersion(view.site, 'pgbackrest');
  const options: Record<string, IniScalar> = {};
  for (const [key, value] of repository) {
    const since = Object.hasOwn(OPTION_SINCE, key) ? OPTION_SINCE[key] : undefined;
    if (since !== undefined && !atLeast(version, ...since)) continue;
    options[`repo1-${key.replaceAll('_', '-')}`] =
      value instanceof Secret
        ? clusterSecret(cluster, value, secrets)
        : typeof value === 'string'
          ? forCluster(cluster, value)
          : value;
  }
  return options;
}

/** `${pg_cluster}` in a repository option gives every cluster its own path or passphrase. */
function forCluster(cluster: string, value: string): string {
  return value.replaceAll('${pg_cluster}', cluster);
}

function clusterSecret(cluster: string, secret: Secret, secrets: SecretSink): string {
  if (!secret.expose().includes('${pg_cluster}')) return secrets.reveal(secret);
  return secrets.derive(secret, cluster, (plain) => forCluster(cluster, plain));
}
