import type { SecretSink } from '../../../compiler/model/secret.ts';
import { iniDocument } from '../../toolkit/ini.ts';
import { bashWord, grafanaIniValue } from '../../toolkit/quote/index.ts';
import { yamlDocument } from '../../toolkit/yaml.ts';
import type { InfraContext } from '../context.ts';
import { portalEntries, serverNames } from '../nginx/portal.ts';

/** grafana.ini: what differs from Grafana's defaults. */
export function grafanaIni(context: InfraContext, secrets: SecretSink): string {
  const { host } = context;
  const { params } = host;
  const database = params.grafanaPgurl.expose() !== '';
  const origins = [
    ...new Set([
      'localhost',
      '127.0.0.1',
      host.address,
      ...portalEntries(context).flatMap(([, entry]) => serverNames(entry)),
    ]),
  ];
  return iniDocument(
    [
      { name: 'paths', entries: { provisioning: '/etc/grafana/provisioning' } },
      // Behind the portal at /ui/.
      { name: 'server', entries: { http_port: params.grafanaPort, root_url: '/ui/', serve_from_sub_path: true } },
      {
        name: 'database',
        entries: database ? { type: 'postgres', url: secrets.reveal(params.grafanaPgurl) } : { wal: true },
      },
      {
        name: 'analytics',
        entries: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
      },
      {
        name: 'security',
        entries: {
          admin_user: params.grafanaAdminUsername,
          admin_password: secrets.reveal(params.grafanaAdminPassword),
          allow_embedding: true,
          csrf_trusted_origins: origins.join(' '),
        },
      },
      { name: 'dashboards', entries: { versions_to_keep: 100, min_refresh_interval: '1s' } },
      { name: 'auth.anonymous', entries: { enabled: true, org_role: 'Viewer' } },
      ...(params.grafanaAuthProxy
        ? [
            {
              name: 'auth.proxy',
              entries: {
                enabled: true,
                header_name: 'X-WEBAUTH-USER',
                header_property: 'username',
                whitelist: `127.0.0.1, ${host.address}, ::1`,
                enable_login_token: true,
              },
            },
          ]
        : []),
      { name: 'news', entries: { news_feed_enabled: false } },
      {
        name: 'plugins',
        entries: {
          allow_loading_unsigned_plugins: 'victoriametrics-logs-datasource,victoriametrics-metrics-datasource',
          // A host without internet would wait for it.
          public_key_retrieval_disabled: true,
        },
      },
    ],
    { quote: grafanaIniValue },
  );
}

/** Data sources that every dashboard refers to by uid. */
export function provisionedSources({ site, host, has }: InfraContext, secrets: SecretSink): string {
  const { params } = host;
  const local = (port: number): string => `http://127.0.0.1:${port}`;
  const meta = site.pgClusters.find((cluster) => cluster.members.some((member) => member.host === host));
  return yamlDocument({
    apiVersion: 1,
    datasources: [
      {
        name: 'Metrics',
        uid: 'ds-prometheus',
        type: 'prometheus',
        access: 'proxy',
        url: local(params.vmetricsPort),
        isDefault: true,
        jsonData: { timeInterval: '10s', queryTimeout: '60s', httpMethod: 'POST' },
      },
      ...(meta === undefined
        ? []
        : [
            {
              name: 'Meta',
              uid: 'ds-meta',
              type: 'postgres',
              access: 'proxy',
              url: `127.0.0.1:${host.params.pgPort}`,
              user: 'dbuser_view',
              jsonData: {
                database: 'meta',
                sslmode: 'require',
                maxOpenConns: 64,
                maxIdleConns: 10,
                connMaxLifetime: 14400,
                postgresVersion: postgresVersion(params.pgVersion),
              },
              secureJsonData: { password: secrets.reveal(params.grafanaViewPassword) },
            },
          ]),
      ...(hasLogStore({ host, has })
        ? [
            {
              name: 'Logs',
              uid: 'ds-vlogs',
              type: 'victoriametrics-logs-datasource',
              access: 'proxy',
              url: local(params.vlogsPort),
            },
          ]
        : []),
      ...(params.vtracesEnabled && has('victoria-traces')
        ? [
            {
              name: 'Traces',
              uid: 'ds-vtraces',
              type: 'jaeger',
              access: 'proxy',
              url: `${local(params.vtracesPort)}/select/jaeger`,
            },
          ]
        : []),
    ],
  });
}

/** True where there are logs to ask for. */
export function hasLogStore({ host, has }: Pick<InfraContext, 'host' | 'has'>): boolean {
  return host.params.vlogsEnabled && has('victoria-logs');
}

/** Grafana knows servers up to 15 apart and takes later ones for that. */
export function postgresVersion(major: number): number {
  return Math.min(major, 15) * 100;
}

export function dashboardProvider(): string {
  return yamlDocument({
    apiVersion: 1,
    providers: [
      {
        name: 'inventory',
        orgId: 1,
        type: 'file',
        updateIntervalSeconds: 30,
        allowUiUpdates: true,
        options: { path: '/infra/dashboards', foldersFromFilesStructure: true },
      },
    ],
  });
}

/** Address and log-in of Grafana's interface, sourced by the runtime. */
export function grafanaAccess({ host }: InfraContext, secrets: SecretSink): string {
  const { params } = host;
  return [
    `GRAFANA_URL=${bashWord(`http://127.0.0.1:${params.grafanaPort}/ui`)}`,
    `GRAFANA_USER=${bashWord(params.grafanaAdminUsername)}`,
    `GRAFANA_PASSWORD=${bashWord(secrets.reveal(params.grafanaAdminPassword))}`,
    '',
  ].join('\n');
}
