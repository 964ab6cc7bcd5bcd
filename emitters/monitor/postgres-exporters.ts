import type { PgExporterTargetSpec } from '../../compiler/model/params.gen.ts';
import type { Secret, SecretSink } from '../../compiler/model/secret.ts';
import type { Host, PgInstance, Site } from '../../compiler/model/site.ts';
import type { Step } from '../api.ts';
import { environmentFile } from '../toolkit/env.ts';
import {
  COLLECTORS,
  collectorsOf,
  collectorSteps,
  PACKAGE_FILE,
  remoteCollectors,
  remoteCollectorSteps,
} from './collectors.ts';
import { exporterSteps, STAGE, type Exporter } from './exporter.ts';

/** Exporters beside an instance: PostgreSQL, PgBouncer, pgBackRest. */
export function instanceExporters(site: Site, instance: PgInstance): readonly Step[] {
  const { params } = instance.host;
  const exporters = [
    ...(params.pgExporterEnabled ? [postgresExporter(instance.host)] : []),
    ...(params.pgbouncerEnabled && params.pgbouncerExporterEnabled ? [pgbouncerExporter(instance.host)] : []),
    ...(params.pgbackrestEnabled && params.pgbackrestExporterEnabled ? [pgbackrestExporter(instance.host)] : []),
  ];
  return exporters
    .filter((exporter) => !site.platform.missing.includes(exporter.component))
    .flatMap((exporter) => [
      ...(exporter.component === 'pg-exporter' ? collectorSteps(site, instance.host, exporter.name) : []),
      ...exporterSteps(site, instance.host, exporter),
    ]);
}

/** Exporters on an infra host that watch databases elsewhere, one process each. */
export function remoteExporters(site: Site, host: Host): readonly Step[] {
  const remotes = [...(host.params.pgExporters ?? [])];
  if (remotes.length === 0 || site.platform.missing.includes('pg-exporter')) return [];
  const user = host.params.pgDbsu;
  return [
    // A host that runs no PostgreSQL has no such account yet.
    { kind: 'group', stage: STAGE, name: 'postgres', system: true },
    {
      kind: 'user',
      stage: STAGE,
      name: user,
      group: 'postgres',
      system: true,
      home: '/var/lib/pgsql',
      shell: '/bin/bash',
    },
    ...remoteCollectorSteps(
      site,
      host,
      remotes.map(([, remote]) => [remoteUnit(remote), remote]),
    ),
    ...remotes.flatMap(([port, remote]) => exporterSteps(site, host, remoteExporter(site, host, Number(port), remote))),
  ];
}

function postgresExporter(host: Host): Exporter {
  const { params } = host;
  const collectors = collectorsOf(host, 'pg_exporter', COLLECTORS);
  const socket = params.pgExporterParams !== '' && params.pgLocalhost !== '' ? `host=${params.pgLocalhost}` : '';
  const query = [params.pgExporterParams, socket].filter((part) => part !== '').join('&');
  return {
    name: 'pg_exporter',
    description: 'PostgreSQL metrics exporter',
    documentation: 'https://github.com/Vonng/pg_exporter',
    component: 'pg-exporter',
    port: params.pgExporterPort,
    service: collectors.service,
    command: '/usr/bin/pg_exporter $PG_EXPORTER_OPTS',
    user: params.pgDbsu,
    env: (secrets) =>
      environmentFile({
        PG_EXPORTER_URL: url(
          secrets,
          params.pgExporterUrl,
          params.pgMonitorUsername,
          params.pgMonitorPassword,
          `:${params.pgPort}/postgres`,
          query,
        ),
        PG_EXPORTER_AUTO_DISCOVERY: String(params.pgExporterAutoDiscovery),
        PG_EXPORTER_EXCLUDE_DATABASE: params.pgExporterExcludeDatabase,
        PG_EXPORTER_INCLUDE_DATABASE: params.pgExporterIncludeDatabase,
        PG_EXPORTER_CONFIG: collectors.path,
        PG_EXPORTER_TELEMETRY_PATH: params.exporterMetricsPath,
        PG_EXPORTER_DISABLE_CACHE: 'false',
        PG_EXPORTER_CONNECT_TIMEOUT: params.pgExporterConnectTimeout,
        PG_EXPORTER_OPTS: options(params.pgExporterPort, params.pgExporterOptions),
      }),
  };
}

/** The same program; it recognises the pool's admin console by its database name and takes the collectors meant for it. */
function pgbouncerExporter(host: Host): Exporter {
  const { params } = host;
  const collectors = collectorsOf(host, 'pgbouncer_exporter', PACKAGE_FILE);
  const query = `host=${params.pgLocalhost}&sslmode=disable`;
  return {
    name: 'pgbouncer_exporter',
    description: 'PgBouncer metrics exporter',
    documentation: 'https://github.com/Vonng/pg_exporter',
    component: 'pgbouncer-exporter',
    port: params.pgbouncerExporterPort,
    service: collectors.service,
    command: '/usr/bin/pg_exporter $PG_EXPORTER_OPTS',
    user: params.pgDbsu,
    env: (secrets) =>
      environmentFile({
        PG_EXPORTER_URL: url(
          secrets,
          params.pgbouncerExporterUrl,
          params.pgMonitorUsername,
          params.pgMonitorPassword,
          `:${params.pgbouncerPort}/pgbouncer`,
          query,
        ),
        PG_EXPORTER_AUTO_DISCOVERY: 'false',
        PG_EXPORTER_CONFIG: collectors.path,
        PG_EXPORTER_TELEMETRY_PATH: params.exporterMetricsPath,
        PG_EXPORTER_DISABLE_CACHE: 'false',
        PG_EXPORTER_CONNECT_TIMEOUT: params.pgExporterConnectTimeout,
        PG_EXPORTER_OPTS: options(params.pgbouncerExporterPort, params.pgbouncerExporterOptions),
      }),
  };
}

function pgbackrestExporter({ params }: Host): Exporter {
  return {
    name: 'pgbackrest_exporter',
    description: 'pgBackRest metrics exporter',
    documentation: 'https://github.com/woblerr/pgbackrest_exporter',
    component: 'pgbackrest-exporter',
    port: params.pgbackrestExporterPort,
    command: '/usr/bin/pgbackrest_exporter $EXPORTER_OPTS',
    user: params.pgDbsu,
    env: () =>
      environmentFile({
        EXPORTER_OPTS: params.pgbackrestExporterOptions === '' ? '--log.level=info' : params.pgbackrestExporterOptions,
        EXPORTER_PORT: params.pgbackrestExporterPort,
        EXPORTER_ENDPOINT: params.exporterMetricsPath,
      }),
  };
}

function remoteUnit({ pgCluster, pgSeq }: PgExporterTargetSpec): string {
  return `pg_exporter_${pgCluster}-${pgSeq}`;
}

function remoteExporter(site: Site, host: Host, port: number, remote: PgExporterTargetSpec): Exporter {
  const instance = `${remote.pgCluster}-${remote.pgSeq}`;
  const collectors = remoteCollectors(site, remote, remoteUnit(remote));
  return {
    name: remoteUnit(remote),
    description: `PostgreSQL metrics exporter of ${instance} (${remote.pgHost}:${remote.pgPort})`,
    documentation: 'https://github.com/Vonng/pg_exporter',
    component: 'pg-exporter',
    port,
    service: collectors.service,
    command: '/usr/bin/pg_exporter $PG_EXPORTER_OPTS',
    user: host.params.pgDbsu,
    env: (secrets) =>
      environmentFile({
        PG_EXPORTER_URL: url(
          secrets,
          remote.pgExporterUrl,
          remote.pgMonitorUsername,
          remote.pgMonitorPassword,
          `${remote.pgHost}:${remote.pgPort}/postgres`,
          remote.pgExporterParams,
        ),
        PG_EXPORTER_AUTO_DISCOVERY: String(remote.pgExporterAutoDiscovery),
        PG_EXPORTER_EXCLUDE_DATABASE: remote.pgExporterExcludeDatabase,
        PG_EXPORTER_INCLUDE_DATABASE: remote.pgExporterIncludeDatabase,
        PG_EXPORTER_CONFIG: collectors.path,
        PG_EXPORTER_TELEMETRY_PATH: host.params.exporterMetricsPath,
        PG_EXPORTER_DISABLE_CACHE: 'false',
        PG_EXPORTER_CONNECT_TIMEOUT: remote.pgExporterConnectTimeout,
        PG_EXPORTER_OPTS: options(port, host.params.pgExporterOptions),
      }),
  };
}

/** The address given, else one made of the monitoring user's credentials; any password fits, since it is percent-encoded. */
function url(secrets: SecretSink, given: Secret, user: string, password: Secret, place: string, query: string): string {
  if (given.expose() !== '') return secrets.reveal(given);
  const login = `${encodeURIComponent(user)}:${secrets.derive(password, 'url', encodeURIComponent)}`;
  return `postgres://${login}@${place}${query === '' ? '' : `?${query}`}`;
}

function options(port: number, given: string): string {
  return `--web.listen-address=:${port} ${given === '' ? '--log.level=info' : given}`;
}
