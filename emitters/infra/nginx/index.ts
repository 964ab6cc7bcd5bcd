import type { InfraPortalEntrySpec, Params } from '../../../compiler/model/params.gen.ts';
import { PORTAL_CERTIFICATE } from '../../../compiler/model/certificate-names.ts';
import type { Host } from '../../../compiler/model/site.ts';
import type { Step } from '../../api.ts';
import { authorityFile, certificatePair } from '../../toolkit/certificates.ts';
import { expectPort, httpProbe } from '../../toolkit/steps.ts';
import { unitFile } from '../../toolkit/unit-file.ts';
import { bashWord, environmentFileValue, nginxString } from '../../toolkit/quote/index.ts';
import { dir, file, reload, restart, unit, type InfraContext } from '../context.ts';
import { buildsRepository } from '../repository.ts';
import { homeDirectory, NGINX_READS, nginxBase } from './base.ts';
import { homePage, showsTopology } from './home.ts';
import { htpasswd } from './password.ts';
import { CERT_DIR, portalEntries, portalServer, serverNames } from './portal.ts';

/** The web portal: one server per entry of `infra_portal`, the admin pages of every load balancer, and static pages. */
export function nginxSteps(context: InfraContext): readonly Step[] {
  const { host, site, has } = context;
  const { params, facts } = host;
  if (!params.nginxEnabled || !has('nginx')) return [];
  const name = site.platform.unit('nginx', facts);
  const user = site.platform.path('nginxUser', facts);
  const effects = [reload(name)];
  const own = { group: user, effects };
  const page = { group: user };
  const home = params.nginxHome;
  return [
    ...homeDirectory(host, user, 'infra'),
    authorityFile('infra', `${home}/ca.crt`, [], { owner: 'root', group: user }),
    ...['acme', 'pigsty', 'logs', 'repos', 'schema', 'report'].map((name) => dir(`${home}/${name}`, user, user, 0o755)),
    ...(buildsRepository(context) ? [] : nginxBase(context, 'infra')),
    dir(CERT_DIR, 'root', user, 0o750),
    ...certificatePair('infra', `${CERT_DIR}/pigsty`, PORTAL_CERTIFICATE, effects, {
      owner: 'root',
      group: user,
      keyMode: 0o640,
    }),
    dir('/etc/nginx/conf.d/haproxy', 'root', user, 0o750),
    ...certificateSteps(context),
    file('/etc/nginx/.htpasswd', 'infra/nginx', (secrets) => htpasswd(params.nginxUsers, secrets), {
      ...own,
      mode: 0o640,
    }),
    ...portalEntries(context).flatMap(([key, entry]) => {
      const text = portalServer(context, key, entry);
      return text === undefined
        ? []
        : [
            file(`/etc/nginx/conf.d/${key}.conf`, 'infra/nginx', () => text, {
              ...own,
              validate: NGINX_READS,
            }),
          ];
    }),
    ...site.hosts.filter((node) => node.params.haproxyEnabled).flatMap((node) => haproxyLocation(node, user, name)),
    file(`${home}/index.html`, 'infra/home', () => homePage(context), page),
    ...(showsTopology(context) ? [file(`${home}/topology.html`, 'infra/home', () => site.topology!, page)] : []),
    file(`${home}/404.html`, 'infra/home', () => notFoundPage(), page),
    expectPort('infra', params.nginxPort, 'nginx_port', name),
    expectPort('infra', params.nginxSslPort, 'nginx_ssl_port', name),
    unit(name, true),
    httpProbe('infra', name, params.nginxPort, 10),
    ...exporterSteps(context),
  ];
}

/**
 * Each domain has its own certificate path. It leads to the portal's certificate until one from certbot exists, which a
 * call then links: such paths are not links of ours, or applying again would undo the change.
 */
function certificateSteps(context: InfraContext): readonly Step[] {
  const entries = portalEntries(context);
  const links = entries
    .filter(([, entry]) => !hasCertbot(entry) && !hasOwnFiles(entry))
    .flatMap(([, entry]) =>
      ['crt', 'key'].map(
        (kind): Step => ({
          kind: 'link',
          stage: 'infra',
          path: `${CERT_DIR}/${entry.domain}.${kind}`,
          target: `${CERT_DIR}/pigsty.${kind}`,
        }),
      ),
    );
  const signed = entries.filter(([, entry]) => hasCertbot(entry));
  if (signed.length === 0) return links;
  return [
    ...links,
    file(
      '/etc/nginx/sign-cert',
      'infra/certbot',
      () =>
        signScript(
          context,
          signed.map(([, entry]) => entry),
        ),
      { mode: 0o750 },
    ),
    {
      kind: 'call',
      stage: 'infra',
      name: 'portal certificates',
      fn: 'nginx_certs',
      args: [CERT_DIR, ...signed.flatMap(([, entry]) => [entry.domain, entry.certbot!])],
    },
  ];
}

/** True when some entry's certificate comes from an authority outside. */
export function usesCertbot({ infraPortal }: Params): boolean {
  return [...infraPortal].some(([, entry]) => hasCertbot(entry));
}

function hasCertbot(entry: InfraPortalEntrySpec): boolean {
  return entry.certbot !== undefined && entry.certbot !== '';
}

function hasOwnFiles(entry: InfraPortalEntrySpec): boolean {
  return entry.cert !== undefined && entry.cert !== '' && entry.key !== undefined && entry.key !== '';
}

/** Asks the certificate authority for one certificate per `certbot` name, holding all domains of the entries that share it. */
function signScript({ host }: InfraContext, entries: readonly InfraPortalEntrySpec[]): string {
  const { params } = host;
  const domains = new Map<string, string[]>();
  for (const entry of entries)
    domains.set(entry.certbot!, [...(domains.get(entry.certbot!) ?? []), ...serverNames(entry)]);
  const commands = [...domains].map(([name, list]) =>
    [
      'certbot certonly --non-interactive --agree-tos --no-eff-email --expand',
      `--webroot --webroot-path ${bashWord(`${params.nginxHome}/acme`)} --email ${bashWord(params.certbotEmail)}`,
      `--cert-name ${bashWord(name)} ${[...new Set(list)].map((domain) => `-d ${bashWord(domain)}`).join(' ')} "\${options[@]}" "$@"`,
    ].join(' \\\n    '),
  );
  return [
    '#!/bin/bash',
    'set -euo pipefail',
    '# Run by hand: a name that does not resolve to this host yet costs an attempt at the authority, and those are rationed.',
    `options=(${params.certbotOptions
      .split(/\s+/)
      .filter((word) => word !== '')
      .map(bashWord)
      .join(' ')})`,
    ...commands,
    '',
  ].join('\n');
}

/** The admin page of a load balancer under `/haproxy/<nodename>/`. */
function haproxyLocation(node: Host, group: string, unitName: string): readonly Step[] {
  const name = nginxString(`haproxy-${node.nodename}`);
  const options = { group, effects: [reload(unitName)] };
  const upstream = `upstream ${name} {\n    server ${node.address}:${node.params.haproxyExporterPort} max_fails=0;\n}\n`;
  const location =
    `location ^~ ${nginxString(`/haproxy/${node.nodename}/`)} {\n    proxy_pass http://${name};\n` +
    `    proxy_connect_timeout 1;\n}\n`;
  return [
    file(`/etc/nginx/conf.d/haproxy/upstream-${node.nodename}.conf`, 'infra/haproxy', () => upstream, options),
    file(`/etc/nginx/conf.d/haproxy/location-${node.nodename}.conf`, 'infra/haproxy', () => location, options),
  ];
}

function notFoundPage(): string {
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Not found</title></head>\n' +
    '<body><h1>Not found</h1><p><a href="/">Back to the start</a></p></body></html>\n'
  );
}

function exporterSteps({ site, host, has }: InfraContext): readonly Step[] {
  const { params } = host;
  if (!params.nginxExporterEnabled || !has('nginx-exporter') || site.platform.missing.includes('nginx')) return [];
  const options = `--nginx.scrape-uri=http://127.0.0.1:${params.nginxPort}/nginx --web.listen-address=:${params.nginxExporterPort}`;
  const name = site.platform.unit('nginx-exporter', host.facts);
  const binary = site.platform.path('nginxExporterBin', host.facts);
  const effects = [restart(name)];
  return [
    file(
      '/etc/default/nginx_exporter',
      'infra/nginx-exporter',
      () => `NGINX_EXPORTER_OPTS=${environmentFileValue(options)}\n`,
      { effects },
    ),
    file(
      `/etc/systemd/system/${name}.service`,
      'infra/nginx-exporter',
      () =>
        unitFile(
          [
            ['Description', 'nginx metrics exporter'],
            ['Documentation', 'https://github.com/nginxinc/nginx-prometheus-exporter'],
            ['After', 'network.target'],
          ],
          [
            ['EnvironmentFile', '-/etc/default/nginx_exporter'],
            ['User', 'prometheus'],
            ['ExecStart', `${binary} $NGINX_EXPORTER_OPTS`],
            ['Restart', 'on-failure'],
            ['RestartSec', 5],
          ],
        ),
      { effects },
    ),
    unit(name, true),
    httpProbe('infra', name, params.nginxExporterPort, 10),
  ];
}
