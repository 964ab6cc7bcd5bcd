import type { SecretSink } from '../../compiler/model/secret.ts';
import type { Host } from '../../compiler/model/site.ts';
import { haproxyWord } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';

/**
 * /etc/haproxy/haproxy.cfg: process settings, timeouts, the statistics page and the metrics end point.
 * Without `haproxy_auth_enabled` the page is readable by everyone and its administrative actions are off.
 */
export function renderMainConfig(host: Host, secrets: SecretSink): string {
  const { params } = host;
  return renderTemplate('emitters/haproxy/templates/haproxy.cfg.njk', {
    node: haproxyWord(host.nodename),
    clientTimeout: haproxyWord(String(params.haproxyClientTimeout)),
    serverTimeout: haproxyWord(String(params.haproxyServerTimeout)),
    port: params.haproxyExporterPort,
    auth: params.haproxyAuthEnabled,
    username: haproxyWord(params.haproxyAdminUsername),
    password: haproxyWord(secrets.reveal(params.haproxyAdminPassword)),
    pageUri: haproxyWord(`/haproxy/${host.nodename}/`),
    metricsPath: haproxyWord(params.exporterMetricsPath),
  });
}
