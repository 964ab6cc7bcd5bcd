import type { HomelinkSpec } from '../../../compiler/model/params.gen.ts';
import { renderTemplate } from '../../toolkit/template.ts';
import type { InfraContext } from '../context.ts';
import { portalEntries } from './portal.ts';

/** The portal's first page: services of the host, portal entries, and what the inventory declares. */
export function homePage(context: InfraContext): string {
  const { site, host } = context;
  const { params } = host;
  const scheme = params.nginxSslmode === 'enforce' ? 'https' : 'http';
  const links = [...params.infraServices, ...params.infraExtraServices].filter((link) => reachable(context, link));
  const portal = portalEntries(context)
    .filter(([name]) => name !== 'home')
    .map(([name, entry]) => ({
      label: anchor(`${scheme}://${entry.domain}`, name),
      note: html(entry.domain),
    }));
  const pgsql = site.pgClusters.map((cluster) => ({
    label: html(cluster.name),
    note: html(
      `${cluster.members.length} instance${cluster.members.length === 1 ? '' : 's'}, primary ${cluster.primary.host.name}`,
    ),
  }));
  const haproxy = site.hosts
    .filter((node) => node.params.haproxyEnabled)
    .map((node) => ({
      label: anchor(`/haproxy/${node.nodename}/`, node.nodename),
      note: html(node.name),
    }));
  return renderTemplate('emitters/infra/templates/index.html.njk', {
    title: html(serverTitle(context)),
    grafana: params.grafanaEnabled && context.has('grafana'),
    services: links.map((link) => ({ label: anchor(link.url, link.name), note: html(link.desc) })),
    portal,
    pgsql,
    haproxy,
  });
}

/** Links to programs this platform does not have, or that are off, would lead nowhere. */
function reachable({ host, has }: InfraContext, link: HomelinkSpec): boolean {
  const { params } = host;
  if (link.url.startsWith('/vlogs/')) return params.vlogsEnabled && has('victoria-logs');
  if (link.url.startsWith('/vtraces/')) return params.vtracesEnabled && has('victoria-traces');
  if (link.url.startsWith('/vmalert/')) return params.vmalertEnabled && has('vmalert');
  if (link.url.startsWith('/vmetrics/vmui')) return params.vmetricsEnabled && has('victoria-metrics');
  if (link.url === '/pev') return has('grafana');
  if (link.url.startsWith('/pigsty')) return params.repoEnabled;
  return true;
}

function serverTitle({ host }: InfraContext): string {
  return host.params.infraPortal.get('home')?.domain ?? host.name;
}

function anchor(url: string, text: string): string {
  return `<a href="${html(url)}">${html(text)}</a>`;
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
