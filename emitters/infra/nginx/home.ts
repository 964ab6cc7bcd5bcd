import type { HomelinkSpec } from '../../../compiler/model/params.gen.ts';
import { renderTemplate } from '../../toolkit/template.ts';
import type { InfraContext } from '../context.ts';
import { boardPath } from '../grafana/board-path.ts';
import { answers, portalUrl, servedEntries } from './portal.ts';

/** The portal's first page: services of the host, portal entries, and what the inventory declares. */
export function homePage(context: InfraContext): string {
  const { site, host } = context;
  const { params } = host;
  const links = [...params.infraServices, ...params.infraExtraServices].filter((link) => reachable(context, link));
  const portal = servedEntries(context)
    .filter(([name]) => name !== 'home')
    .map(([name, entry]) => ({ label: anchor(portalUrl(context, entry), name), note: html(entry.domain) }));
  const haproxy = site.hosts
    .filter((node) => node.params.haproxyEnabled)
    .map((node) => ({
      label: anchor(`/haproxy/${node.nodename}/`, node.nodename),
      note: html(node.name),
    }));
  return renderTemplate('emitters/infra/templates/index.html.njk', {
    title: html(serverTitle(context)),
    grafana: hasGrafana(context),
    topology: showsTopology(context),
    services: links.map((link) => ({ label: anchor(link.url, link.name), note: html(link.desc) })),
    portal,
    stores: dataStores(context),
    haproxy,
  });
}

/** True where the portal has a page with the drawing of the site. */
export function showsTopology({ site, host }: InfraContext): boolean {
  return host.params.infraTopology && site.topology !== undefined;
}

interface Listed {
  readonly label: string;
  readonly note: string;
}

/** What keeps data on this site, a list for each kind; a name leads to its dashboard where there is Grafana. */
function dataStores(context: InfraContext): readonly { readonly title: string; readonly items: readonly Listed[] }[] {
  const { site } = context;
  const store = (uid: string, name: string, note: string): Listed => ({
    label: hasGrafana(context) ? anchor(boardPath(uid, 'cls', name), name) : html(name),
    note: html(note),
  });
  return [
    {
      title: 'PostgreSQL clusters',
      items: inOrder(site.pgClusters).map(({ name, members, primary }) =>
        store('pgsql-cluster', name, `${counted(members.length, 'instance')}, primary ${primary.host.name}`),
      ),
    },
    {
      title: 'Redis clusters',
      items: inOrder(site.redisClusters).map(({ name, mode, nodes }) =>
        store('redis-cluster', name, `${mode}, ${counted(nodes.length, 'host')}`),
      ),
    },
    {
      title: 'Object stores',
      items: inOrder(site.minioClusters).map(({ name, members }) =>
        store('minio-overview', name, counted(members.length, 'server')),
      ),
    },
    {
      title: 'etcd',
      items: [site.etcd ?? []]
        .flat()
        .map(({ name, members }) => store('etcd-overview', name, counted(members.length, 'member'))),
    },
  ];
}

function inOrder<T extends { readonly name: string }>(clusters: readonly T[]): readonly T[] {
  return [...clusters].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** True where the portal has Grafana behind it. */
export function hasGrafana({ host, has }: InfraContext): boolean {
  return host.params.grafanaEnabled && has('grafana');
}

/** Links that nothing on this host answers would lead nowhere. */
function reachable(context: InfraContext, { url }: HomelinkSpec): boolean {
  const { host, has } = context;
  // Upstream's page for plans of statements: it is not part of a bundle.
  if (/^\/pev(\.html)?$/.test(url)) return false;
  if (url.startsWith('/pigsty')) return host.params.repoEnabled;
  if (url.startsWith('/vmetrics/vmui') && !has('victoria-metrics')) return false;
  return answers(context, url);
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
