import type { InfraPortalEntrySpec } from '../../../compiler/model/params.gen.ts';
import { nginxString } from '../../toolkit/quote/index.ts';
import { renderTemplate } from '../../toolkit/template.ts';
import type { InfraContext } from '../context.ts';
import { buildsRepository, repositoryLocation } from '../repository.ts';

export const CERT_DIR = '/etc/nginx/conf.d/cert';

/** Entries that are served: those with a domain, by name, because the order of a map's keys means nothing. */
export function portalEntries({
  host,
}: InfraContext): readonly (readonly [string, InfraPortalEntrySpec & { readonly domain: string }])[] {
  const entries = [...host.params.infraPortal].sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.flatMap(([name, entry]) =>
    entry.domain === undefined || entry.domain === '' ? [] : [[name, { ...entry, domain: entry.domain }] as const],
  );
}

/** Every name an entry answers to. */
export function serverNames(entry: InfraPortalEntrySpec): readonly string[] {
  return [entry.domain ?? '', ...entry.domains].filter((domain) => domain !== '');
}

/** Entries that have a server of their own: others name neither what to proxy nor what to serve. */
export function servedEntries(context: InfraContext): ReturnType<typeof portalEntries> {
  return portalEntries(context).filter(([name, entry]) => kindOf(name, entry) !== undefined);
}

/** Where a browser finds an entry without being sent on. */
export function portalUrl({ host }: InfraContext, entry: InfraPortalEntrySpec): string {
  const { nginxSslmode, nginxPort, nginxSslPort } = host.params;
  const secure = nginxSslmode === 'enforce' || (nginxSslmode === 'enable' && entry.enforceHttps);
  const port = secure ? portSuffix(nginxSslPort, 443) : portSuffix(nginxPort, 80);
  return `${secure ? 'https' : 'http'}://${entry.domain}${port}`;
}

function portSuffix(port: number, usual: number): string {
  return port === usual ? '' : `:${port}`;
}

interface ProxiedService {
  readonly path: string;
  readonly target: string;
  readonly websocket: boolean;
  /** Has its own log-in, so the portal's is not asked for. */
  readonly open: boolean;
}

/** The text of `conf.d/<name>.conf`. Undefined for an entry that says neither what to proxy nor what to serve. */
export function portalServer(context: InfraContext, name: string, entry: InfraPortalEntrySpec): string | undefined {
  const { params } = context.host;
  const kind = kindOf(name, entry);
  if (kind === undefined) return undefined;
  const tls = params.nginxSslmode !== 'disable';
  const home = kind === 'home';
  const root = home ? (given(entry.path) ?? params.nginxHome) : kind === 'path' ? given(entry.path) : undefined;
  const log = given(entry.log) ?? (kind === 'endpoint' ? `${name}.log` : undefined);
  return renderTemplate('emitters/infra/templates/portal-server.conf.njk', {
    portal: {
      name: nginxString(name),
      home,
      serverNames: serverNames(entry).map(nginxString).join(' '),
      port: params.nginxPort,
      sslPort: params.nginxSslPort,
      sslSuffix: portSuffix(params.nginxSslPort, 443),
      tls,
      // The portal's own page always answers in the clear as well: certificates are fetched and renewed through it.
      plain: home || !tls || (params.nginxSslmode !== 'enforce' && !entry.enforceHttps),
      cert: nginxString(given(entry.cert) ?? `${CERT_DIR}/${entry.domain}.crt`),
      key: nginxString(given(entry.key) ?? `${CERT_DIR}/${entry.domain}.key`),
      log: log === undefined ? '' : nginxString(`/var/log/nginx/${log}`),
      realm: entry.auth ? nginxString(given(entry.realm) ?? `${name} login`) : '',
      acmeRoot: given(entry.certbot) === undefined ? '' : nginxString(`${params.nginxHome}/acme`),
      upstream: kind === 'endpoint' ? nginxString(entry.endpoint!) : '',
      scheme: entry.scheme,
      websocket: entry.websocket,
      services: home ? homeServices(context) : [],
      repository: home && buildsRepository(context) ? repositoryLocation(context.host) : '',
      status: home && params.nginxExporterEnabled,
      root: root === undefined ? '' : nginxString(root),
      errorRoot: nginxString(params.nginxHome),
      autoindex: home || entry.index,
      config: entry.config?.trim() ?? '',
    },
  })
    .replace(/\n{3,}/g, '\n\n')
    .replace(/\n\n(\s*\})/g, '\n$1');
}

/** An entry may name one of the three forms in `conf`; else its fields tell. */
function kindOf(name: string, entry: InfraPortalEntrySpec): 'home' | 'path' | 'endpoint' | undefined {
  const chosen = /^(home|path|endpoint)\.conf$/.exec(entry.conf ?? '')?.[1] as 'home' | 'path' | 'endpoint' | undefined;
  const kind = chosen ?? (name === 'home' ? 'home' : given(entry.path) !== undefined ? 'path' : 'endpoint');
  if (kind === 'endpoint' && given(entry.endpoint) === undefined) return undefined;
  if (kind === 'path' && given(entry.path) === undefined) return undefined;
  return kind;
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

function homeServices(context: InfraContext): readonly ProxiedService[] {
  return everyHomeService(context).filter(({ on }) => on);
}

/** False for what is below the path of a program that is off, or that this platform does not have. */
export function answers(context: InfraContext, url: string): boolean {
  return everyHomeService(context).every(({ path, on }) => on || !`${url}/`.startsWith(path));
}

function everyHomeService({ host, has }: InfraContext): readonly (ProxiedService & { readonly on: boolean })[] {
  const { params } = host;
  const service = (on: boolean, path: string, port: number): ProxiedService & { readonly on: boolean } => {
    const target = `http://127.0.0.1:${port}/`;
    return { on, path, target, websocket: false, open: false };
  };
  const metrics = has('victoria-metrics') || has('prometheus');
  return [
    {
      ...service(params.grafanaEnabled && has('grafana'), '/ui/', params.grafanaPort),
      // Without a path: Grafana knows the one it is served at.
      target: `http://127.0.0.1:${params.grafanaPort}`,
      websocket: true,
      open: true,
    },
    service(params.vmetricsEnabled && metrics, '/vmetrics/', params.vmetricsPort),
    service(params.vlogsEnabled && has('victoria-logs'), '/vlogs/', params.vlogsPort),
    service(params.vtracesEnabled && has('victoria-traces'), '/vtraces/', params.vtracesPort),
    service(params.vmalertEnabled && has('vmalert'), '/vmalert/', params.vmalertPort),
    service(params.alertmanagerEnabled && has('alertmanager'), '/alertmgr/', params.alertmanagerPort),
    service(params.blackboxEnabled && has('blackbox-exporter'), '/blackbox/', params.blackboxPort),
  ];
}
