import type { DatabaseSpec } from '../../../compiler/model/params.gen.ts';
import type { Secret, SecretSink } from '../../../compiler/model/secret.ts';
import type { Site } from '../../../compiler/model/site.ts';
import type { Component } from '../../../compiler/platform/profile.ts';
import { postgresVersion } from './config.ts';

/** A data source given to Grafana through its interface; `/infra/datasources/<name>.json`, the name as in a URL. */
export interface DataSource {
  readonly name: string;
  readonly render: (secrets: SecretSink) => string;
}

/** Each database of each instance, remote databases (several hosts may watch the same one), and the stores of each infra host. */
export function dataSources(site: Site): readonly DataSource[] {
  const byName = new Map<string, DataSource>();
  for (const source of [...databaseSources(site), ...remoteSources(site), ...storeSources(site)]) {
    if (!byName.has(source.name)) byName.set(source.name, source);
  }
  return [...byName.values()];
}

function databaseSources(site: Site): readonly DataSource[] {
  return site.pgClusters.flatMap((cluster) =>
    cluster.members.flatMap(({ name, host }) => {
      const { params } = host;
      if (!params.pgProvision) return [];
      const declared = params.pgDatabases.filter(registered);
      const names = ['postgres', ...declared.map((database) => database.name)];
      return [...new Set(names)].map((database) =>
        postgres(
          `${name}.${database}`,
          host.address,
          params.pgPort,
          database,
          params.pgMonitorUsername,
          params.pgMonitorPassword,
          params.pgVersion,
        ),
      );
    }),
  );
}

function registered(database: DatabaseSpec): boolean {
  return database.state !== 'absent' && database.registerDatasource;
}

function remoteSources(site: Site): readonly DataSource[] {
  return site.hosts.flatMap((host) =>
    [...(host.params.pgExporters ?? [])].flatMap(([, remote]) =>
      remote.pgDatabases
        .filter(registered)
        .map((database) =>
          postgres(
            `${remote.pgCluster}-${remote.pgSeq}.${database.name}`,
            remote.pgHost,
            remote.pgPort,
            database.name,
            remote.pgMonitorUsername,
            remote.pgMonitorPassword,
            host.params.pgVersion,
          ),
        ),
    ),
  );
}

function postgres(
  name: string,
  host: string,
  port: number,
  database: string,
  user: string,
  password: Secret,
  major: number,
): DataSource {
  return {
    name,
    render: (secrets) =>
      json({
        name,
        type: 'postgres',
        access: 'proxy',
        url: `${host}:${port}`,
        user,
        database,
        jsonData: {
          database,
          sslmode: 'require',
          connMaxLifetime: 3600,
          maxIdleConns: 1,
          maxOpenConns: 8,
          postgresVersion: postgresVersion(major),
        },
        secureJsonData: { password: secrets.reveal(password) },
      }),
  };
}

function storeSources(site: Site): readonly DataSource[] {
  const has = (component: Component): boolean => !site.platform.missing.includes(component);
  return site.infra.flatMap(({ host, seq }) => {
    const { params } = host;
    const at = (port: number): string => `http://${host.address}:${port}`;
    const sources = [
      ...(params.vmetricsEnabled
        ? [
            {
              name: `vmetrics-${seq}`,
              type: 'prometheus',
              access: 'proxy',
              url: at(params.vmetricsPort),
              jsonData: { timeInterval: '10s', queryTimeout: '60s' },
            },
          ]
        : []),
      ...(params.vlogsEnabled && has('victoria-logs')
        ? [
            {
              name: `vlogs-${seq}`,
              type: 'victoriametrics-logs-datasource',
              access: 'proxy',
              url: at(params.vlogsPort),
            },
          ]
        : []),
      ...(params.vtracesEnabled && has('victoria-traces')
        ? [{ name: `vtraces-${seq}`, type: 'jaeger', access: 'proxy', url: `${at(params.vtracesPort)}/select/jaeger` }]
        : []),
    ];
    return sources.map((source) => ({ name: source.name, render: () => json(source) }));
  });
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
